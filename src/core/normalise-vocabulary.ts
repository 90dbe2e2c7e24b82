import { VOCABULARY } from './normalise-table-vocabulary.js';
import { HIDDEN_WORDS, MASKED_WORDS, MORE_SHORT_WORDS, SHORT_WORDS } from './normalise-table-words.js';
import { fromUnits, type Traced } from './normalise-traced.js';
import { NOWHERE, ROOT, Trie } from './normalise-trie.js';
import { isSmall } from './normalise-units.js';

const SHORT = 4;
const WORDS = new Trie([
  [...unpack(VOCABULARY), ...SHORT_WORDS],
  HIDDEN_WORDS,
  MASKED_WORDS,
  MORE_SHORT_WORDS.filter((word) => word.length < SHORT),
]);
/** What they are, in that order. */
const KIND = { known: 1, hidden: 2, coarse: 4, meant: 8 } as const;
/** By their last letter, as UTF-16 units. */
const ENDINGS: readonly (readonly (readonly number[])[])[] = [...'abcdefghijklmnopqrstuvwxyz'].map((letter) =>
  ['s', 'es', 'ers', 'd', 'ed', 'ing', 'er', 'ly']
    .filter((ending) => ending.endsWith(letter))
    .map((ending) => [...ending].map((each) => each.charCodeAt(0))),
);
const LONGEST = 18;
const LONGEST_ENDING = 3;
const [SMALL_D, SMALL_E] = [0x64, 0x65] as const;

function* unpack(coded: string): Iterable<string> {
  let word = '';
  for (const entry of coded.match(/\d[a-z]*/g) ?? []) {
    word = word.slice(0, Number(entry[0])) + entry.slice(1);
    yield word;
  }
}

/** Where the letters begin that end before a place; of no more than a word has. */
export function beginOfLetters(text: Traced, at: number): number {
  let begin = at;
  while (begin > at - LONGEST && isSmall(text.unit(begin - 1))) begin -= 1;
  return begin;
}

/** Where the letters end that begin at a place; of no more than a word has. */
export function endOfLetters(text: Traced, at: number): number {
  let end = at;
  while (end < at + LONGEST && isSmall(text.unit(end))) end += 1;
  return end;
}

/** Letters that are put together one by one, as long as they may become a word. */
export class Candidate {
  readonly #letters: Uint16Array;
  #node: number = ROOT;
  /** How many letters the longest word has, no short one, with which they begin. */
  #known = 0;
  /** For each number of letters a bit, where so many are a word that endings may follow. */
  #stems = 0;
  size = 0;

  /** @param most letters that it takes. */
  constructor(most: number) {
    this.#letters = new Uint16Array(most);
  }

  clear(): void {
    this.#node = ROOT;
    this.#known = 0;
    this.#stems = 0;
    this.size = 0;
  }

  /** @param letter as a UTF-16 unit. @returns false where no word begins so. */
  add(letter: number): boolean {
    this.#letters[this.size] = letter;
    this.size += 1;
    if (this.#node !== NOWHERE) {
      this.#node = WORDS.next(this.#node, letter);
      if (this.size >= SHORT) {
        const kinds = WORDS.kinds(this.#node);
        if (kinds !== 0) this.#known = this.size;
        if ((kinds & KIND.known) !== 0) this.#stems |= 1 << this.size;
      }
    }
    return this.#node !== NOWHERE || this.mayBeWord();
  }

  /** A quick no for most of what is no word of any kind; what is short may always be one. */
  mayBeWord(): boolean {
    return this.size - this.#known <= LONGEST_ENDING;
  }

  /** A word of English, or one that people hide, see `isWord`. */
  isWord(): boolean {
    if (this.size > LONGEST) return false;
    const kinds = WORDS.kinds(this.#node);
    if (this.size < SHORT) return (kinds & KIND.known) !== 0;
    return (kinds & (KIND.known | KIND.hidden)) !== 0 || hasEnding(this.#letters, this.size, this.#stems);
  }

  /** A word, where one is known to be meant, see `isMeant`. */
  isMeant(): boolean {
    return this.isWord() || (this.size < SHORT && (WORDS.kinds(this.#node) & (KIND.meant | KIND.hidden)) !== 0);
  }

  /** A word that people hide. */
  isHidden(): boolean {
    return (WORDS.kinds(this.#node) & KIND.hidden) !== 0;
  }

  text(): string {
    return fromUnits(this.#letters, 0, this.size);
  }
}

/**
 * Whether letters are a word with an ending.
 *
 * @param stems a bit for each number of the letters that are a word by themselves.
 */
function hasEnding(letters: Uint16Array, size: number, stems: number): boolean {
  if (stems >> (size - LONGEST_ENDING) === 0) return false;
  for (const ending of ENDINGS[(letters[size - 1] ?? 0) - 97] ?? []) {
    const stem = size - ending.length;
    if (((stems >> stem) & 1) === 0) continue;
    let at = stem;
    while (at < size && ending[at - stem] === letters[at]) at += 1;
    // A lone d follows only what ends in an e.
    if (at === size && (letters[stem] !== SMALL_D || size > stem + 1 || letters[stem - 1] === SMALL_E)) return true;
  }
  return false;
}

/** A word that people hide. */
export function isHidden(word: string): boolean {
  return (WORDS.kindsOf(word) & KIND.hidden) !== 0;
}

/** A coarse word that people hide so often that no other word is likely to be meant. */
export function isCoarse(word: string): boolean {
  return (WORDS.kindsOf(word) & KIND.coarse) !== 0;
}

const asked = new Candidate(LONGEST);

/** A word of English, or one that people hide. @param word lower-case Latin letters only. */
export function isWord(word: string): boolean {
  if (word.length > LONGEST) return false;
  asked.clear();
  for (let index = 0; index < word.length; index += 1) if (!asked.add(word.charCodeAt(index))) return false;
  return asked.isWord();
}

/** The same of UTF-16 units. */
export function isWordIn(units: Uint16Array, begin: number, end: number): boolean {
  if (end - begin > LONGEST) return false;
  asked.clear();
  for (let at = begin; at < end; at += 1) if (!asked.add(units[at] ?? 0)) return false;
  return asked.isWord();
}

/** A word, where one is known to be meant: also those that are too short to be looked for elsewhere. */
export function isMeant(word: string): boolean {
  return isWord(word) || (word.length < SHORT && (WORDS.kindsOf(word) & (KIND.meant | KIND.hidden)) !== 0);
}

/**
 * Parts letters that were written without gaps into words: the longest words that cover all of them.
 *
 * @returns null where no set of words covers them.
 */
export function partWords(letters: string): readonly string[] | null {
  const size = letters.length;
  // worth[n]: the best sum of squared lengths that covers the first n letters; -1 for none.
  const worth = new Array<number>(size + 1).fill(-1);
  const from = new Array<number>(size + 1).fill(0);
  worth[0] = 0;
  for (let begin = 0; begin < size; begin += 1) {
    const before = worth[begin] ?? -1;
    if (before < 0) continue;
    asked.clear();
    for (let end = begin + 1; end <= Math.min(size, begin + LONGEST); end += 1) {
      if (!asked.add(letters.charCodeAt(end - 1))) break;
      const gain = before + (end - begin) ** 2;
      // Of two equal ways the one with the longer words first (`kill them all`, not `kill the mall`).
      if (gain >= (worth[end] ?? -1) && asked.isWord()) {
        worth[end] = gain;
        from[end] = begin;
      }
    }
  }
  if ((worth[size] ?? -1) < 0) return null;
  const words: string[] = [];
  for (let end = size; end > 0; end = from[end] ?? 0) words.unshift(letters.slice(from[end] ?? 0, end));
  return words;
}
