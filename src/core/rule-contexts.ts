import type { Place } from './rule-index.js';
import type { Token } from './rule-tokens.js';
import type { Stretch } from './spans.js';

/** Quotation marks further apart than this, in UTF-16 units, do not belong together. */
const LONGEST_QUOTATION = 600;
/** A negation reaches over so many words. */
const NEGATION_REACH = 5;

const NEGATIONS = new Set('not never nobody none nor neither without hardly'.split(' '));
/** `No` denies what follows only where it is about people or grounds: "no one should …", but "no mercy, …". */
const AFTER_NO = new Set(
  'one person people human humans man woman child group body religion race reason need right'.split(' '),
);
/** `Why not …` and `not only …` deny nothing. */
const NO_NEGATION_AFTER = new Set(['why']);
const NO_NEGATION_BEFORE = new Set(['only', 'just', 'merely', 'surprised', 'sorry']);

/** What is quoted in a text: in order of the begins, each with the furthest end of any quotation that begins there or before. */
export type Quotations = readonly Stretch[];

/** Finds what stands in quotation marks, or in lines that begin with `>`, in a normalised text. */
export function findQuotations(text: string): Quotations {
  const found: Stretch[] = [];
  let open = -1;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) {
    if (open >= 0 && at - open <= LONGEST_QUOTATION && !text.slice(open, at).includes('\n')) {
      found.push({ begin: open, end: at + 1 });
      open = -1;
    } else open = at;
  }
  for (const match of text.matchAll(
    /(?<![\p{L}\p{N}])'(?=[\p{L}\p{N}])[^'\n]{2,200}(?:'[\p{L}][^'\n]{0,200}){0,8}'(?![\p{L}\p{N}])/gu,
  )) {
    found.push({ begin: match.index, end: match.index + match[0].length });
  }
  for (const match of text.matchAll(/^ ?>[^\n]*/gm))
    found.push({ begin: match.index, end: match.index + match[0].length });
  let furthest = 0;
  return found
    .sort((a, b) => a.begin - b.begin)
    .map(({ begin, end }) => {
      furthest = Math.max(furthest, end);
      return { begin, end: furthest };
    });
}

export function isQuoted(place: Place, quotations: Quotations): boolean {
  let after = 0;
  for (let beyond = quotations.length; after < beyond; ) {
    const middle = (after + beyond) >> 1;
    if ((quotations[middle]?.begin ?? 0) > place.begin) beyond = middle;
    else after = middle + 1;
  }
  return (quotations[after - 1]?.end ?? -1) >= place.end;
}

/** Whether a negation stands inside a place or shortly before it, in the same sentence and with no comma between. */
export function isNegated(place: Place, tokens: readonly Token[], text: string): boolean {
  const sentence = tokens[place.from]?.sentence;
  for (let at = place.to - 1; at >= Math.max(0, place.from - NEGATION_REACH); at -= 1) {
    const token = tokens[at];
    if (token === undefined || (at < place.from && token.sentence !== sentence)) return false;
    if (token.end <= place.begin && /[,;:]| - /.test(text.slice(token.end, place.begin))) return false;
    const after = tokens[at + 1]?.forms[0] ?? '';
    const word = token.forms[0] ?? '';
    if (!NEGATIONS.has(word) && !(word === 'no' && AFTER_NO.has(after))) continue;
    if (NO_NEGATION_AFTER.has(tokens[at - 1]?.forms[0] ?? '') || NO_NEGATION_BEFORE.has(after)) continue;
    return true;
  }
  return false;
}
