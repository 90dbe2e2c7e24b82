import { mayHoldFigures } from './normalise-figures.js';
import { findLinks, type Link } from './normalise-links.js';
import { mayBeBroken, readMask, readParts } from './normalise-masks.js';
import type { Readings } from './normalise-readings.js';
import { Rewriting } from './normalise-rewriting.js';
import { mayBeSpaced } from './normalise-single-letters.js';
import { SpacedLetters } from './normalise-spaced.js';
import { mayBeDrawnOut } from './normalise-spelling.js';
import { type Log, SECOND_HALF, type Traced } from './normalise-traced.js';
import { CLASS, classesOf, isLatinExtended } from './normalise-units.js';
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

const [LATIN, SIGN, LETTER] = [1 << CLASS.latin, 1 << CLASS.sign, 1 << CLASS.letter] as const;
const MIXED = LATIN | (1 << CLASS.digit);
let wordUnits = new Uint16Array(LONGEST_BROKEN);

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
  readonly #units: Uint16Array;
  readonly #out: Rewriting;
  #figured = 0;
  #mixed = 0;
  readonly #links: Link[] = [];
  readonly #size: number;
  #spaced: SpacedLetters | null = null;
  /** What every unit of the text may be part of. */
  readonly #classes: Uint8Array;
  /** Up to here runs of single letters were looked for and not found. */
  #spacedUntil = 0;

  constructor(input: Traced, text: string, original: string, log: Log, readings: Readings) {
    this.#original = original;
    this.#in = input;
    this.#text = text;
    this.#log = log;
    this.#readings = readings;
    this.#size = input.length;
    this.#units = input.units;
    this.#classes = classesOf(input);
    this.#out = new Rewriting(input, this.#classes);
  }

  read({ begin, end }: Stretch): void {
    const found = findLinks(this.#text, this.#units, begin, end);
    let next = 0;
    let at = begin;
    while (at < end) {
      const link = found[next];
      if (link !== undefined && at === link.begin) {
        this.#out.keep(at);
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
    const { traced, changed, unsettled } = this.#out.finish();
    return {
      traced,
      text: changed ? traced.text() : this.#text,
      links: this.#links,
      figured: this.#figured,
      mixed: this.#mixed,
      unsettled,
    };
  }

  /** Reads what begins at `at`, not beyond `limit`; returns where to go on. */
  #step(at: number, limit: number): number {
    const kind = this.#class(at);
    if (kind === CLASS.space) return this.#blank(at, limit);
    if (kind === CLASS.other) return this.#punctuation(at, limit);

    if (at >= this.#spacedUntil && mayBeSpaced(this.#in, at) && this.#in.unit(at - 1) !== APOSTROPHE) {
      const end = this.#closeUp(at, limit);
      if (end > at) return end;
    }
    const latin = this.#endOfLatin(at, limit);
    const end = this.#endOfRun(latin, limit);
    return end === latin ? this.#plainWord(at, end, limit) : this.#word(at, end);
  }

  #endOfLatin(at: number, limit: number): number {
    let end = at;
    while (end < limit && this.#class(end) === CLASS.latin) end += 1;
    return end;
  }

  /** Where the letters, digits and signs end that stand side by side. */
  #endOfRun(at: number, limit: number): number {
    let end = at;
    while (end < limit && this.#class(end) !== CLASS.space && this.#class(end) !== CLASS.other) end += 1;
    return end;
  }

  /** Writes the words of letters set apart that begin at `at`. Returns where they end; `at` where there are none. */
  #closeUp(at: number, limit: number): number {
    this.#spaced ??= new SpacedLetters(this.#in, this.#text, this.#classes, this.#original);
    const spaced = this.#spaced.find(at, limit);
    if (spaced.kind === 'none') {
      this.#spacedUntil = spaced.until;
      return at;
    }
    let gap: number | undefined;
    for (const { text, places } of spaced.words) {
      if (gap !== undefined) this.#out.gap(gap, places[0] ?? gap);
      this.#putWord(text, places[0] ?? at, places);
      gap = places.at(-1);
    }
    if (spaced.kind === 'found') this.#log.add('spaced', this.#in.begin(at), this.#in.end(spaced.end - 1));
    return spaced.end;
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
    if (!this.#out.dropFirst(at, end) && end > at + 1) this.#out.put(line ? LINE : SPACE, at, end);
    return end;
  }

  /** One sign; the same sign more than three times in a row says no more than three. */
  #punctuation(at: number, limit: number): number {
    const unit = this.#in.unit(at);
    let end = at + 1;
    const single = unit < 0xd800 || unit > 0xdfff;
    while (single && end < limit && this.#in.unit(end) === unit) end += 1;
    if (end - at > 3) this.#out.put(unit, at + 2, end);
    // What is left of `<` and `&` begins no tag and no entity, and with a blank after it never will.
    if ((unit === LESS || unit === AMPERSAND) && end < this.#size && this.#class(end) !== CLASS.space) {
      this.#out.gap(end, end);
    }
    return end;
  }

  /** A word of Latin letters alone. Returns where it ended, which is later where it was broken up. */
  #plainWord(begin: number, end: number, limit: number): number {
    const joined = this.#joinParts(begin, end, limit);
    if (joined > end) return joined;
    if (mayBeDrawnOut(this.#units, begin, end)) this.#putWord(this.#text.slice(begin, end), begin, null);
    return end;
  }

  /** Writes a word that Markdown's stars are in (`**k**ill`), as it shows it: every star belongs to a pair, one at least inside. */
  #isEmphasised(begin: number, end: number): boolean {
    let word = '';
    const places: number[] = [];
    /** How many stars began a pair that is open. */
    let open = 0;
    let inside = false;
    const first = this.#endOfLatin(begin, end);
    if (first === end || this.#units[first] !== STAR) return false;
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
    if (!isHidden(word) && readMask(this.#units, places[0] ?? begin, (places.at(-1) ?? begin) + 1) !== null)
      return false;
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
    const classes = this.#classesIn(begin, end);
    if ((classes & SIGN) === 0) {
      this.#core(begin, end, classes, false);
      return end;
    }
    const covered = end - begin <= LONGEST_MASK ? readMask(this.#units, begin, end) : null;
    if (covered !== null) {
      this.#standIn(covered, begin, end, 'masked');
      return end;
    }
    if (this.#isBarred(at, runEnd)) return runEnd;
    if (end - begin <= LONGEST_EMPHASISED && this.#isEmphasised(at, runEnd)) return runEnd;
    while (begin < end && this.#isEdge(begin)) begin += 1;
    while (end > begin && this.#isEdge(end - 1)) end -= 1;
    for (let place = at; place < begin; place = this.#punctuation(place, begin));
    if (begin < end) this.#core(begin, end, classes, begin > at || end < runEnd || runEnd - at > LONGEST_MASK);
    for (let place = end; place < runEnd; place = this.#punctuation(place, runEnd));
    return runEnd;
  }

  /** A bit for each class that a stretch has. */
  #classesIn(begin: number, end: number): number {
    let found = 0;
    for (let at = begin; at < end; at += 1) found |= 1 << this.#class(at);
    return found;
  }

  /** Writes a hidden word that begins or ends in bars (`ki||`, `|diot`); said to be none where it is a word without them. */
  #isBarred(begin: number, end: number): boolean {
    if (this.#in.unit(begin) !== BAR && this.#in.unit(end - 1) !== BAR) return false;
    const word = this.#text.slice(begin, end);
    const figures = end - begin > LONGEST_MASK ? null : this.#readings.inFigures(word, this.#units, begin, end);
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

  /** A word without the signs around it. @param classes that it has. @param mayBeMasked false where it was looked at already. */
  #core(begin: number, end: number, classes: number, mayBeMasked: boolean): void {
    if ((classes & MIXED) === MIXED) this.#mixed += 1;
    let strange = 0;
    if ((classes & LETTER) !== 0) {
      let twins = 0;
      for (let place = begin; place < end; place += 1) {
        if (this.#in.twin(place) !== 0) twins += 1;
        else if (this.#class(place) === CLASS.letter && !isLatinExtended(this.#in.unit(place))) strange += 1;
      }
      if (twins > 0 && strange === 0 && (classes & LATIN) !== 0) {
        this.#lookAlike(begin, end);
        return;
      }
    }
    // One figure or sign alone is no word.
    const mayBeFigured = strange === 0 && end > begin + 1 && mayHoldFigures(this.#units, begin, end);
    const figures = mayBeFigured
      ? this.#readings.inFigures(this.#text.slice(begin, end), this.#units, begin, end)
      : null;
    if (figures !== null) {
      this.#putFigures(figures, begin, end);
      return;
    }
    const covered = mayBeMasked ? readMask(this.#units, begin, end) : null;
    if (covered !== null) this.#standIn(covered, begin, end, 'masked');
    else if (mayBeDrawnOut(this.#units, begin, end)) this.#putWord(this.#text.slice(begin, end), begin, null);
  }

  /** A word with letters of other scripts that are drawn like Latin ones. */
  #lookAlike(begin: number, end: number): void {
    this.#note('look-alikes', begin, end);
    const [word, places] = this.#readTwins(begin, end);
    const letters = unitsOf(word);
    const figures = mayHoldFigures(letters, 0, word.length)
      ? this.#readings.inFigures(word, letters, 0, word.length)
      : null;
    const covered = figures === null ? readMask(letters, 0, word.length) : null;
    if (figures !== null) {
      this.#figured += 1;
      this.#note('digits-as-letters', begin, end);
    }
    if (covered !== null) this.#standIn(covered, begin, end, 'masked');
    else if (figures !== null && figures.length !== word.length)
      this.#standIn(figures, begin, end, 'digits-as-letters');
    else this.#putWord(figures ?? word, begin, places);
  }

  /** Writes the letters that figures and signs of a word stand for. */
  #putFigures(figures: string, begin: number, end: number): void {
    this.#figured += 1;
    this.#note('digits-as-letters', begin, end);
    if (figures.length !== end - begin) this.#standIn(figures, begin, end, 'digits-as-letters');
    else this.#putWord(figures, begin, null);
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
    if (!mayBeBroken(this.#units, begin, end)) return end;
    const reach = Math.min(limit, begin + LONGEST_BROKEN);
    let until = end;
    while (until < reach && (this.#class(until) === CLASS.latin || PARTS[this.#in.unit(until)] === 1)) until += 1;
    while (until > end && this.#class(until - 1) !== CLASS.latin) until -= 1;
    if (until < limit && this.#class(until) !== CLASS.space && this.#class(until) !== CLASS.other) return end;
    const whole = readMask(this.#units, begin, until) ?? readParts(this.#units, begin, until);
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
    const letters = unitsOf(word);
    const short = mayBeDrawnOut(letters, 0, word.length) ? this.#readings.shortened(word) : null;
    if (short === null) {
      for (let index = 0; index < word.length; index += 1)
        this.#out.put(letters[index] ?? 0, placeOf(index, begin, places), placeOf(index + 1, begin, places));
      return;
    }
    this.#note('repeated', placeOf(0, begin, places), placeOf(word.length, begin, places));
    let taken = 0;
    for (let index = 0; index < short.length; ) {
      const letter = short.charCodeAt(index);
      let kept = 1;
      while (index + kept < short.length && short.charCodeAt(index + kept) === letter) kept += 1;
      let held = 1;
      while (taken + held < word.length && letters[taken + held] === letter) held += 1;
      for (let place = 0; place < kept; place += 1) {
        const until = place === kept - 1 ? taken + held : taken + place + 1;
        this.#out.put(letter, placeOf(taken + place, begin, places), placeOf(until, begin, places));
      }
      index += kept;
      taken += held;
    }
  }

  #standIn(words: string, begin: number, end: number, kind: 'link' | 'masked' | 'digits-as-letters'): void {
    this.#note(kind, begin, end);
    this.#out.putText(words, begin, end);
  }

  #note(kind: Parameters<Log['add']>[0], begin: number, end: number): void {
    this.#log.add(kind, this.#in.begin(begin), this.#in.end(end - 1));
  }
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

/** The letters of a word, until another one is asked for. */
function unitsOf(word: string): Uint16Array {
  if (word.length > wordUnits.length) wordUnits = new Uint16Array(2 * word.length);
  for (let index = 0; index < word.length; index += 1) wordUnits[index] = word.charCodeAt(index);
  return wordUnits;
}

/** Where a letter of a word stands that begins at `begin`, or whose letters stand at `places`. */
function placeOf(index: number, begin: number, places: readonly number[] | null): number {
  return places === null ? begin + index : (places[index] ?? 0);
}
