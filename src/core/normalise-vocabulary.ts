import { VOCABULARY } from './normalise-table-vocabulary.js';
import { HIDDEN_WORDS, MASKED_WORDS, MORE_SHORT_WORDS, SHORT_WORDS } from './normalise-table-words.js';

const HIDDEN: ReadonlySet<string> = new Set(HIDDEN_WORDS);
const COARSE: ReadonlySet<string> = new Set(MASKED_WORDS);
const SHORT: ReadonlySet<string> = new Set(SHORT_WORDS);
const MEANT_SHORT: ReadonlySet<string> = new Set([...SHORT_WORDS, ...MORE_SHORT_WORDS]);
const LONG: ReadonlySet<string> = new Set(unpack(VOCABULARY));
/** By their last letter. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  s: ['s', 'es', 'ers'],
  d: ['d', 'ed'],
  g: ['ing'],
  r: ['er'],
  y: ['ly'],
};
const LONGEST = 18;
/** Whether any word begins with four letters, a bit for each four: most of what is no word is known by that. */
const BEGINNINGS = new Uint8Array(26 ** 4 / 8);
for (const word of [...LONG, ...HIDDEN_WORDS]) {
  if (word.length >= 4)
    BEGINNINGS[beginning(word) >> 3] = (BEGINNINGS[beginning(word) >> 3] ?? 0) | (1 << (beginning(word) & 7));
}

function beginning(word: string, from = 0): number {
  return key(word.charCodeAt(from), word.charCodeAt(from + 1), word.charCodeAt(from + 2), word.charCodeAt(from + 3));
}

function key(first: number, second: number, third: number, fourth: number): number {
  return ((first * 26 + second) * 26 + third) * 26 + fourth - 97 * (26 ** 3 + 26 ** 2 + 26 + 1);
}

const HASH_BITS = 20;
/**
 * A bit for the hash of every word: a quick no before letters are put together to a string. A hash goes on letter by letter, so
 * that one word's are those of all its beginnings, too.
 */
const HASHED = new Uint8Array(2 ** HASH_BITS / 8);
for (const word of [...LONG, ...HIDDEN_WORDS, ...MASKED_WORDS]) {
  let hash = 0;
  for (let index = 0; index < word.length; index += 1) hash = hashOn(hash, word.charCodeAt(index));
  HASHED[hash >> 3] = (HASHED[hash >> 3] ?? 0) | (1 << (hash & 7));
}
const LONGEST_ENDING = 3;

function hashOn(hash: number, letter: number): number {
  return Math.imul(hash + letter, 0x9e3779b1) >>> (32 - HASH_BITS);
}

/** A quick no for most of what is no word of any kind. @param letters from a to z, as UTF-16 units. @param size four or more. */
export function mayBeWord(letters: Uint8Array | Uint16Array, size: number): boolean {
  if (size > LONGEST) return false;
  let hash = 0;
  for (let index = 0; index < size; index += 1) {
    hash = hashOn(hash, letters[index] ?? 0);
    if (index + LONGEST_ENDING >= size - 1 && (((HASHED[hash >> 3] ?? 0) >> (hash & 7)) & 1) === 1) return true;
  }
  return false;
}

function* unpack(coded: string): Iterable<string> {
  let word = '';
  for (const entry of coded.match(/\d[a-z]*/g) ?? []) {
    word = word.slice(0, Number(entry[0])) + entry.slice(1);
    yield word;
  }
}

/** A word that people hide. */
export function isHidden(word: string): boolean {
  return HIDDEN.has(word);
}

/** A coarse word that people hide so often that no other word is likely to be meant. */
export function isCoarse(word: string): boolean {
  return COARSE.has(word);
}

/** Whether any word begins with four letters from a to z, as UTF-16 units: a quick no for most of what is no word. */
export function mayBegin(first: number, second: number, third: number, fourth: number): boolean {
  return isBeginning(key(first, second, third, fourth));
}

function isBeginning(bit: number): boolean {
  return (((BEGINNINGS[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1;
}

/** A word of English, or one that people hide. @param word lower-case Latin letters only. */
export function isWord(word: string): boolean {
  if (word.length > LONGEST) return false;
  if (word.length < 4) return SHORT.has(word);
  if (!isBeginning(beginning(word))) return false;
  if (LONG.has(word) || HIDDEN.has(word)) return true;
  for (const ending of ENDINGS[word[word.length - 1] ?? ''] ?? []) {
    const stem = word.length - ending.length;
    if (
      stem >= 4 &&
      word.endsWith(ending) &&
      (ending !== 'd' || word[stem - 1] === 'e') &&
      LONG.has(word.slice(0, stem))
    )
      return true;
  }
  return false;
}

/** A word, where one is known to be meant: also those that are too short to be looked for elsewhere. */
export function isMeant(word: string): boolean {
  return isWord(word) || (word.length < 4 && (MEANT_SHORT.has(word) || HIDDEN.has(word)));
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
    const longest = begin + 4 <= size && isBeginning(beginning(letters, begin)) ? LONGEST : 3;
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
