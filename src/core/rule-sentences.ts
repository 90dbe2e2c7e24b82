import type { Normalised } from './normalise.js';
import { CLOSERS, ENDS, LONGEST_SENTENCE, splitSentences } from './sentences.js';
import type { Stretch } from './spans.js';

/** A quotation, a list's dash or a list's number, with which a line begins something of its own. */
const OWN_LINE = />|[-*•·] |\d{1,2}[.)] /y;
/** An empty line, or what a browser sets apart like one; of `<br>` and a line break behind it a browser makes one. */
const EMPTY_LINE =
  /(?:[\n\v\f\u0085\u2028\u2029]|\r(?!\n))\s*[\n\r\v\f\u0085\u2028\u2029]|<br\b[^<>]*>\s*<br\b|<\/?(?:p|div)\b/i;
const BLOCK = /<\/?(?:ul|ol|li|h[1-6]|blockquote|table|tr|td|hr)\b/i;
const SECOND_WORD = /[\p{L}\p{N}]\s.*?[\p{L}\p{N}]/u;

/**
 * The sentences of a comment as rules see them, which cover the normalised text from end to end.
 *
 * A line break alone ends none, or it would hide a phrase from every rule. One does behind an end sign, at an empty line, and
 * where a quotation, a quoted line's answer or a list's next entry begins; unless a single word stands before it, or what follows
 * an empty line goes on in small letters: nobody writes like that but to hide what is said. Sentences of a single word that follow
 * each other are one, with what stands behind them, whether that is done to hide ("Kill. Them. All.") or to shout. Takes time in
 * proportion to the text.
 */
export function ruleSentences(original: string, normalised: Pick<Normalised, 'text' | 'toOriginal'>): Stretch[] {
  const sentences: Stretch[] = [];
  for (const { begin, end } of splitSentences(normalised.text)) {
    const before = sentences.at(-1);
    if (before !== undefined && end - before.begin <= LONGEST_SENTENCE && goesOn(original, normalised, begin)) {
      sentences[sentences.length - 1] = { begin: before.begin, end };
    } else sentences.push({ begin, end });
  }
  return speltOut(normalised.text, sentences);
}

/** With those of a single word that follow each other, and what stands behind two of them, as one. */
function speltOut(text: string, sentences: readonly Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  let words = 0;
  for (const { begin, end } of sentences) {
    const before = joined.at(-1);
    const isWord = isSingleWord(text.slice(begin, end));
    if (before !== undefined && words >= (isWord ? 1 : 2) && end - before.begin <= LONGEST_SENTENCE) {
      joined[joined.length - 1] = { begin: before.begin, end };
    } else joined.push({ begin, end });
    words = isWord ? words + 1 : 0;
  }
  return joined;
}

/** The text with a blank for every line break that ends no sentence; everything stays at its place. */
export function onOneLine(text: string, sentences: readonly Stretch[]): string {
  if (!text.includes('\n')) return text;
  // The last unit of a sentence is the blank or the line break behind it.
  return sentences
    .map(({ begin, end }) => text.slice(begin, end - 1).replaceAll('\n', ' ') + text.slice(end - 1, end))
    .join('');
}

/** Whether the line that begins at `at` goes on with the sentence before it. */
function goesOn(original: string, { text, toOriginal }: Pick<Normalised, 'text' | 'toOriginal'>, at: number): boolean {
  if (text[at - 1] !== '\n') return false;
  let last = at - 2;
  while (last >= 0 && CLOSERS.includes(text[last] ?? '')) last -= 1;
  if (ENDS.includes(text[last] ?? '\n')) return false;
  const line = text.lastIndexOf('\n', at - 2) + 1;
  const isWord = isSingleWord(text.slice(line, at - 1));
  if (beginsOwn(text, at)) return isWord && !beginsOwn(text, line);
  if (text[line] === '>') return false;
  const first = toOriginal({ begin: at, end: at + 1 }).begin;
  const between = original.slice(toOriginal({ begin: at - 2, end: at - 1 }).end, first);
  if (BLOCK.test(between)) return false;
  return !EMPTY_LINE.test(between) || isWord || /^\p{Ll}/u.test(original.slice(first, first + 2));
}

function beginsOwn(text: string, at: number): boolean {
  OWN_LINE.lastIndex = at;
  return OWN_LINE.test(text);
}

function isSingleWord(part: string): boolean {
  return !SECOND_WORD.test(part);
}
