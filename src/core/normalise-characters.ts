import { decode } from 'html-entities';
import { isTurn, readDirection, type Turn } from './normalise-direction.js';
import { FILLER } from './normalise-fillers.js';
import { readTag } from './normalise-markup.js';
import { EMOJI } from './normalise-table-emoji.js';
import { EMOJI_NAMES } from './normalise-table-emoji-names.js';
import { LOOKALIKES } from './normalise-table-lookalikes.js';
import { borrow, type Log, SECOND_HALF, type Traced, type TransformationKind } from './normalise-traced.js';
import { isCapital, isSmall } from './normalise-units.js';

/** What one code point of the original is read as. */
type Reading = {
  readonly as: 'text' | 'mark' | 'nothing' | 'picture';
  readonly text: string;
  readonly kind: TransformationKind | null;
  /** The Latin letter it is drawn like, as a UTF-16 unit; 0 for none. */
  readonly twin: number;
};
type KnownReading = Reading & { readonly parts: readonly Part[] };
/** One code point of what is read: its UTF-16 units, the second one 0 for most. */
type Part = { readonly mark: string | null; readonly first: number; readonly second: number; readonly twin: number };

const TWINS = new Map<number, number>();
for (const [letter, codes] of Object.entries(LOOKALIKES)) {
  for (const code of codes.split(' ')) TWINS.set(Number.parseInt(code, 36), letter.charCodeAt(0));
}
/** By code point: an emoji of several is read as its parts, `woman heart woman`. */
const PICTURES = new Map([
  ...EMOJI_NAMES.split('|').map((entry): [number, string] => {
    const blank = entry.indexOf(' ');
    return [Number.parseInt(entry.slice(0, blank), 36), entry.slice(blank + 1)];
  }),
  ...Object.entries(EMOJI).map(([emoji, name]): [number, string] => [emoji.codePointAt(0) ?? 0, name]),
]);
/** Of people the tone of the skin is read, because hate means it; of hands it is not. */
const PEOPLE = /\b(?:man|men|woman|women|person|people|boy|girl|child|baby|family|guard|officer|prince|princess)\b/;
const SKIN: ReadonlyMap<number, string> = new Map([
  [0x1f3fb, 'white skin'],
  [0x1f3fe, 'black skin'],
  [0x1f3ff, 'black skin'],
]);

/** Quotation marks, dashes and bars are one sign each. */
const SIGNS: Readonly<Record<string, string>> = Object.fromEntries([
  ...'‘’‚‛ʼ′`´ʹˈ＇‹›'.split('').map((quote) => [quote, "'"]),
  ...'“”„‟«»″〝〞＂'.split('').map((quote) => [quote, '"']),
  ...'‐‑‒–—―−⁃'.split('').map((dash) => [dash, '-']),
  ...'∣│❘￨⏐'.split('').map((bar) => [bar, '|']),
]);
/** Drawn as blanks: two of Hangul's jamo, its filler in both widths, the blank of Braille. */
const FILLERS = new Set([0x115f, 0x1160, 0x3164, 0xffa0, 0x2800]);
/** Latin small capitals stand for their letters wherever they are, unlike letters of another script. */
const SMALL_CAPITALS = new Set('ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ');
const NOTHING: Reading = { as: 'nothing', text: '', kind: 'invisible', twin: 0 };
/** A compatibility form that spreads over more letters than this stays as it is. */
const LONGEST_FORM = 4;
const LONGEST_STACK = 4;
const [HASH, SEMICOLON, EQUALS, SMALL_X] = [0x23, 0x3b, 0x3d, 0x78] as const;
/** So many emoji of a text are read by name, one that is repeated on the spot counting once; more of them are a wall of pictures. */
const MOST_PICTURES = 500;
/** Tags inside the attributes of tags that leave something to be read are read to this depth; no page is written deeper. */
const DEEPEST_TAG = 4;
/** Longest entity name of HTML, with its ampersand and semicolon. */
const LONGEST_ENTITY = 33;
const SHORTEST_ENTITY = 4;
/**
 * Entities that browsers read without their semicolon, but for those of signs: the words in `this&not that` and `law&order` hide
 * nothing. A soft hyphen counts inside a word only (`cute&shy`).
 */
const UNCLOSED =
  /^&(?:amp|lt|gt|quot|nbsp|shy(?=[a-z])|[aeiou](?:acute|grave|circ|uml)|[ano]tilde|aring|aelig|ccedil|oslash|szlig|y(?:acute|uml))/i;
/** Below are control characters: `we are &#1` is said of the best. */
const FIRST_PRINTED = 0x20;

/** Beyond it no plane but one holds anything that is not read as itself. */
const LAST_LOOKED_AT = 0x3ffff;
const IGNORABLE_PLANE = 0xe;
/** Code points that are known to be read as themselves: most of all there are, so that a table of readings stays small. */
const themselves = new Uint8Array(LAST_LOOKED_AT + 1);
const unions = new Map<number, string | null>();
const MOST_UNIONS = 8_192;
/** What entities stand for, by how they are written. */
const meanings = new Map<string, string | null>();
const MOST_MEANINGS = 4_096;
const known = new Map<number, KnownReading>();

/** How a code point is read; null for one that is read as itself. */
function readingOf(code: number): KnownReading | null {
  if (code > LAST_LOOKED_AT ? code >> 16 !== IGNORABLE_PLANE : themselves[code] === 1) return null;
  let reading = known.get(code);
  if (reading === undefined) {
    reading = inParts(read(code));
    if (reading.as === 'text' && reading.text === String.fromCodePoint(code) && reading.twin === 0) {
      if (code <= LAST_LOOKED_AT) themselves[code] = 1;
      return null;
    }
    known.set(code, reading);
  }
  return reading;
}

function inParts(reading: Reading): KnownReading {
  const parts = [...reading.text].map((part) => ({
    mark: /\p{M}/u.test(part) ? part : null,
    first: part.charCodeAt(0),
    second: part.length > 1 ? part.charCodeAt(1) : 0,
    twin: part === reading.text ? reading.twin : (TWINS.get(part.codePointAt(0) ?? 0) ?? 0),
  }));
  return { ...reading, parts };
}

function read(code: number): Reading {
  if (code >= 0xd800 && code <= 0xdfff) return { as: 'text', text: '\ufffd', kind: null, twin: 0 };
  const character = String.fromCodePoint(code);
  if (/[\n\r\v\f\u0085\u2028\u2029]/.test(character)) return { as: 'text', text: '\n', kind: null, twin: 0 };
  if (FILLERS.has(code)) return { as: 'text', text: FILLER, kind: null, twin: 0 };
  if (/\s/u.test(character) && code !== 0xfeff) return { as: 'text', text: ' ', kind: null, twin: 0 };
  if (/[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}]|[\u{1F3FB}-\u{1F3FF}]/u.test(character)) return NOTHING;
  const sign = SIGNS[character];
  if (sign !== undefined) return { as: 'text', text: sign, kind: null, twin: 0 };
  const picture = PICTURES.get(code);
  if (picture !== undefined) return { as: 'picture', text: picture, kind: 'emoji', twin: 0 };
  const enclosed = enclosedLetter(code);
  if (enclosed !== undefined) return { as: 'text', text: enclosed, kind: 'letter-forms', twin: 0 };
  if ('™℠'.includes(character)) return { as: 'text', text: character, kind: null, twin: 0 };
  if (/\p{M}/u.test(character)) return { as: 'mark', text: character, kind: 'marks', twin: 0 };

  const lower = character.toLowerCase();
  const form = settled(character);
  const text = [...form].length > LONGEST_FORM ? lower : [...form].map(readAgain).join('');
  const letterLike = /[\p{L}\p{N}]/u.test(text) && text !== lower;
  const twin = /^[a-z]/.test(text) ? 0 : (TWINS.get(code) ?? TWINS.get(text.codePointAt(0) ?? 0) ?? 0);
  return { as: 'text', text, kind: letterLike && text !== lower.normalize('NFC') ? 'letter-forms' : null, twin };
}

/**
 * What a letter and a mark are together: one letter of as many units; null where they stay side by side, because vowel signs and
 * the like are letters of their scripts; nothing where the mark is decoration.
 */
function united(base: string, mark: string): string | null {
  const composed = (base + mark).normalize('NFC');
  if (composed.length === base.length) return composed;
  const sign = base.charCodeAt(0) > 0x7f && !/\p{Script=Inherited}/u.test(mark) && /^[\p{L}\p{M}]/u.test(base);
  return sign ? null : '';
}

/** The same of a base and a mark of one UTF-16 unit each, remembered. */
function unitedPair(base: number, mark: string): string | null {
  const key = base * 0x10000 + mark.charCodeAt(0);
  let union = unions.get(key);
  if (union === undefined) {
    union = united(String.fromCharCode(base), mark);
    if (unions.size >= MOST_UNIONS) unions.clear();
    unions.set(key, union);
  }
  return union;
}

/** Compatibility form in lower case, repeated until it no longer changes (`İ` takes two rounds). */
function settled(character: string): string {
  let form = character;
  for (let round = 0; round < 4; round += 1) {
    const next = form.normalize('NFKC').toLowerCase();
    if (next === form) return form;
    form = next;
  }
  return form;
}

/** A compatibility form may hold what is itself read as something else (`ŉ` is `ʼn`). */
function readAgain(character: string): string {
  if (/\s/u.test(character)) return ' ';
  if (/\p{Default_Ignorable_Code_Point}/u.test(character)) return '';
  if (SMALL_CAPITALS.has(character)) return String.fromCharCode(TWINS.get(character.charCodeAt(0)) ?? 0);
  return SIGNS[character] ?? character;
}

/** Letters in circles, squares and brackets that have no compatibility form, or one with the brackets. */
function enclosedLetter(code: number): string | undefined {
  for (const first of [0x249c, 0x1f110, 0x1f150, 0x1f170]) {
    if (code >= first && code < first + 26) return String.fromCharCode(97 + code - first);
  }
  return undefined;
}

/**
 * The first half of the normaliser: what can be said of every character by itself. Case, compatibility forms, marks,
 * invisible characters, emoji, HTML entities and tags.
 *
 * Entities and tags are looked for in what was written so far, whenever one may have ended, so that one that was hidden in
 * another, or broken up by invisible characters, is found too, and nothing is left for a second reading.
 */
export function readCharacters(original: string, log: Log): Traced {
  const out = borrow(original.length);
  /** Places in `out` of every `<` that has met no `>` yet, and how deep the tags are nested that were read behind it. */
  const opens: { readonly at: number; nested: number }[] = [];
  /** Marks in a row that could not be composed with their letter. */
  let stacked = 0;
  /** In the order of their places in `out`. */
  const turns: Turn[] = [];
  /** The last emoji in `out`, and where its name begins and ends there. */
  let picture = { name: '', begin: 0, end: -1 };
  let pictures = 0;

  /** Where in `out` the `&` stands of an entity that may go on, or -1. */
  let entity = -1;

  const append = (unit: number, begin: number, end: number, twin: number): void => {
    if (entity >= 0 && !isEntityPart(out, entity, unit)) closeEntity(unit);
    stacked = 0;
    if (unit === 0x3c) opens.push({ at: out.length, nested: 0 });
    else if (unit === 0x26) entity = out.length;
    else if (unit === 0x3b) entity = -1;
    out.push(unit, begin, end, twin);
  };

  /** Reads the entity at `entity` as browsers do where it has no semicolon. @param next what follows it; 0 for the end. */
  const closeEntity = (next: number): void => {
    const begin = entity;
    entity = -1;
    const size = out.length - begin;
    // Longer ones are not looked at: each may leave a beginning of the next one.
    if (size < SHORTEST_ENTITY - 1 || size > LONGEST_ENTITY) return;
    const written = asWritten(out, original, begin, out.length);
    const numeric = written[1] === '#';
    // In an address what stands before the sign is the name of a value.
    const found = numeric ? written : next === EQUALS ? undefined : UNCLOSED.exec(written)?.[0];
    if (found === undefined) return;
    const meaning = meaningOf(found);
    if (meaning === null || (meaning.codePointAt(0) ?? 0) < FIRST_PRINTED) return;

    /** In turn a unit and what it stands for. */
    const rest: number[] = [];
    for (let at = begin + found.length; at < out.length; at += 1)
      rest.push(out.unit(at), out.begin(at), out.end(at), out.twin(at));
    const from = out.begin(begin);
    const to = out.end(begin + found.length - 1);
    takeBack(begin);
    log.add('markup', from, to);
    for (const character of meaning) take(character.codePointAt(0) ?? 0, from, to);
    closeMarkup();
    for (let at = 0; at < rest.length; at += 4)
      append(rest[at] ?? 0, rest[at + 1] ?? 0, rest[at + 2] ?? 0, rest[at + 3] ?? 0);
  };

  const appendMark = (mark: string, begin: number, end: number): void => {
    const last = out.length - 1;
    if (last < 0) return;
    if (stacked < LONGEST_STACK) {
      const low = out.unit(last);
      const wide = low >= 0xdc00 && low <= 0xdfff && last > 0;
      // On a blank a mark is decoration.
      const union =
        String.fromCharCode(low) === FILLER
          ? ''
          : wide || mark.length > 1
            ? united(out.text(wide ? last - 1 : last), mark)
            : unitedPair(low, mark);
      if (union !== null && union !== '') {
        const first = out.length - union.length;
        for (let unit = 0; unit < union.length; unit += 1) {
          out.units[first + unit] = union.charCodeAt(unit);
          out.ends[first + unit] = end;
          out.twins[first + unit] = 0;
        }
        if (opens.at(-1)?.at === last) opens.pop();
        return;
      }
      if (union === null) {
        for (let unit = 0; unit < mark.length; unit += 1) out.push(mark.charCodeAt(unit), begin, end);
        stacked += 1;
        return;
      }
    }
    stacked += 1;
    out.ends[last] = end;
    log.add('marks', begin, end);
  };

  const appendPicture = (name: string, begin: number, end: number): void => {
    log.add('emoji', begin, end);
    if (picture.end === out.length && picture.name === name) {
      for (let at = picture.begin; at < picture.end; at += 1) out.ends[at] = end;
      return;
    }
    append(0x20, begin, end, 0);
    pictures += 1;
    if (pictures > MOST_PICTURES) return;
    picture = { name, begin: out.length - 1, end: 0 };
    out.pushText(`${name} `, begin, end);
    picture.end = out.length;
  };

  const take = (code: number, begin: number, end: number): void => {
    const reading = readingOf(code);
    if (reading === null) {
      append(code > 0xffff ? 0xd800 + ((code - 0x10000) >> 10) : code, begin, end, 0);
      if (code > 0xffff) append(0xdc00 + (code & 0x3ff), begin, end, 0);
      return;
    }
    const skin = picture.end === out.length && PEOPLE.test(picture.name) ? SKIN.get(code) : undefined;
    if (skin !== undefined) {
      appendPicture(skin, begin, end);
      return;
    }
    if (reading.kind !== null && reading.as !== 'mark') log.add(reading.kind, begin, end);
    if (reading.as === 'nothing') {
      if (isTurn(code)) turns.push({ code, at: out.length, begin, end });
      return;
    }
    if (reading.as === 'picture') {
      appendPicture(reading.text, begin, end);
      return;
    }
    if (reading.as === 'mark') {
      appendMark(reading.text, begin, end);
      return;
    }
    for (const { mark, first, second, twin } of reading.parts) {
      if (mark !== null) appendMark(mark, begin, end);
      else {
        append(first, begin, end, twin);
        if (second !== 0) append(second, begin, end, twin === 0 ? 0 : SECOND_HALF);
      }
    }
  };

  /** Takes back what was read from a place of `out` on. */
  const takeBack = (begin: number): void => {
    out.length = begin;
    while ((turns.at(-1)?.at ?? 0) > begin) turns.pop();
  };

  /** Reads the entity or tag that the last unit ended, if it ended one; may thereby end another. */
  const closeMarkup = (): void => {
    for (;;) {
      const last = out.unit(out.length - 1);
      if (last === 0x3b) {
        const begin = entityBegin(out);
        if (begin < 0) return;
        const meaning = meaningOf(asWritten(out, original, begin, out.length));
        if (meaning === null) return;
        const from = out.begin(begin);
        const to = out.end(out.length - 1);
        takeBack(begin);
        log.add('markup', from, to);
        for (const character of meaning) take(character.codePointAt(0) ?? 0, from, to);
        if (out.length === begin) return;
      } else if (last === 0x3e) {
        while ((opens.at(-1)?.at ?? -1) >= out.length) opens.pop();
        const open = opens.pop();
        if (open === undefined || out.unit(open.at) !== 0x3c) return;
        const begin = open.at;
        const tag = open.nested > DEEPEST_TAG ? null : readTag(out.text(begin + 1, out.length - 1));
        if (tag === null) {
          // So that a text is read once however many brackets close in it.
          opens.length = 0;
          return;
        }
        const from = out.begin(begin);
        const to = out.end(out.length - 1);
        takeBack(begin);
        log.add('markup', from, to);
        out.pushText(tag, from, to);
        const outer = opens.at(-1);
        if (outer !== undefined && tag !== '') outer.nested = Math.max(outer.nested, open.nested + 1);
        return;
      } else return;
    }
  };

  for (let at = 0; at < original.length; at += 1) {
    const unit = original.charCodeAt(at);
    if (unit < 0x80 && unit >= 0x20 && unit !== 0x60 && unit !== 0x7f) {
      append(unit >= 0x41 && unit <= 0x5a ? unit + 32 : unit, at, at + 1, 0);
      if (unit === 0x3b || unit === 0x3e) closeMarkup();
      continue;
    }
    const code = original.codePointAt(at) ?? unit;
    const width = code > 0xffff ? 2 : 1;
    const before = out.length;
    take(code, at, at + width);
    if (out.length !== before) closeMarkup();
    at += width - 1;
  }
  if (entity >= 0) closeEntity(0);
  return readDirection(out, turns, log);
}

/** What an entity stands for, remembered; null where it is none. Its capitals count where there is one so written. */
function meaningOf(entity: string): string | null {
  let meaning = meanings.get(entity);
  if (meaning === undefined) {
    const inSmall = entity.toLowerCase();
    const decoded = decode(entity, { level: 'html5' });
    const found = decoded === entity ? decode(inSmall, { level: 'html5' }) : decoded;
    meaning = found === inSmall ? null : found;
    if (meanings.size >= MOST_MEANINGS) meanings.clear();
    meanings.set(entity, meaning);
  }
  return meaning;
}

/** A piece of the reading with the capitals that it was written with: names of entities are told apart by them. */
function asWritten(out: Traced, original: string, begin: number, end: number): string {
  let written = '';
  for (let at = begin; at < end; at += 1) {
    const unit = out.unit(at);
    const first = original.charCodeAt(out.begin(at));
    written += String.fromCharCode(isCapital(first) && first + 32 === unit ? first : unit);
  }
  return written;
}

/** Whether an entity that begins at `begin`, and has not ended yet, goes on with a unit. */
function isEntityPart(out: Traced, begin: number, unit: number): boolean {
  if (unit === SEMICOLON) return true;
  const size = out.length - begin;
  if (size === 1 && unit === HASH) return true;
  const digit = unit >= 0x30 && unit <= 0x39;
  if (size === 1 || out.unit(begin + 1) !== HASH) return digit || isSmall(unit);
  if (size === 2) return digit || unit === SMALL_X;
  return digit || (out.unit(begin + 2) === SMALL_X && unit >= 0x61 && unit <= 0x66);
}

/** Where an entity begins that ends with the last unit, or -1. */
function entityBegin(out: Traced): number {
  const earliest = Math.max(0, out.length - LONGEST_ENTITY);
  for (let at = out.length - 2; at >= earliest; at -= 1) {
    const unit = out.unit(at);
    if (unit === 0x26) return at < out.length - SHORTEST_ENTITY + 1 ? at : -1;
    const part = (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x23;
    if (!part) return -1;
  }
  return -1;
}
