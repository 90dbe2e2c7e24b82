import type { Stretch } from './spans.js';

/** A letter that alone is neither a word nor short for one. */
const OTHER = '[b-hj-qstv-z]';
const FIRST = String.raw`(?<![\p{L}\p{M}\p{N}'’])${OTHER}`;
/** Not before another letter that is short for a word: `kill u.c u later`. */
const END = String.raw`(?![\p{L}\p{M}\p{N}]|['’](?!s\b)| [ru]\b)`;
const LAST = `${OTHER}${END}`;
/** A dash is a hyphen by now, and parts sentences, too: `kill u–ur dead`. */
const COMPOUND = String.raw`(?<=u)-(?:turn|boat|bend|bolt|shape|value|lock|tube|haul)(?:e?[sd]|ing)?\b|(?<=r)-(?:rated|rating|value|word|number)s?\b`;
/**
 * What stands around a letter that is an initial. Behind a full stop and a blank only with one of its own: `all of u. B …`; beside
 * `&` behind a blank no `u`: `kill u & c me laugh`. `F.U.` is none.
 */
const INITIAL = new RegExp(
  String.raw`(?!(?<=(?<![\p{L}\p{M}\p{N}'’])f ?[.&] ?)u)(?:${[
    String.raw`.(?=\.${LAST}|\. ${OTHER}\.|& ?${OTHER}s?${END})`,
    `.(?<=r)(?= & ${OTHER}s?${END})`,
    `.(?=(?:${COMPOUND}))`,
    String.raw`(?<=${FIRST}(?:\.|& ?)).`,
    `(?<=${FIRST} & )r`,
    String.raw`(?<=${FIRST}\. ).(?=\.)`,
  ].join('|')})`,
  'uy',
);
/** A letter and a word, or two letters, that `&` makes one of (`AT&T`, `R & B`); not `black & white`, and not three. */
const LETTER = String.raw`\p{L}(?!\p{M})`;
export const WITH_AND = String.raw`(?<![\p{L}\p{M}\p{N}&])(?:${LETTER} ?& ?\p{L}+|\p{L}+ ?& ?${LETTER})(?:['’]s)?(?![\p{L}\p{M}\p{N}]| ?&)`;

const AND = /^ ?& ?$/;
const LONGEST_AND = 3;
const WHOSE = /['’]s$/;

/**
 * Whether a letter that mostly is short for a word, as `u` and `r` are, is an initial beside another one (`U.S.`, `E. U.`,
 * `R&B`), or stands before a hyphen (`U-turn`).
 *
 * @param text normalised. @param at where the letter stands.
 */
export function isInitial(text: string, at: number): boolean {
  INITIAL.lastIndex = at;
  return INITIAL.test(text);
}

/** Words as one, where `&` makes one of a letter and the word behind `before`, or of two letters; null elsewhere. */
export function joinedByAnd(text: string, before: Stretch, begin: number, end: number): string | null {
  if (begin - before.end > LONGEST_AND || !AND.test(text.slice(before.end, begin))) return null;
  const isName = before.end - before.begin === 1 || text.slice(begin, end).replace(WHOSE, '').length === 1;
  return isName ? nameWithAnd(text.slice(before.begin, end)) : null;
}

/** What `&` makes one of, whichever way it is written, and without what says whose. */
export function nameWithAnd(joined: string): string {
  return joined.replaceAll(' ', '').replace(WHOSE, '');
}

/** The letters of a name that is also written with another sign (`s/m`); null where one of them would be short for a word. */
export function lettersOfAnd(name: string): readonly string[] | null {
  return /^[^ru]&[^ru]$/u.test(name) ? name.split('&') : null;
}
