import { SINGLE_WORDS } from './normalise-table-words.js';
import { isHidden, isWord, partWords } from './normalise-vocabulary.js';

const LONGEST = 40;
/** Shorter ones are rather a word that we do not know. */
const SHORTEST_TAG = 9;
const SHORTEST = 11;
const FEWEST_WORDS = 3;
const SINGLE: ReadonlySet<string> = new Set(SINGLE_WORDS);

/** A quick look, before the long one, whether so many letters may be words run together. */
export function mayRunTogether(size: number, isTag: boolean): boolean {
  return size >= (isTag ? SHORTEST_TAG : SHORTEST) && size <= LONGEST;
}

/**
 * The words that a hashtag runs together (`#sendthemback`), or that are run together elsewhere to hide one of them
 * (`killthemall`): three at least, because names and words that we do not know often look like two (`Penistone`, `Hitchcock`).
 *
 * @param word of the letters a to z.
 * @returns null where it is a word itself, or not all of it is words of two letters and more.
 */
export function readRunTogether(word: string, isTag: boolean): readonly string[] | null {
  if (!mayRunTogether(word.length, isTag) || isWord(word) || SINGLE.has(word)) return null;
  const words = partWords(word);
  if (words === null || words.length < FEWEST_WORDS || words.some((each) => each.length < 2)) return null;
  return isTag || words.some((each) => isHidden(each)) ? words : null;
}
