import { mayHoldFigures } from './normalise-figures.js';
import { findLinks, type Link } from './normalise-links.js';
import { mayBeBroken, readMask, readParts } from './normalise-masks.js';
import type { Readings } from './normalise-readings.js';
import { mayBeSpaced } from './normalise-single-letters.js';
import { SpacedLetters } from './normalise-spaced.js';
import { mayBeDrawnOut } from './normalise-spelling.js';
import { borrow, type Log, SECOND_HALF, type Traced } from './normalise-traced.js';
import { CLASS, classesOf, isLatinExtended } from './normalise-units.js';
import { SHORTEST_FIRM, unsettled } from './normalise-unsettled.js';
import { isHidden, isWord } from './normalise-vocabulary.js';
import type { Stretch } from './spans.js';

/** By UTF-16 unit, 1 for a sign that breaks words up. */
const PARTS = new Uint8Array(0x10000);
for (const sign of '-._~/') PARTS[sign.charCodeAt(0)] = 1;
/** Longer than the longest coarse word. */
const LONGEST_MASK = 16;
/** Longer than the longest coarse word with signs in it. */
const LONGEST_BROKEN = 24;
const LONGEST_EMPHASISED = 30;
/** Three of Markdown's stars are bold and slanted. */
const MOST_STARS = 3;
const [SPACE, LINE, AMPERSAND, APOSTROPHE, LESS, AT, DOLLAR, BAR, STAR] = [
  0x20, 0x0a, 0x26, 0x27, 0x3c, 0x40, 0x24, 0x7c, 0x2a,
] as const;

/** Cyrillic and Greek i and palochka, and the i without a dot: all are drawn like an l, too. */
const STROKES = 'ӏіιı';
const MOST_STROKES = 4;

/** What an address is read as; the addresses themselves are kept beside the text. */
const STAND_INS = { web: '[link]', mail: '[mail]' } as const;

export type Swept = {
  readonly traced: Traced;
  readonly text: string;
  /** The addresses that this sweep took out, at their places in the text that it made. */
  readonly links: readonly Link[];
  /** How many words it read in figures, and how many it met that have letters and digits. */
  readonly figured: number;
  readonly mixed: number;
  /** What of the text that it made may be read as something else again. */
  readonly unsettled: readonly Stretch[];
};

/**
 * The second half of the normaliser: what can only be said of words. One pass over the text; a word that it made may be
 * part of another finding, so the caller repeats it until nothing changes.
 *
 * @param original what was written; the text no longer has its case.
 * @param stretches what is to be read of the text, in order, see `unsettled`; all else stays as it is.
 */
export function readWords(
  input: Traced,
  text: string,
  original: string,
  log: Log,
  readings: Readings,
  stretches: readonly Stretch[] = [{ begin: 0, end: input.length }],
): Swept {
  const sweep = new Sweep(input, text, original, log, readings);
  for (const stretch of stretches) sweep.read(stretch);
  return sweep.finish();
}

class Sweep {
  readonly #in: Traced;
  readonly #text: string;
  readonly #original: string;
  readonly #log: Log;
  readonly #readings: Readings;
  #figured = 0;
  #mixed = 0;
  readonly #links: Link[] = [];
  /** What was left alone, as places of the output, but for what is too short to hold a firm gap. */
  readonly #copies: Stretch[] = [];
  /** What is written so far; most texts are as they are meant, and need none. */
  #output: Traced | null = null;
  readonly #size: number;
  #spaced: SpacedLetters | null = null;
  /** What every unit of the text may be part of. */
  readonly #classes: Uint8Array;
  /** Up to here runs of single letters were looked for and not found. */
  #spacedUntil = 0;
  /** From here on what was read stays as it is, and is not written yet: most of a text is copied in few pieces. */
  #kept = 0;

  constructor(input: Traced, text: string, original: string, log: Log, readings: Readings) {
    this.#original = original;
    this.#in = input;
    this.#text = text;
    this.#log = log;
    this.#readings = readings;
    this.#size = input.length;
    this.#classes = classesOf(input);
  }

  read({ begin, end }: Stretch): void {
    const found = findLinks(this.#text, begin, end);
    let next = 0;
    let at = begin;
    while (at < end) {
      const link = found[next];
      if (link !== undefined && at === link.begin) {
        this.#keep(at);
        const place = this.#out.length;
        this.#standIn(STAND_INS[link.kind], link.begin, link.end, 'link');
        this.#links.push({ ...link, begin: place, end: this.#out.length });
        at = link.end;
        next += 1;
        continue;
      }
      at = this.#step(at, link?.begin ?? end);
    }
  }

  finish(): Swept {
    const endsBlank = isBlank(this.#in.unit(this.#size - 1));
    if (this.#kept === 0 && !endsBlank)
      return { traced: this.#in, text: this.#text, links: this.#links, figured: 0, mixed: this.#mixed, unsettled: [] };
    this.#keep(this.#size);
    const out = this.#out;
    if (isBlank(out.unit(out.length - 1))) out.length -= 1;
    return {
      traced: out,
      text: out.text(),
      links: this.#links,
      figured: this.#figured,
      mixed: this.#mixed,
      unsettled: unsettled(out, this.#copies),
    };
  }

  /** Reads what begins at `at`, not beyond `limit`; returns where to go on. */
  #step(at: number, limit: number): number {
    const kind = this.#class(at);
    if (kind === CLASS.space) return this.#blank(at, limit);
    if (kind === CLASS.other) return this.#punctuation(at, limit);

    if (at >= this.#spacedUntil && mayBeSpaced(this.#text, at) && this.#in.unit(at - 1) !== APOSTROPHE) {
      this.#spaced ??= new SpacedLetters(this.#in, this.#text, this.#classes, this.#original);
      const spaced = this.#spaced.find(at, limit);
      if (spaced.kind !== 'none') {
        let gap: number | undefined;
        for (const { text, places } of spaced.words) {
          if (gap !== undefined) this.#gap(gap, places[0] ?? gap);
          this.#putWord(text, places[0] ?? at, places);
          gap = places.at(-1);
        }
        const end = spaced.end;
        if (spaced.kind === 'found') this.#log.add('spaced', this.#in.begin(at), this.#in.end(end - 1));
        return end;
      }
      this.#spacedUntil = spaced.until;
    }
    let end = at;
    let plain = true;
    for (; end < limit; end += 1) {
      const part = this.#class(end);
      if (part === CLASS.space || part === CLASS.other) break;
      if (part !== CLASS.latin) plain = false;
    }
    return plain ? this.#plainWord(at, end, limit) : this.#word(at, end);
  }

  get #out(): Traced {
    this.#output ??= borrow(this.#size);
    return this.#output;
  }

  #class(at: number): number {
    return this.#classes[at] ?? CLASS.other;
  }

  #blank(at: number, limit: number): number {
    let end = at;
    let line = false;
    while (end < limit && this.#class(end) === CLASS.space) {
      if (this.#in.unit(end) === LINE) line = true;
      end += 1;
    }
    if (this.#kept === at && (this.#output?.length ?? 0) === 0) this.#kept = end;
    else if (end > at + 1) this.#put(line ? LINE : SPACE, at, end);
    return end;
  }

  /** One sign; the same sign more than three times in a row says no more than three. */
  #punctuation(at: number, limit: number): number {
    const unit = this.#in.unit(at);
    let end = at + 1;
    const single = unit < 0xd800 || unit > 0xdfff;
    while (single && end < limit && this.#in.unit(end) === unit) end += 1;
    if (end - at > 3) this.#put(unit, at + 2, end);
    // What is left of `<` and `&` begins no tag and no entity, and with a blank after it never will.
    if ((unit === LESS || unit === AMPERSAND) && end < this.#size && this.#class(end) !== CLASS.space) {
      this.#keep(end);
      this.#push(SPACE, end - 1, end);
    }
    return end;
  }

  /** A word of Latin letters alone. Returns where it ended, which is later where it was broken up. */
  #plainWord(begin: number, end: number, limit: number): number {
    const joined = this.#joinParts(begin, end, limit);
    if (joined > end) return joined;
    if (mayBeDrawnOut(this.#text, begin, end)) this.#putWord(this.#text.slice(begin, end), begin, null);
    return end;
  }

  /** Writes a word that Markdown's stars are in (`**k**ill`), as it shows it: every star belongs to a pair, one at least inside. */
  #isEmphasised(begin: number, end: number): boolean {
    let word = '';
    const places: number[] = [];
    /** How many stars began a pair that is open. */
    let open = 0;
    let inside = false;
    for (let at = begin; at < end; ) {
      if (this.#class(at) === CLASS.latin) {
        word += this.#text[at] ?? '';
        places.push(at);
        at += 1;
        continue;
      }
      let stars = 0;
      while (at + stars < end && this.#in.unit(at + stars) === STAR) stars += 1;
      if (stars === 0 || stars > MOST_STARS || (open !== 0 && open !== stars)) return false;
      open = open === 0 ? stars : 0;
      if (word !== '' && at + stars < end) inside = true;
      at += stars;
    }
    if (!inside || open !== 0 || !isWord(word)) return false;
    // A star may as well cover a letter: `s*it*` is no sitting.
    if (!isHidden(word) && readMask(this.#text.slice(places[0], (places.at(-1) ?? 0) + 1)) !== null) return false;
    this.#note('markup', begin, end);
    places[0] = begin;
    places.push(end);
    this.#putWord(word, begin, places);
    return true;
  }

  /** A run of letters, digits and signs that may stand for letters. */
  #word(at: number, runEnd: number): number {
    let begin = at;
    let end = runEnd;
    const covered = end - begin <= LONGEST_MASK ? readMask(this.#text, begin, end) : null;
    if (covered !== null) {
      this.#standIn(covered, begin, end, 'masked');
      return end;
    }
    if (this.#isBarred(at, runEnd)) return runEnd;
    if (end - begin <= LONGEST_EMPHASISED && this.#isEmphasised(at, runEnd)) return runEnd;
    while (begin < end && this.#isEdge(begin)) begin += 1;
    while (end > begin && this.#isEdge(end - 1)) end -= 1;
    for (let place = at; place < begin; place = this.#punctuation(place, begin));
    if (begin < end) this.#core(begin, end, begin > at || end < runEnd || runEnd - at > LONGEST_MASK);
    for (let place = end; place < runEnd; place = this.#punctuation(place, runEnd));
    return runEnd;
  }

  /** Writes a hidden word that begins or ends in bars (`ki||`, `|diot`); said to be none where it is a word without them. */
  #isBarred(begin: number, end: number): boolean {
    if (this.#in.unit(begin) !== BAR && this.#in.unit(end - 1) !== BAR) return false;
    const word = this.#text.slice(begin, end);
    const figures = end - begin > LONGEST_MASK ? null : this.#readings.inFigures(word);
    if (figures === null || figures.length !== word.length || !isHidden(figures) || isWord(word.replaceAll('|', '')))
      return false;
    this.#figured += 1;
    this.#note('digits-as-letters', begin, end);
    this.#putWord(figures, begin, null);
    return true;
  }

  /** Signs that are punctuation at the edge of a word, and letters only inside one. */
  #isEdge(at: number): boolean {
    const unit = this.#in.unit(at);
    return this.#class(at) === CLASS.sign && unit !== AT && unit !== DOLLAR;
  }

  /** A word without the signs around it. @param mayBeMasked false where it was looked at already. */
  #core(begin: number, end: number, mayBeMasked: boolean): void {
    let latin = 0;
    let strange = 0;
    let twins = 0;
    let digits = 0;
    for (let place = begin; place < end; place += 1) {
      const kind = this.#class(place);
      if (kind === CLASS.latin) latin += 1;
      else if (kind === CLASS.digit) digits += 1;
      else if (this.#in.twin(place) !== 0) twins += 1;
      else if (kind === CLASS.letter && !isLatinExtended(this.#in.unit(place))) strange += 1;
    }
    if (latin > 0 && digits > 0) this.#mixed += 1;
    let word = this.#text.slice(begin, end);
    let places: readonly number[] | null = null;
    if (twins > 0 && latin > 0 && strange === 0) {
      this.#note('look-alikes', begin, end);
      [word, places] = this.#readTwins(begin, end);
    }
    // One figure or sign alone is no word.
    const mayBeFigured =
      strange === 0 && end > begin + 1 && (places !== null || mayHoldFigures(this.#text, begin, end));
    const figures = mayBeFigured ? this.#readings.inFigures(word) : null;
    const covered = figures === null && (mayBeMasked || places !== null) ? readMask(word) : null;
    if (figures !== null) {
      this.#figured += 1;
      this.#note('digits-as-letters', begin, end);
    }
    if (covered !== null) this.#standIn(covered, begin, end, 'masked');
    else if (figures !== null && figures.length !== word.length)
      this.#standIn(figures, begin, end, 'digits-as-letters');
    else if (places !== null || figures !== null || mayBeDrawnOut(word)) this.#putWord(figures ?? word, begin, places);
  }

  #readTwins(begin: number, end: number): readonly [string, readonly number[]] {
    let word = '';
    const places: number[] = [];
    for (let place = begin; place < end; place += 1) {
      const twin = this.#in.twin(place);
      if (twin === SECOND_HALF) continue;
      places.push(place);
      word += twin === 0 ? (this.#text[place] ?? '') : String.fromCharCode(twin);
    }
    places.push(end);
    return [likelier(word, this.#text, places), places];
  }

  /** Takes in the rest of a coarse word that was broken up by signs; returns its end, or `end` where it was not. */
  #joinParts(begin: number, end: number, limit: number): number {
    if (end >= limit || PARTS[this.#in.unit(end)] !== 1 || this.#class(end + 1) !== CLASS.latin) return end;
    if (!mayBeBroken(this.#text, begin, end)) return end;
    const reach = Math.min(limit, begin + LONGEST_BROKEN);
    let until = end;
    while (until < reach && (this.#class(until) === CLASS.latin || PARTS[this.#in.unit(until)] === 1)) until += 1;
    while (until > end && this.#class(until - 1) !== CLASS.latin) until -= 1;
    if (until < limit && this.#class(until) !== CLASS.space && this.#class(until) !== CLASS.other) return end;
    const whole = readMask(this.#text, begin, until) ?? readParts(this.#text, begin, until);
    if (whole === null) return end;
    this.#standIn(whole, begin, until, 'masked');
    return until;
  }

  /**
   * Writes a word letter by letter, with letters repeated for effect cut.
   *
   * @param begin where its first letter stands.
   * @param places where each of its letters stands, and the place where the last one ends; null where they stand side by side.
   */
  #putWord(word: string, begin: number, places: readonly number[] | null): void {
    const short = mayBeDrawnOut(word) ? this.#readings.shortened(word) : null;
    if (short === null) {
      for (let index = 0; index < word.length; index += 1)
        this.#put(word.charCodeAt(index), placeOf(index, begin, places), placeOf(index + 1, begin, places));
      return;
    }
    this.#note('repeated', placeOf(0, begin, places), placeOf(word.length, begin, places));
    let taken = 0;
    for (let index = 0; index < short.length; ) {
      const letter = short.charCodeAt(index);
      let kept = 1;
      while (short.charCodeAt(index + kept) === letter) kept += 1;
      let held = 1;
      while (word.charCodeAt(taken + held) === letter) held += 1;
      for (let place = 0; place < kept; place += 1) {
        const until = place === kept - 1 ? taken + held : taken + place + 1;
        this.#put(letter, placeOf(taken + place, begin, places), placeOf(until, begin, places));
      }
      index += kept;
      taken += held;
    }
  }

  #standIn(words: string, begin: number, end: number, kind: 'link' | 'masked' | 'digits-as-letters'): void {
    this.#keep(begin);
    this.#note(kind, begin, end);
    this.#out.pushText(words, this.#in.begin(begin), this.#in.end(end - 1));
    this.#kept = end;
  }

  #note(kind: Parameters<Log['add']>[0], begin: number, end: number): void {
    this.#log.add(kind, this.#in.begin(begin), this.#in.end(end - 1));
  }

  /** Writes one unit that stands for the units from `begin` to `end` of the input. */
  #put(unit: number, begin: number, end: number): void {
    if (end === begin + 1 && this.#in.unit(begin) === unit) return;
    this.#keep(begin);
    this.#push(unit, begin, end);
    this.#kept = end;
  }

  #push(unit: number, begin: number, end: number): void {
    this.#out.push(unit, this.#in.begin(begin), this.#in.end(end - 1));
  }

  /** Writes a blank for what is from `begin` to `end`, or behind the unit before it where that is nothing. */
  #gap(begin: number, end: number): void {
    if (end > begin) this.#put(SPACE, begin, end);
    else {
      this.#keep(begin);
      this.#push(SPACE, begin - 1, begin);
    }
  }

  /** Writes what was kept before `end`. */
  #keep(end: number): void {
    if (end > this.#kept) {
      const out = this.#out;
      const begin = out.length;
      out.pushFrom(this.#in, this.#kept, end);
      if (end - this.#kept >= SHORTEST_FIRM) this.#copies.push({ begin, end: out.length });
    }
    this.#kept = end;
  }
}

function isBlank(unit: number): boolean {
  return unit === SPACE || unit === LINE;
}

/**
 * A word with each stroke of another script, read as an i or an l in it, as the other one where only that gives a word (`kіӏӏ`).
 *
 * @param places where in the text each of its letters stands.
 */
function likelier(word: string, text: string, places: readonly number[]): string {
  if (word.length > LONGEST_BROKEN || isWord(word)) return word;
  const strokes: number[] = [];
  for (let index = 0; index < word.length; index += 1)
    if (STROKES.includes(text[places[index] ?? 0] ?? ' ')) strokes.push(index);
  if (strokes.length === 0 || strokes.length > MOST_STROKES) return word;
  for (let way = 0; way < 1 << strokes.length; way += 1) {
    const letters = [...word];
    for (const [place, index] of strokes.entries()) letters[index] = (way >> place) & 1 ? 'l' : 'i';
    const meant = letters.join('');
    if (isWord(meant)) return meant;
  }
  return word;
}

/** Where a letter of a word stands that begins at `begin`, or whose letters stand at `places`. */
function placeOf(index: number, begin: number, places: readonly number[] | null): number {
  return places === null ? begin + index : (places[index] ?? 0);
}
