import { readFigures } from './normalise-figures.js';
import { findLinks, type Link } from './normalise-links.js';
import { readMask, readParts } from './normalise-masks.js';
import { mayBeSpaced } from './normalise-single-letters.js';
import { SpacedLetters } from './normalise-spaced.js';
import { hasRuns, shorten } from './normalise-spelling.js';
import { type Log, SECOND_HALF, Traced } from './normalise-traced.js';
import { CLASS, classOf, isLatinExtended } from './normalise-units.js';

/** Signs that break words up. */
const PARTING: ReadonlySet<number> = new Set([...'-._~/'].map((sign) => sign.charCodeAt(0)));
/** Longer than the longest coarse word. */
const LONGEST_MASK = 16;

/** What an address is read as; the addresses themselves are kept beside the text. */
const STAND_INS = { web: '[link]', mail: '[mail]' } as const;

export type Swept = {
  readonly traced: Traced;
  readonly text: string;
  /** The addresses that this sweep took out, at their places in the text that it made. */
  readonly links: readonly Link[];
};

/**
 * The second half of the normaliser: what can only be said of words. One pass over the text; a word that it made may be
 * part of another finding, so the caller repeats it until nothing changes.
 */
export function readWords(input: Traced, text: string, log: Log): Swept {
  const sweep = new Sweep(input, text, log);
  return sweep.run();
}

class Sweep {
  readonly #in: Traced;
  readonly #text: string;
  readonly #log: Log;
  readonly #out: Traced;
  readonly #size: number;
  readonly #spaced: SpacedLetters;
  /** What every unit of the text may be part of. */
  readonly #classes: Uint8Array;
  /** Up to here runs of single letters were looked for and not found. */
  #spacedUntil = 0;

  constructor(input: Traced, text: string, log: Log) {
    this.#in = input;
    this.#text = text;
    this.#log = log;
    this.#out = new Traced(input.length);
    this.#size = input.length;
    this.#spaced = new SpacedLetters(input, text);
    this.#classes = new Uint8Array(this.#size + 1);
    for (let at = 0; at < this.#size; at += 1) this.#classes[at] = classOf(input.unit(at), input.twin(at));
    this.#classes[this.#size] = CLASS.other;
  }

  run(): Swept {
    const found = findLinks(this.#text);
    const links: Link[] = [];
    let next = 0;
    let at = 0;
    while (at < this.#size) {
      const link = found[next];
      if (link !== undefined && at === link.begin) {
        const begin = this.#out.length;
        this.#standIn(STAND_INS[link.kind], link.begin, link.end, 'link');
        links.push({ ...link, begin, end: this.#out.length });
        at = link.end;
        next += 1;
        continue;
      }
      at = this.#step(at, link?.begin ?? this.#size);
    }
    const last = this.#out.unit(this.#out.length - 1);
    if (last === 0x20 || last === 0x0a) this.#out.length -= 1;
    return { traced: this.#out, text: this.#out.text(), links };
  }

  /** Reads what begins at `at`, not beyond `limit`; returns where to go on. */
  #step(at: number, limit: number): number {
    const kind = this.#class(at);
    if (kind === CLASS.space) return this.#blank(at, limit);
    if (kind === CLASS.other) return this.#punctuation(at, limit);

    const before = this.#in.unit(at - 1);
    if (at >= this.#spacedUntil && before !== 0x27 && mayBeSpaced(this.#text, at)) {
      const spaced = this.#spaced.find(at, limit);
      if (spaced.kind === 'found') {
        let gap: number | undefined;
        for (const { text, places } of spaced.words) {
          if (gap !== undefined) this.#put(0x20, gap, places[0] ?? gap);
          this.#putWord(text, places);
          gap = places.at(-1);
        }
        const end = spaced.end;
        this.#log.add('spaced', this.#in.begin(at), this.#in.end(end - 1));
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

  #class(at: number): number {
    return this.#classes[at] ?? CLASS.other;
  }

  #blank(at: number, limit: number): number {
    let end = at;
    let line = false;
    while (end < limit && this.#class(end) === CLASS.space) {
      if (this.#in.unit(end) === 0x0a) line = true;
      end += 1;
    }
    if (this.#out.length > 0) this.#put(line ? 0x0a : 0x20, at, end);
    return end;
  }

  /** One sign; the same sign more than three times in a row says no more than three. */
  #punctuation(at: number, limit: number): number {
    const unit = this.#in.unit(at);
    let end = at + 1;
    const single = unit < 0xd800 || unit > 0xdfff;
    while (single && end < limit && this.#in.unit(end) === unit) end += 1;
    const kept = Math.min(end - at, 3);
    for (let place = at; place < at + kept; place += 1)
      this.#put(unit, place, place === at + kept - 1 ? end : place + 1);
    if (unit === 0x3c || unit === 0x26) {
      // What is left of `<` and `&` begins no tag and no entity, and with a blank after it never will.
      if (end < this.#size && this.#class(end) !== CLASS.space) this.#put(0x20, end - 1, end);
    }
    return end;
  }

  /** A word of Latin letters alone. Returns where it ended, which is later where it was broken up. */
  #plainWord(begin: number, end: number, limit: number): number {
    const joined = this.#joinParts(begin, end, limit);
    if (joined > end) return joined;
    if (hasRuns(this.#text, begin, end)) this.#putWord(this.#text.slice(begin, end), countFrom(begin, end));
    else this.#out.pushFrom(this.#in, begin, end);
    return end;
  }

  /** A run of letters, digits and signs that may stand for letters. */
  #word(at: number, runEnd: number): number {
    let begin = at;
    let end = runEnd;
    const covered = end - begin <= LONGEST_MASK ? readMask(this.#text.slice(begin, end)) : null;
    if (covered !== null) {
      this.#standIn(covered, begin, end, 'masked');
      return end;
    }
    while (begin < end && this.#isEdge(begin)) begin += 1;
    while (end > begin && this.#isEdge(end - 1)) end -= 1;
    for (let place = at; place < begin; place = this.#punctuation(place, begin));
    if (begin < end) this.#core(begin, end, begin > at || end < runEnd || runEnd - at > LONGEST_MASK);
    for (let place = end; place < runEnd; place = this.#punctuation(place, runEnd));
    return runEnd;
  }

  /** Signs that are punctuation at the edge of a word, and letters only inside one. */
  #isEdge(at: number): boolean {
    const unit = this.#in.unit(at);
    return this.#class(at) === CLASS.sign && unit !== 0x40 && unit !== 0x24;
  }

  /** A word without the signs around it. @param mayBeMasked false where it was looked at already. */
  #core(begin: number, end: number, mayBeMasked: boolean): void {
    let latin = 0;
    let strange = 0;
    let twins = 0;
    for (let place = begin; place < end; place += 1) {
      const kind = this.#class(place);
      if (kind === CLASS.latin) latin += 1;
      else if (this.#in.twin(place) !== 0) twins += 1;
      else if (kind === CLASS.letter && !isLatinExtended(this.#in.unit(place))) strange += 1;
    }
    let word = this.#text.slice(begin, end);
    let places: readonly number[] | null = null;
    if (twins > 0 && latin > 0 && strange === 0) {
      this.#note('look-alikes', begin, end);
      [word, places] = this.#readTwins(begin, end);
    }
    const figures = strange === 0 ? readFigures(word) : null;
    const covered = figures === null && (mayBeMasked || places !== null) ? readMask(word) : null;
    if (figures !== null) this.#note('digits-as-letters', begin, end);
    if (covered !== null) this.#standIn(covered, begin, end, 'masked');
    else if (figures !== null && figures.length !== word.length)
      this.#standIn(figures, begin, end, 'digits-as-letters');
    else if (places === null && figures === null && !hasRuns(word)) this.#putAll(begin, end);
    else this.#putWord(figures ?? word, places ?? countFrom(begin, end));
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
    return [word, [...places, end]];
  }

  /** Takes in the rest of a coarse word that was broken up by signs; returns its end, or `end` where it was not. */
  #joinParts(begin: number, end: number, limit: number): number {
    if (end >= limit || !PARTING.has(this.#in.unit(end)) || this.#class(end + 1) !== CLASS.latin) return end;
    const reach = Math.min(limit, begin + 24);
    let until = end;
    while (until < reach && (this.#class(until) === CLASS.latin || PARTING.has(this.#in.unit(until)))) until += 1;
    while (until > end && this.#class(until - 1) !== CLASS.latin) until -= 1;
    if (until < limit && this.#class(until) !== CLASS.space && this.#class(until) !== CLASS.other) return end;
    const chunk = this.#text.slice(begin, until);
    const whole = readMask(chunk) ?? readParts(chunk);
    if (whole === null) return end;
    this.#standIn(whole, begin, until, 'masked');
    return until;
  }

  /** Writes a word letter by letter, with letters repeated for effect cut. `places` has one entry more than the word. */
  #putWord(word: string, places: readonly number[]): void {
    const short = hasRuns(word) ? shorten(word) : null;
    if (short === null) {
      for (let index = 0; index < word.length; index += 1) {
        this.#put(word.charCodeAt(index), places[index] ?? 0, places[index + 1] ?? 0);
      }
      return;
    }
    this.#note('repeated', places[0] ?? 0, places.at(-1) ?? 0);
    let taken = 0;
    for (let index = 0; index < short.length; ) {
      const letter = short[index];
      let kept = 0;
      while (short[index + kept] === letter) kept += 1;
      let held = 0;
      while (word[taken + held] === letter) held += 1;
      for (let place = 0; place < kept; place += 1) {
        const until = place === kept - 1 ? taken + held : taken + place + 1;
        this.#put(short.charCodeAt(index), places[taken + place] ?? 0, places[until] ?? 0);
      }
      index += kept;
      taken += held;
    }
  }

  #standIn(words: string, begin: number, end: number, kind: 'link' | 'masked' | 'digits-as-letters'): void {
    this.#note(kind, begin, end);
    this.#out.pushText(words, this.#in.begin(begin), this.#in.end(end - 1));
  }

  #note(kind: Parameters<Log['add']>[0], begin: number, end: number): void {
    this.#log.add(kind, this.#in.begin(begin), this.#in.end(end - 1));
  }

  #putAll(begin: number, end: number): void {
    for (let place = begin; place < end; place += 1) this.#put(this.#in.unit(place), place, place + 1);
  }

  /** Writes one unit that stands for the units from `begin` to `end` of the input. */
  #put(unit: number, begin: number, end: number): void {
    const twin = end === begin + 1 && this.#in.unit(begin) === unit ? this.#in.twin(begin) : 0;
    this.#out.push(unit, this.#in.begin(begin), this.#in.end(end - 1), twin);
  }
}

/** Every place from `begin` to `end`, both included. */
function countFrom(begin: number, end: number): readonly number[] {
  const places: number[] = [];
  for (let place = begin; place <= end; place += 1) places.push(place);
  return places;
}
