import type { Normalised } from './normalise.js';
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
/** `Why not …` and `not only …` deny nothing, and who does not hesitate, or has no mercy, denies nothing of what follows. */
const NO_NEGATION_AFTER = new Set(['why']);
const NO_NEGATION_BEFORE = new Set(
  `only just merely surprised sorry hesitate hesitating hesitation rest wait waiting stop forget kidding joking mercy pity remorse
    delay delaying care deny denying denied doubt question secret`.split(/\s+/),
);
/** May stand between a negation and what it denies: `do not ever hesitate`, `no one can deny`. */
const IN_BETWEEN = new Set('even ever really you dare any a be one can could would will'.split(' '));
/** What stands before these is denied on its own: `we will not rest until …`. */
const PARTING = new Set(['until', 'till', 'but', 'so', 'because', 'therefore']);
/** Begin a clause that says whom, or in which case, before the sentence goes on: `those who do not work should …`. */
const CLAUSE_OPENERS = new Set('who whoever which if when unless'.split(' '));
const OPENER_REACH = 4;
const AUXILIARIES = new Set(
  'do does did will would can could should must is are was were has have had am shall'.split(' '),
);
/** The verb with which the sentence goes on behind such a clause. */
const MAIN_VERBS = new Set(
  'should must shall will ought deserve deserves need needs has have had is are was were can gotta let'.split(' '),
);
/** What follows these is what is thought, and denied with them: `those who do not think they should …`. */
const THOUGHTS = new Set(
  `think believe say says said want know see mean agree claim suggest wish hope feel understand accept care argue insist expect
    imply pretend require support`.split(/\s+/),
);

/** `Can't we just …?` asks for it; `Don't … ` with none of these behind it is an order. */
const SUBJECTS = new Set(
  'i you we he she it they someone somebody anyone anybody everyone people that this these those'.split(' '),
);
/** Where a sentence ends is looked for so many words behind a place. */
const QUESTION_REACH = 30;

/** What is quoted in a text: in order of the begins, each with the furthest end of any quotation that begins there or before. */
export type Quotations = readonly Stretch[];

/** Finds what stands in quotation marks, in lines that begin with `>`, or in a `<blockquote>`, in a normalised text. */
export function findQuotations(original: string, normalised: Pick<Normalised, 'toOriginal'>, text: string): Quotations {
  const found: Stretch[] = [
    ...doubleQuotations(text),
    ...singleQuotations(text),
    ...blockQuotations(original, normalised, text.length),
  ];
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

/**
 * An inch mark (`52" TV`) opens nothing, and no mark closes anything behind a blank, or each pair behind it would be the gap between
 * two. Marks with blanks on both sides (« so ») only pair with each other; several in a row are one, as tables write them.
 */
function doubleQuotations(text: string): readonly Stretch[] {
  const found: Stretch[] = [];
  let open: { readonly at: number; readonly isFree: boolean } | null = null;
  for (const { index: at, 0: marks } of text.matchAll(/"+/g)) {
    const end = at + marks.length;
    const [isBehindBlank, isBeforeBlank] = [isBlank(text[at - 1]), isBlank(text[end])];
    const isFree = isBehindBlank && isBeforeBlank;
    const fits = open !== null && open.isFree === isFree && (isFree || !isBehindBlank);
    if (open !== null && fits && at - open.at <= LONGEST_QUOTATION && !text.slice(open.at, at).includes('\n')) {
      found.push({ begin: open.at, end });
      open = null;
    } else if (isFree ? !isDigit(text[at - 2]) : !isBeforeBlank && !isDigit(text[at - 1])) open = { at, isFree };
  }
  return found;
}

/** An apostrophe before a letter or a figure that does not stand for letters left out: `'em`, `'cause`, `the '80s`. */
const OPENS =
  /(?<![\p{L}\p{N}])'(?=[\p{L}\p{N}])(?!(?:em|cause|til|till|tis|twas|n|bout|round(?= the| here)|\d0s)(?![\p{L}\p{N}]))/gu;
/** Longest part of such a quotation between two apostrophes, and how many of these may stand inside words of it. */
const LONGEST_PART = 200;
const MOST_INNER = 8;
/** Behind an s an apostrophe may be a plural's (`the bankers' money`), unless somebody goes on to say who spoke. */
const WHOSE = /^' (?!(?:he|she|they|we|you|i|it|said|says|wrote|writes|is|was|are|were)\b)\p{L}/u;

function singleQuotations(text: string): readonly Stretch[] {
  const found: Stretch[] = [];
  let behind = 0;
  for (const { index } of text.matchAll(OPENS)) {
    const end = index < behind ? -1 : endOfSingle(text, index);
    if (end < 0) continue;
    found.push({ begin: index, end });
    behind = end;
  }
  return found;
}

/** Behind the apostrophe that closes what one opens; -1 where none does. A plural's closes no quotation of several sentences. */
function endOfSingle(text: string, open: number): number {
  let isBehindPlural = false;
  for (let last = open, inner = 0; inner <= MOST_INNER; inner += 1) {
    const at = text.indexOf("'", last + 1);
    const part = text.slice(last + 1, at);
    if (at < 0 || part.length > LONGEST_PART || part.includes('\n')) return -1;
    const after = text.slice(at, at + 12);
    if (/^'\p{N}/u.test(after) || (isBehindPlural && /^'\p{L}/u.test(after) && isBlank(text[at - 1]))) return -1;
    const isWhose = text[at - 1] === 's' && WHOSE.test(after) && /[.!?] /.test(text.slice(open, at));
    isBehindPlural ||= isWhose;
    if (!isWhose && !/^'\p{L}/u.test(after)) return at - open > 2 ? at + 1 : -1;
    last = at;
  }
  return -1;
}

const BLOCK_QUOTE = /<!--.*?-->|<(\/?)blockquote\b[^<>]*>/gis;

/** What stands in a `<blockquote>` that is closed; the tags are only in the original. */
function blockQuotations(
  original: string,
  { toOriginal }: Pick<Normalised, 'toOriginal'>,
  length: number,
): readonly Stretch[] {
  if (!/<\/blockquote\b/i.test(original)) return [];
  const found: Stretch[] = [];
  const open: number[] = [];
  /** The first place of the normalised text that stands for this place of the original, or for a later one. */
  const placeOf = (wanted: number) => {
    let from = 0;
    for (let beyond = length; from < beyond; ) {
      const middle = (from + beyond) >> 1;
      if (toOriginal({ begin: middle, end: middle + 1 }).begin >= wanted) beyond = middle;
      else from = middle + 1;
    }
    return from;
  };
  for (const { index, 0: tag, 1: closing } of original.matchAll(BLOCK_QUOTE)) {
    if (closing === '') open.push(index + tag.length);
    const begin = closing === '/' ? open.pop() : undefined;
    if (begin !== undefined) found.push({ begin: placeOf(begin), end: placeOf(index) });
  }
  return found;
}

/** The ends of a text count as blanks. */
function isBlank(sign: string | undefined): boolean {
  return sign === undefined || /\s/.test(sign);
}

function isDigit(sign: string | undefined): boolean {
  return sign !== undefined && sign >= '0' && sign <= '9';
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
  let furthest = Math.max(0, place.from - NEGATION_REACH);
  for (let at = place.to - 1; at >= furthest; at -= 1) {
    const token = tokens[at];
    if (token === undefined || (at < place.from && token.sentence !== sentence)) return false;
    const isBefore = token.end <= place.begin;
    if (isBefore && /[,;:]| - /.test(text.slice(token.end, place.begin))) return false;
    const word = wordAt(tokens, at);
    if (isBefore && PARTING.has(word) && !isException(tokens, at)) return false;
    const after = wordAt(tokens, at + 1);
    if (!NEGATIONS.has(word) && !(word === 'no' && AFTER_NO.has(after))) continue;
    if (NO_NEGATION_AFTER.has(wordAt(tokens, at - 1)) || deniesNothing(tokens, at)) continue;
    if (word === 'not' && (asksForIt(at, place, tokens, text) || isOverBefore(place, at, tokens))) continue;
    const opener = openerOfClauseBefore(at, place, tokens);
    if (opener < 0) return true;
    // Nobody who does not …, not everyone who does not …
    furthest = Math.min(furthest, Math.max(0, opener - 2));
  }
  return false;
}

function wordAt(tokens: readonly Token[], at: number): string {
  return tokens[at]?.forms[0] ?? '';
}

/** `Nobody but a fool …`. */
function isException(tokens: readonly Token[], at: number): boolean {
  const before = wordAt(tokens, at - 1);
  return NEGATIONS.has(before) || before === 'one';
}

function deniesNothing(tokens: readonly Token[], negation: number): boolean {
  let at = negation + 1;
  while (IN_BETWEEN.has(wordAt(tokens, at)) && at - negation <= 2) at += 1;
  const denied = wordAt(tokens, at);
  // "I could not agree more."
  return NO_NEGATION_BEFORE.has(denied) || (denied === 'agree' && wordAt(tokens, at + 1) === 'more');
}

/** Whether a `not` only asks: "why don't we …", and "can't we …?" where a sentence begins with it. */
function asksForIt(negation: number, place: Place, tokens: readonly Token[], text: string): boolean {
  if (!AUXILIARIES.has(wordAt(tokens, negation - 1)) || !SUBJECTS.has(wordAt(tokens, negation + 1))) return false;
  const sentence = tokens[negation]?.sentence;
  const before = tokens[negation - 2];
  if (before?.sentence === sentence) return NO_NEGATION_AFTER.has(wordAt(tokens, negation - 2));
  let last = place.to - 1;
  while (last - place.to < QUESTION_REACH && tokens[last + 1]?.sentence === sentence) last += 1;
  return text.slice(tokens[last]?.end, tokens[last + 1]?.begin ?? text.length).includes('?');
}

/** Whether the same subject begins anew behind what is denied: "they are not refugees they are …". */
function isOverBefore(place: Place, negation: number, tokens: readonly Token[]): boolean {
  const subject = wordAt(tokens, negation - 2);
  if (!SUBJECTS.has(subject) || !AUXILIARIES.has(wordAt(tokens, negation - 1))) return false;
  let anew = place.from;
  while (anew > negation && !(wordAt(tokens, anew) === subject && MAIN_VERBS.has(wordAt(tokens, anew + 1)))) anew -= 1;
  if (anew <= negation + 1) return false;
  for (let at = negation + 1; at < anew; at += 1) {
    const word = wordAt(tokens, at);
    if (THOUGHTS.has(word) || CLAUSE_OPENERS.has(word) || word === 'that') return false;
  }
  return true;
}

/**
 * Where a clause opens that the negation belongs to and that is over where the place, or what the place is about, begins: "those who
 * do not work should be …", "if they will not go they should be …". -1 where there is none.
 */
function openerOfClauseBefore(negation: number, place: Place, tokens: readonly Token[]): number {
  const word = wordAt(tokens, negation);
  if (word !== 'never' && !(word === 'not' && AUXILIARIES.has(wordAt(tokens, negation - 1)))) return -1;
  // The first word behind it is the one that is denied.
  for (let at = negation + 2; at < place.to; at += 1) {
    const before = wordAt(tokens, at - 1);
    if (MAIN_VERBS.has(wordAt(tokens, at)) && before !== 'to') return openerOf(negation, tokens);
    if (THOUGHTS.has(before)) return -1;
  }
  return -1;
}

function openerOf(negation: number, tokens: readonly Token[]): number {
  const sentence = tokens[negation]?.sentence;
  for (let at = negation - 1; at >= Math.max(0, negation - OPENER_REACH); at -= 1) {
    if (tokens[at]?.sentence !== sentence) return -1;
    const word = wordAt(tokens, at);
    if (CLAUSE_OPENERS.has(word)) return at;
    if (word !== 'that') continue;
    // "They said that you do not …" says what, "migrants that do not …" says which.
    const isBehindNoun = at > 0 && tokens[at - 1]?.sentence === sentence;
    const isSubject = at === negation - 1 || (at === negation - 2 && AUXILIARIES.has(wordAt(tokens, negation - 1)));
    return isBehindNoun && isSubject ? at : -1;
  }
  return -1;
}
