import type { Stretch } from './spans.js';

/** No sentence is longer than this, in UTF-16 units; longer ones are cut at a blank, or anywhere where there is none. */
export const LONGEST_SENTENCE = 400;

/** Words that end in a full stop without ending a sentence. */
const ABBREVIATIONS = new Set(
  (
    'mr mrs ms mx dr prof rev fr sr jr st gen col capt lt sgt maj cmdr sen rep gov pres hon messrs mt ft ' +
    'e.g i.e eg ie cf vs v etc al approx est ca no nos vol pp p fig sec ch art ed eds inc ltd co corp dept univ assn ' +
    'jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun ' +
    'u.s u.k u.n e.u d.c a.m p.m b.c a.d ph.d m.d b.a m.a ave blvd rd'
  ).split(' '),
);
export const ENDS = '.!?…。！？';
/** What may stand between the end sign of a sentence and the blank behind it. */
export const CLOSERS = '"\'”’»)]}›';
const LONGEST_ABBREVIATION = 6;

/**
 * Cuts a text into sentences that cover it from end to end: each takes the blanks behind it along.
 *
 * A sentence ends at `.`, `!`, `?` or `…` with what closes behind it and a blank after that, and at a line break. A full stop
 * after an abbreviation, an initial or a number in a list does not end one. Takes time in proportion to the text.
 */
export function splitSentences(text: string): Stretch[] {
  const sentences: Stretch[] = [];
  let begin = 0;
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    const after = endOfSentence(text, begin, at);
    if (after === null) {
      at += 1;
      continue;
    }
    pushBounded(sentences, text, begin, after);
    begin = after;
    at = after;
  }
  if (begin < text.length) pushBounded(sentences, text, begin, text.length);
  return sentences;
}

/** Where the next sentence begins if one ends with the sign at `at`; null where none does. */
function endOfSentence(text: string, begin: number, at: number): number | null {
  const sign = text[at] ?? '';
  if (sign === '\n') return skipBlanks(text, at);
  if (!ENDS.includes(sign)) return null;
  let after = at + 1;
  if (after < text.length && ENDS.includes(text[after] ?? '')) return null;
  while (after < text.length && CLOSERS.includes(text[after] ?? '')) after += 1;
  if (after >= text.length) return text.length;
  // Chinese and Japanese put no blank behind their full stops.
  if (!isBlank(text[after]) && !'。！？'.includes(sign)) return null;
  if (sign === '.' && after === at + 1 && isAbbreviated(text, begin, at)) return null;
  return skipBlanks(text, after);
}

/** Whether the full stop at `at` belongs to the word before it. */
function isAbbreviated(text: string, begin: number, at: number): boolean {
  if (text[at - 1] === '.') return false;
  const earliest = Math.max(begin, at - LONGEST_ABBREVIATION - 1);
  let from = at;
  while (from > earliest && !isBlank(text[from - 1]) && !'("\'“‘['.includes(text[from - 1] ?? '')) from -= 1;
  const word = text.slice(from, at).toLowerCase();
  if (ABBREVIATIONS.has(word)) return true;
  // An initial ("J. Weaver"), but not the pronoun; "1." at the beginning of a line or sentence.
  if (/^\p{L}$/u.test(word)) return word !== 'i' && !isEndOfLine(text, at);
  return from === begin && /^\d{1,2}$/.test(word);
}

function isEndOfLine(text: string, at: number): boolean {
  return at + 1 >= text.length || text[at + 1] === '\n';
}

function isBlank(sign: string | undefined): boolean {
  return sign === ' ' || (sign !== undefined && sign !== '' && /\s/.test(sign));
}

function skipBlanks(text: string, at: number): number {
  let after = at;
  while (after < text.length && isBlank(text[after])) after += 1;
  return after;
}

function pushBounded(sentences: Stretch[], text: string, begin: number, end: number): void {
  let from = begin;
  while (end - from > LONGEST_SENTENCE) {
    const cut = cutPlace(text, from, from + LONGEST_SENTENCE);
    sentences.push({ begin: from, end: cut });
    from = cut;
  }
  if (from < end) sentences.push({ begin: from, end });
}

/** The last place behind a blank in the later half of what fits, else the end of it, never inside a surrogate pair. */
function cutPlace(text: string, from: number, latest: number): number {
  for (let at = latest; at > from + LONGEST_SENTENCE / 2; at -= 1) if (isBlank(text[at - 1])) return at;
  const unit = text.charCodeAt(latest);
  return unit >= 0xdc00 && unit <= 0xdfff ? latest - 1 : latest;
}
