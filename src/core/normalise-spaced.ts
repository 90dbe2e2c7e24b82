import { LONGEST_FIGURED, readFigures } from './normalise-figures.js';
import { SingleLetters } from './normalise-single-letters.js';
import { shorten } from './normalise-spelling.js';
import type { Traced } from './normalise-traced.js';
import { isWord, partWords } from './normalise-vocabulary.js';

/** A word, with the input place of every letter and that of its end. */
export type SpacedWord = { readonly text: string; readonly places: readonly number[] };

export type Spaced =
  | { readonly kind: 'found'; readonly words: readonly SpacedWord[]; readonly end: number }
  /** No run begins before `until`. */
  | { readonly kind: 'none'; readonly until: number };

/** Letters that are closed up at once; what follows them is a run of its own. */
const LONGEST_RUN = 400;
/** Letters written together are parted into words up to this many. */
const LONGEST_PARTED = 60;
const SHORTEST_PARTED = 4;

/** What lies between two wider gaps, as places in a run; `end` is exclusive. */
type Group = { readonly begin: number; readonly end: number };

/**
 * Finds letters set apart by one kind of gap (`p a r a s 1 t e s`, `s.p.a.c.e.d`), at least three, and closes them up. Gaps
 * wider than the narrowest part words; letters without such gaps are parted by the vocabulary.
 *
 * A long run is met many times over, each time a few letters further on. What it holds is therefore found out once.
 */
export class SpacedLetters {
  readonly #singles: SingleLetters;
  /** The last group that its figures kept from being words, so that no run over it is tried again. */
  #wordless: Group = { begin: -1, end: -1 };

  /** @param classes of the input's units. */
  constructor(input: Traced, text: string, classes: Uint8Array) {
    this.#singles = new SingleLetters(input, text, classes);
  }

  /** Looks for a run that begins at `at` of the text, not beyond `limit`. */
  find(at: number, limit: number): Spaced {
    if (this.#singles.read(at, limit)) this.#wordless = { begin: -1, end: -1 };
    const singles = this.#singles;
    const begin = singles.here;
    const end = Math.min(begin + LONGEST_RUN, singles.size);
    if (end - begin < 3) return { kind: 'none', until: at + 1 };

    const plainEnd = singles.nextFigure(begin);
    if (plainEnd >= end) return this.#found(this.#groups(begin, end));

    // With figures among them the letters must make words; otherwise only three letters in a row are a run.
    const lettered = singles.afterLastLetter(end);
    if (lettered - begin >= 3 && lettered - begin <= LONGEST_PARTED) {
      const groups = this.#groups(begin, lettered);
      if (this.#areWords(groups)) return this.#found(groups);
    }
    const three = singles.nextThree(begin);
    if (three + 3 > end) return { kind: 'none', until: singles.begin(end - 1) + 1 };
    if (three > begin) return { kind: 'none', until: singles.begin(three) };
    return this.#found(this.#groups(begin, plainEnd));
  }

  #found(groups: readonly Group[]): Spaced {
    const words: SpacedWord[] = [];
    for (const group of groups) {
      let from = group.begin;
      for (const text of parted(this.#word(group))) {
        const places: number[] = [];
        for (let index = 0; index < text.length; index += 1) places.push(this.#singles.begin(from + index));
        from += text.length;
        places.push(this.#singles.begin(from - 1) + 1);
        words.push({ text, places });
      }
    }
    return { kind: 'found', words, end: words.at(-1)?.places.at(-1) ?? 0 };
  }

  #groups(begin: number, end: number): readonly Group[] {
    const singles = this.#singles;
    let narrowest = Number.POSITIVE_INFINITY;
    for (let index = begin; index < end - 1; index += 1) narrowest = Math.min(narrowest, singles.width(index));
    const groups: Group[] = [];
    let from = begin;
    let alone = 0;
    for (let index = begin; index < end; index += 1) {
      if (index < end - 1 && singles.width(index) === narrowest) continue;
      alone = index === from ? alone + 1 : 0;
      // Three words of one letter in a row would be a run again.
      if (alone === 3) return [{ begin, end }];
      groups.push({ begin: from, end: index + 1 });
      from = index + 1;
    }
    return groups;
  }

  #areWords(groups: readonly Group[]): boolean {
    const { begin, end } = this.#wordless;
    if (groups.some((group) => group.begin === begin && group.end === end)) return false;
    const wordless = groups.find((group) => !this.#isWord(group));
    if (wordless !== undefined) this.#wordless = wordless;
    return wordless === undefined;
  }

  /** Whether a group is of letters only, or its figures make a word with them. */
  #isWord(group: Group): boolean {
    const { begin, end } = group;
    if (this.#singles.nextFigure(begin) >= end) return true;
    return end - begin <= LONGEST_FIGURED && isLetters(this.#word(group));
  }

  /** The letters of a group, its figures read as letters where that gives a word. */
  #word({ begin, end }: Group): string {
    let raw = '';
    for (let index = begin; index < end; index += 1) raw += String.fromCharCode(this.#singles.letter(index));
    const figures = this.#singles.nextFigure(begin) >= end ? null : readFigures(raw);
    return figures !== null && figures.length === raw.length ? figures : raw;
  }
}

function parted(word: string): readonly string[] {
  if (word.length < SHORTEST_PARTED || word.length > LONGEST_PARTED || !isLetters(word)) return [word];
  if (isWord(shorten(word) ?? word)) return [word];
  return partWords(word) ?? [word];
}

function isLetters(word: string): boolean {
  return /^[a-z]+$/.test(word);
}
