import { MASKED_WORDS } from './normalise-table-words.js';
import { isCoarse, isWord, mayBegin } from './normalise-vocabulary.js';

const LONGEST_WORD = 40;
const MOST_DOUBTFUL = 3;
/** Coarse words with every letter once, however often it stands there in a row. */
const COARSE_LETTERS: ReadonlySet<string> = new Set(MASKED_WORDS.map((word) => word.replace(/(.)\1+/g, '$1')));

/** Whether any letter of a stretch stands twice in a row: only then has `shorten` anything to do. */
export function hasRuns(text: string, begin = 0, end = text.length): boolean {
  for (let index = begin + 1; index < end; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === text.charCodeAt(index - 1) && (unit < 0x30 || unit > 0x39)) return true;
  }
  return false;
}

/** The letters of a word, each run of one letter said once, and how often each is written. */
type Runs = { readonly letters: string; readonly sizes: readonly number[] };

/**
 * Cuts letters that are repeated for effect: to the word that is meant where there is one (`fuuuuck`, `sooo`), else to two.
 *
 * @returns null where nothing is to be cut.
 */
export function shorten(word: string): string | null {
  const runs = runsOf(word);
  if (!runs.sizes.some((size) => size > 2)) return undouble(word, runs);
  // KKK, www, III, viii, WWIII
  if (runs.letters.length === 1) return word.length === 3 ? null : word.slice(0, 3);
  if (/^w*[ivxlcdm]+$/.test(word) && !/(.)\1{3}/.test(word)) return null;
  if (word.length <= LONGEST_WORD && /^[a-z]+$/.test(word)) {
    const choice = choose(runs, 2, isWord) ?? undouble(word, runs);
    if (choice !== null) return choice;
  }
  return spell(runs, 2, 0);
}

/** Digits are never a run. */
function runsOf(word: string): Runs {
  let letters = '';
  const sizes: number[] = [];
  let begin = 0;
  for (let index = 1; index <= word.length; index += 1) {
    const unit = word.charCodeAt(index - 1);
    if (index < word.length && unit === word.charCodeAt(index) && (unit < 0x30 || unit > 0x39)) continue;
    letters += word[begin];
    sizes.push(index - begin);
    begin = index;
  }
  return { letters, sizes };
}

/** A coarse word with letters doubled (`fuuck`). */
function undouble(word: string, runs: Runs): string | null {
  if (runs.letters.length === word.length || word.length < 4 || word.length > LONGEST_WORD) return null;
  if (!COARSE_LETTERS.has(runs.letters) || isWord(word)) return null;
  return choose(runs, 1, (choice) => choice !== word && isCoarse(choice));
}

/** The first that will do of the words with every run longer than `keep` cut to two letters or one, all twos first. */
function choose(runs: Runs, keep: number, willDo: (word: string) => boolean): string | null {
  const doubtful = runs.sizes.reduce((count, size) => count + (size > keep ? 1 : 0), 0);
  const few = doubtful <= MOST_DOUBTFUL;
  for (let way = 0; way < (few ? 2 ** doubtful : 2); way += 1) {
    // With more than a few doubtful runs all are cut alike.
    const bits = few ? way : -way;
    if (!begins(runs, keep, bits)) continue;
    const word = spell(runs, keep, bits);
    if (willDo(word)) return word;
  }
  return null;
}

/** The word with its long runs cut to one letter where their bit of `way` is set, else to two. */
function spell({ letters, sizes }: Runs, keep: number, way: number): string {
  let word = '';
  let place = 0;
  for (let index = 0; index < letters.length; index += 1) {
    const size = sizes[index] ?? 0;
    const kept = size > keep ? 2 - ((way >> place++) & 1) : size;
    for (let count = 0; count < kept; count += 1) word += letters[index];
  }
  return word;
}

/** Whether any word begins as the same cut does: a quick no before the word is spelt. */
function begins({ letters, sizes }: Runs, keep: number, way: number): boolean {
  const first = [0, 0, 0, 0];
  let taken = 0;
  let place = 0;
  for (let index = 0; index < letters.length && taken < 4; index += 1) {
    const size = sizes[index] ?? 0;
    const kept = size > keep ? 2 - ((way >> place++) & 1) : size;
    for (let count = 0; count < kept && taken < 4; count += 1) first[taken++] = letters.charCodeAt(index);
  }
  return taken < 4 || mayBegin(first[0] ?? 0, first[1] ?? 0, first[2] ?? 0, first[3] ?? 0);
}
