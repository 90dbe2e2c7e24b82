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

/** Both cover the normalised text from end to end, and every sentence lies in one stretch that is read as one. */
export type RuleSentences = {
  /** As far as an excuse or a negation reaches. */
  readonly sentences: readonly Stretch[];
  /** Phrases are found across these. */
  readonly readAsOne: readonly Stretch[];
};

/**
 * The sentences of a comment as rules see them.
 *
 * A line break alone ends none, or it would hide a phrase from every rule. One does behind an end sign, at an empty line, and
 * where a quotation, a quoted line's answer or a list's next entry begins; unless a single word stands before it, or what follows
 * an empty line goes on in small letters: nobody writes like that but to hide what is said.
 *
 * Phrases are found in more: across the places where a sentence was cut for its length alone, and over sentences of a single word
 * that follow each other, whether that is done to hide ("Kill. Them. All.") or to shout. Excuses do not reach so far: "Never. Kill.
 * Them." denies nothing. Takes time in proportion to the text.
 */
export function ruleSentences(original: string, normalised: Pick<Normalised, 'text' | 'toOriginal'>): RuleSentences {
  const { text } = normalised;
  const sentences: Stretch[] = [];
  const readAsOne: Stretch[] = [];
  for (const { begin, end } of splitSentences(text)) {
    const last = sentences.at(-1);
    const whole = readAsOne.at(-1);
    const isOne = last !== undefined && (isCut(text, begin) || goesOn(original, normalised, begin));
    if (isOne && end - last.begin <= LONGEST_SENTENCE) sentences[sentences.length - 1] = { begin: last.begin, end };
    else sentences.push({ begin, end });
    if (isOne && whole !== undefined) readAsOne[readAsOne.length - 1] = { begin: whole.begin, end };
    else readAsOne.push({ begin, end });
  }
  return { sentences, readAsOne: speltOut(text, readAsOne) };
}

/** With those of a single word that follow each other as one; entries of a list, where the comment is nothing else. */
function speltOut(text: string, stretches: readonly Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  const words = stretches.map(({ begin, end }) => isSingleWord(text.slice(begin, end)));
  const isAll = !words.includes(false);
  stretches.forEach(({ begin, end }, i) => {
    const before = joined.at(-1);
    const isNext = words[i] && words[i - 1] && (isAll || !beginsOwn(text, begin));
    if (before !== undefined && isNext) joined[joined.length - 1] = { begin: before.begin, end };
    else joined.push({ begin, end });
  });
  return joined;
}

/** The text with a blank for every line break inside what is read as one; everything stays at its place. */
export function onOneLine(text: string, readAsOne: readonly Stretch[]): string {
  if (!text.includes('\n')) return text;
  // The last unit of a stretch is the blank or the line break behind it.
  return readAsOne
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

/** Whether the sentence that begins here was cut off from the one before for the length of both. */
function isCut(text: string, at: number): boolean {
  let last = at - 1;
  for (; last >= 0 && /\s/.test(text[last] ?? ''); last -= 1) if (text[last] === '\n') return false;
  while (last >= 0 && CLOSERS.includes(text[last] ?? '')) last -= 1;
  return last >= 0 && !ENDS.includes(text[last] ?? '');
}
