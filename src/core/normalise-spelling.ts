import { isCoarse, isWord } from './normalise-vocabulary.js';

const LONGEST_WORD = 40;
const MOST_DOUBTFUL = 3;

/** Whether any letter stands twice in a row: only then has `shorten` anything to do. */
export function hasRuns(word: string): boolean {
  for (let index = 1; index < word.length; index += 1) {
    const unit = word.charCodeAt(index);
    if (unit === word.charCodeAt(index - 1) && (unit < 0x30 || unit > 0x39)) return true;
  }
  return false;
}

/**
 * Cuts letters that are repeated for effect: to the word that is meant where there is one (`fuuuuck`, `sooo`), else to two.
 *
 * @returns null where nothing is to be cut.
 */
export function shorten(word: string): string | null {
  const runs = runsOf(word);
  if (!runs.some((run) => run.length > 2)) return undouble(word, runs);
  // KKK, www, III, viii, WWIII
  if (runs.length === 1) return runs[0]?.length === 3 ? null : word.slice(0, 3);
  if (/^w*[ivxlcdm]+$/.test(word) && !/(.)\1{3}/.test(word)) return null;
  if (word.length <= LONGEST_WORD && /^[a-z]+$/.test(word)) {
    for (const choice of choices(runs, 2)) {
      if (isWord(choice)) return choice;
    }
    const undoubled = undouble(word, runs);
    if (undoubled !== null) return undoubled;
  }
  return runs.map((run) => run.slice(0, 2)).join('');
}

/** The word cut where its letter changes; digits are never a run. */
function runsOf(word: string): readonly string[] {
  const runs: string[] = [];
  let begin = 0;
  for (let index = 1; index <= word.length; index += 1) {
    const unit = word.charCodeAt(index - 1);
    if (index < word.length && unit === word.charCodeAt(index) && (unit < 0x30 || unit > 0x39)) continue;
    runs.push(word.slice(begin, index));
    begin = index;
  }
  return runs;
}

/** A coarse word with letters doubled (`fuuck`). */
function undouble(word: string, runs: readonly string[]): string | null {
  if (runs.length === word.length || word.length < 4 || word.length > LONGEST_WORD) return null;
  if (!/^[a-z]+$/.test(word) || isWord(word)) return null;
  for (const choice of choices(runs, 1)) {
    if (choice !== word && isCoarse(choice)) return choice;
  }
  return null;
}

/** The word with every run longer than `keep` cut to two letters or one, all twos first; few doubtful runs only. */
function choices(runs: readonly string[], keep: number): readonly string[] {
  const doubtful = runs.filter((run) => run.length > keep).length;
  const ways = doubtful <= MOST_DOUBTFUL ? Array.from({ length: 2 ** doubtful }, (_, way) => way) : [0, -1];
  return ways.map((way) => {
    let place = 0;
    return runs.map((run) => (run.length > keep ? run.slice(0, (way >> place++) & 1 ? 1 : 2) : run)).join('');
  });
}
