import { LONGEST_FIGURED, readFigures } from './normalise-figures.js';
import { SingleLetters } from './normalise-single-letters.js';
import { shorten } from './normalise-spelling.js';
import { fromUnits, type Traced } from './normalise-traced.js';
import { isCapital, isSmall } from './normalise-units.js';
import { isHidden, isWord, partWords } from './normalise-vocabulary.js';

/** A word, with the input place of every letter and that of its end. */
export type SpacedWord = { readonly text: string; readonly places: readonly number[] };

export type Spaced =
  | { readonly kind: 'found'; readonly words: readonly SpacedWord[]; readonly end: number }
  /** Three initials of a name, which together would be a word: written so that nobody closes them up again. */
  | { readonly kind: 'initials'; readonly words: readonly SpacedWord[]; readonly end: number }
  /** No run begins before `until`. */
  | { readonly kind: 'none'; readonly until: number };

/** Letters that are closed up at once; what follows them is a run of its own. */
const LONGEST_RUN = 400;
/** Letters written together are parted into words up to this many. */
const LONGEST_PARTED = 60;
const SHORTEST_PARTED = 4;

/** More or fewer initials are rare, and what they spell by chance is no word. */
const INITIALS = 3;
/** With these a sentence begins, or what was spelt goes on, rather than a surname. */
const BEGINS: ReadonlySet<string> = new Set(
  (
    'a all an and any are as at but by can did do every everyone for from go he her him his how i if in is it its me my no not ' +
    'now of on or our she so that the their them then there these they this those to us was we were what when where who why will ' +
    'with you your yes'
  ).split(' '),
);

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
  readonly #input: Traced;
  readonly #text: string;
  readonly #original: string;
  /** The last group that its figures kept from being words, so that no run over it is tried again. */
  #wordless: Group = { begin: -1, end: -1 };

  /** @param classes of the input's units. @param original what was written; the text under way no longer has its case. */
  constructor(input: Traced, text: string, classes: Uint8Array, original: string) {
    this.#input = input;
    this.#text = text;
    this.#original = original;
    this.#singles = new SingleLetters(input, classes);
  }

  /** Looks for a run that begins at `at` of the text, not beyond `limit`. */
  find(at: number, limit: number): Spaced {
    if (this.#singles.read(at, limit)) this.#wordless = { begin: -1, end: -1 };
    const singles = this.#singles;
    const begin = singles.here;
    const end = Math.min(begin + LONGEST_RUN, singles.size);
    if (end - begin < 3) return { kind: 'none', until: at + 1 };

    const initials = this.#initials(begin, end);
    if (initials !== null) return initials;

    const plainEnd = singles.nextFigure(begin);
    if (plainEnd >= end) return this.#found(this.#groups(begin, end), limit);

    // With figures among them the letters must make words; otherwise only three letters in a row are a run.
    const lettered = singles.afterLastLetter(end);
    if (lettered - begin >= 3 && lettered - begin <= LONGEST_PARTED) {
      const groups = this.#groups(begin, lettered);
      if (this.#areWords(groups)) return this.#found(groups, limit);
    }
    const three = singles.nextThree(begin);
    if (three + 3 > end) return { kind: 'none', until: singles.begin(end - 1) + 1 };
    if (three > begin) return { kind: 'none', until: singles.begin(three) };
    return this.#found(this.#groups(begin, plainEnd), limit);
  }

  #found(groups: readonly Group[], limit: number): Spaced {
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
    const end = words.at(-1)?.places.at(-1) ?? 0;
    const first = groups[0]?.begin ?? 0;
    if (words.at(-1) === undefined || !this.#endsInDotOfItsOwn(first, end, words.at(-1)?.text ?? '', limit))
      return { kind: 'found', words, end };
    const last = words.pop() ?? { text: '', places: [] };
    words.push({ text: last.text, places: [...last.places.slice(0, -1), end + 1] });
    return { kind: 'found', words, end: end + 1 };
  }

  /**
   * Whether the full stop behind letters that were parted by such (`K.I.L.L. them`) is one more of them, because the sentence goes
   * on: with a small letter, with more letters so parted, with what a hidden word is done to, or with the surname of who has these
   * initials (`J. R. R. Tolkien`, but `the F.B.I. Then`).
   *
   * @param first the place in the run of their first. @param end behind the last of them.
   */
  #endsInDotOfItsOwn(first: number, end: number, word: string, limit: number): boolean {
    const text = this.#text;
    if (end + 2 >= limit || text[this.#singles.begin(first) + 1] !== '.' || text[end] !== '.') return false;
    if (/[,;:]/.test(text[end + 1] ?? '')) return true;
    if (text[end + 1] !== ' ' || !isLetters(text[end + 2] ?? '')) return false;
    if (isHidden(word) || text[end + 3] === '.') return true;
    const next = this.#written(end + 2);
    if (isSmall(next)) return true;
    const begin = this.#singles.begin(first);
    const capitals = isCapital(this.#written(begin)) && isCapital(next) && isSmall(this.#written(end + 3));
    return capitals && this.#singles.width(first) > 2 && !BEGINS.has(this.#wordAt(end + 2));
  }

  /** Three capitals that are a name's, from the run's `begin` on; null where they are none, or no word. */
  #initials(begin: number, end: number): Spaced | null {
    if (end - begin !== INITIALS) return null;
    const singles = this.#singles;
    const text = this.#text;
    const places = [singles.begin(begin), singles.begin(begin + 1), singles.begin(begin + 2)] as const;
    const [first, second, third] = places;
    const next = third + 3;
    if (text[first + 1] !== '.' || text[third + 1] !== '.' || text[third + 2] !== ' ') return null;
    if (!places.every((place) => isCapital(this.#written(place)))) return null;
    if (!isCapital(this.#written(next)) || !isSmall(this.#written(next + 1))) return null;
    const word = [...places].map((place) => text[place] ?? '').join('');
    const surname = this.#wordAt(next);
    if (!isWord(word) || BEGINS.has(surname) || isHidden(surname) || isHidden(surname.replace(/e?s$/, ''))) return null;
    const words = [
      { text: `${text[first]}.${text[second]}.`, places: [first, first + 1, second, second + 1, second + 2] },
      { text: `${text[third]}.`, places: [third, third + 1, third + 2] },
    ];
    return { kind: 'initials', words, end: third + 2 };
  }

  /** What was written at a place of the text, as a UTF-16 unit. */
  #written(at: number): number {
    return this.#original.charCodeAt(this.#input.begin(at));
  }

  #wordAt(begin: number): string {
    let end = begin;
    while (end < begin + LONGEST_FIGURED && isSmall(this.#text.charCodeAt(end))) end += 1;
    return this.#text.slice(begin, end);
  }

  #groups(begin: number, end: number): readonly Group[] {
    const singles = this.#singles;
    if (singles.nextWidth(begin) >= end - 1) return [{ begin, end }];
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
    const { letters } = this.#singles;
    const figures = this.#singles.nextFigure(begin) >= end ? null : readFigures(letters, begin, end, 'figures');
    return figures !== null && figures.length === end - begin ? figures : fromUnits(letters, begin, end);
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
