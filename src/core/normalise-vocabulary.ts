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
/** By their last letter. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  s: ['s', 'es', 'ers'],
  d: ['d', 'ed'],
  g: ['ing'],
  r: ['er'],
  y: ['ly'],
};
const LONGEST = 18;
const LONGEST_ENDING = 3;

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
  readonly #letters: Uint8Array;
  #node: number = ROOT;
  /** How many letters the longest word has, no short one, with which they begin. */
  #known = 0;
  size = 0;

  /** @param most letters that it takes. */
  constructor(most: number) {
    this.#letters = new Uint8Array(most);
  }

  clear(): void {
    this.#node = ROOT;
    this.#known = 0;
    this.size = 0;
  }

  /** @param letter from a to z, as a UTF-16 unit. @returns false where no word begins so. */
  add(letter: number): boolean {
    this.#letters[this.size] = letter;
    this.size += 1;
    if (this.#node !== NOWHERE) {
      this.#node = WORDS.next(this.#node, letter);
      if (this.size >= SHORT && WORDS.kinds(this.#node) !== 0) this.#known = this.size;
    }
    return this.#node !== NOWHERE || this.mayBeWord();
  }

  /** A quick no for most of what is no word of any kind; what is short may always be one. */
  mayBeWord(): boolean {
    return this.size - this.#known <= LONGEST_ENDING;
  }

  text(): string {
    return fromUnits(this.#letters, 0, this.size);
  }
}

/** A word that people hide. */
export function isHidden(word: string): boolean {
  return (WORDS.kindsOf(word) & KIND.hidden) !== 0;
}

/** A coarse word that people hide so often that no other word is likely to be meant. */
export function isCoarse(word: string): boolean {
  return (WORDS.kindsOf(word) & KIND.coarse) !== 0;
}

/** A word of English, or one that people hide. @param word lower-case Latin letters only. */
export function isWord(word: string): boolean {
  const size = word.length;
  if (size > LONGEST) return false;
  if (size < SHORT) return (WORDS.kindsOf(word) & KIND.known) !== 0;
  let node: number = ROOT;
  /** For each number of letters a bit, where so many are a word that endings may follow. */
  let stems = 0;
  for (let index = 0; index < size && node !== NOWHERE; index += 1) {
    node = WORDS.next(node, word.charCodeAt(index));
    if (index + 1 >= SHORT && (WORDS.kinds(node) & KIND.known) !== 0) stems |= 1 << (index + 1);
  }
  if ((WORDS.kinds(node) & (KIND.known | KIND.hidden)) !== 0) return true;
  if (stems >> (size - LONGEST_ENDING) === 0) return false;
  for (const ending of ENDINGS[word[size - 1] ?? ''] ?? []) {
    const stem = size - ending.length;
    if (((stems >> stem) & 1) === 1 && word.endsWith(ending) && (ending !== 'd' || word[stem - 1] === 'e')) return true;
  }
  return false;
}

/** A word, where one is known to be meant: also those that are too short to be looked for elsewhere. */
export function isMeant(word: string): boolean {
  return isWord(word) || (word.length < SHORT && (WORDS.kindsOf(word) & (KIND.meant | KIND.hidden)) !== 0);
}

/** Whether any word of four letters or more begins as the letters at `from` do. */
function begins(letters: string, from: number): boolean {
  let node: number = ROOT;
  for (let index = from; index < from + SHORT && node !== NOWHERE; index += 1)
    node = WORDS.next(node, letters.charCodeAt(index));
  return node !== NOWHERE;
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
    const longest = begins(letters, begin) ? LONGEST : SHORT - 1;
    for (let end = begin + 1; end <= Math.min(size, begin + longest); end += 1) {
      const gain = before + (end - begin) ** 2;
      // Of two equal ways the one with the longer words first (`kill them all`, not `kill the mall`).
      if (gain >= (worth[end] ?? -1) && isWord(letters.slice(begin, end))) {
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
