import { Candidate, isWord } from './normalise-vocabulary.js';

/** Longer ones are no words that anybody reads. */
const LONGEST = 40;
const LONGEST_WORD = 18;
/** So many ways to part the letters before a place are looked at further: `#closethecamps` begins with a closet. */
const MOST_WAYS = 4;
const NAME_PART = /[\p{L}\p{M}\p{N}_]/u;

/** A way to part letters: the last word, the way before it, and the sum of the squares of all words' lengths. */
type Way = { readonly word: string; readonly before: Way | null; readonly worth: number };

const candidate = new Candidate(LONGEST_WORD);

/**
 * The words that a hashtag in letters of one case may run together (`#sendthemback`), the likeliest first; none for any other
 * word, and for a hashtag that is one word, or that the vocabulary does not cover. Those in changing case are parted by the
 * normaliser.
 *
 * @param text normalised; the word stands at `begin` to `end`.
 */
export function hashtagWords(text: string, begin: number, end: number): readonly (readonly string[])[] {
  if (text[begin - 1] !== '#' || end - begin > LONGEST) return [];
  if (NAME_PART.test(text[begin - 2] ?? '') || NAME_PART.test(text[end] ?? '')) return [];
  const tag = text.slice(begin, end);
  return !/^[a-z]+$/.test(tag) || isWord(tag) ? [] : waysToPart(tag).map(wordsOf);
}

/** The longer the words, the likelier they are meant. */
function waysToPart(letters: string): readonly Way[] {
  const size = letters.length;
  /** By place, the best ways to part the letters before it; those of the first are one without a word. */
  const ways: Way[][] = Array.from({ length: size + 1 }, () => []);
  ways[0]?.push({ word: '', before: null, worth: 0 });
  for (let begin = 0; begin < size; begin += 1) {
    if (ways[begin]?.length === 0) continue;
    candidate.clear();
    for (let end = begin + 1; end <= Math.min(size, begin + LONGEST_WORD); end += 1) {
      if (!candidate.add(letters.charCodeAt(end - 1))) break;
      if (!candidate.isWord()) continue;
      const word = letters.slice(begin, end);
      for (const before of ways[begin] ?? [])
        keepBest(ways[end] ?? [], { word, before, worth: before.worth + (end - begin) ** 2 });
    }
  }
  return ways[size] ?? [];
}

/** Puts a way among those that are the best so far, in order. */
function keepBest(ways: Way[], way: Way): void {
  let at = ways.length;
  while (at > 0 && (ways[at - 1]?.worth ?? 0) < way.worth) at -= 1;
  if (at >= MOST_WAYS) return;
  ways.splice(at, 0, way);
  if (ways.length > MOST_WAYS) ways.pop();
}

function wordsOf(way: Way): readonly string[] {
  const words: string[] = [];
  for (let at = way; at.before !== null; at = at.before) words.unshift(at.word);
  return words;
}
