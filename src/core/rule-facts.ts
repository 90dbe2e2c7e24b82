import type { FactCondition, Force, Range } from './rule-list.js';
import { wordCount } from './rule-tokens.js';

/** A part of a rule on one comment: a part that could not be evaluated is neither true nor false. */
export type Truth = true | false | 'unknown';

/** What a rule may know about an author. An absent fact is unknown, not false. */
export type RuleAuthor = {
  readonly trusted?: boolean;
  readonly role?: string;
  /** RFC 3339. */
  readonly createdAt?: string;
  /** What premod itself counted on this site. */
  readonly approved?: number;
  readonly rejected?: number;
};

/**
 * Comments of the site in the minutes before a comment was written, itself included, by the width of the window in minutes.
 * A window that nobody counted is unknown.
 */
export type RuleCounts = {
  /** With the same text, once both are normalised, from anybody. */
  readonly sameText?: Readonly<Record<number, number>>;
  readonly byAuthor?: Readonly<Record<number, number>>;
};

/** What the site's own comments answer about one comment. */
export type Counted = RuleCounts & {
  /** Of its author's other comments, those that stand as published and as withheld. */
  readonly record?: { readonly approved: number; readonly rejected: number };
};

/** What a rule may know about a comment beside its text. Plain data: kept with the decision, it gives the same answer again. */
export type RuleFacts = {
  readonly section?: string | null;
  readonly author?: RuleAuthor;
  /** RFC 3339, as the sender says; the clock by which accounts are young or old. */
  readonly createdAt?: string;
  /** RFC 3339; when it is decided, by our own clock. A forced rule holds or has expired by this one: no sender chooses it. */
  readonly decidedAt?: string;
  readonly counts?: RuleCounts;
};

const DAY_MS = 86_400_000;
/** Fewer letters say nothing about shouting. */
const LETTERS_FOR_CAPITALS = 20;

/** All of several: false where one is false, whatever is unknown. */
export function allOf(parts: readonly Truth[]): Truth {
  if (parts.includes(false)) return false;
  return parts.includes('unknown') ? 'unknown' : true;
}

/** One of several: true where one is true, whatever is unknown. */
export function anyOf(parts: readonly Truth[]): Truth {
  if (parts.includes(true)) return true;
  return parts.includes('unknown') ? 'unknown' : false;
}

export function not(part: Truth): Truth {
  return part === 'unknown' ? 'unknown' : !part;
}

export function factHolds(condition: FactCondition, original: string, facts: RuleFacts): Truth {
  const parts: Truth[] = [];
  const { section, author, length, capitals, repetition, rate } = condition;
  if (section !== undefined) parts.push(known(facts.section, (name) => section.includes(name)));
  if (author !== undefined) parts.push(authorHolds(author, facts));
  if (repetition !== undefined) {
    parts.push(known(facts.counts?.sameText?.[repetition.minutes], (count) => count >= repetition.times));
  }
  if (rate !== undefined) parts.push(known(facts.counts?.byAuthor?.[rate.minutes], (count) => count >= rate.comments));
  if (length?.words !== undefined) parts.push(inRange(wordCount(original), length.words));
  if (length?.characters !== undefined) parts.push(inRange([...original.trim()].length, length.characters));
  if (length?.letters !== undefined) parts.push(inRange(original.match(/[\p{L}\p{N}]/gu)?.length ?? 0, length.letters));
  if (capitals !== undefined) parts.push(shareOfCapitals(original) >= capitals.atLeast);
  return allOf(parts);
}

/** Whether a rule decides alone: until the end of its last day, by the clock of whoever decides. */
export function forceHolds({ until }: Force, { decidedAt }: RuleFacts): Truth {
  return known(decidedAt, (at) => Date.parse(at) < Date.parse(until) + DAY_MS);
}

function authorHolds(condition: NonNullable<FactCondition['author']>, facts: RuleFacts): Truth {
  const author = facts.author ?? {};
  const parts: Truth[] = [];
  if (condition.trusted !== undefined) parts.push(known(author.trusted, (trusted) => trusted === condition.trusted));
  const { role, newerThanDays, approved, rejected } = condition;
  if (role !== undefined) parts.push(known(author.role, (its) => role.includes(its)));
  if (approved !== undefined) parts.push(known(author.approved, (count) => inRange(count, approved)));
  if (rejected !== undefined) parts.push(known(author.rejected, (count) => inRange(count, rejected)));
  if (newerThanDays !== undefined) {
    const age = ageDays(author.createdAt, facts.createdAt);
    parts.push(known(age, (days) => days < newerThanDays));
  }
  return allOf(parts);
}

function known<T>(fact: T | null | undefined, holds: (fact: T) => boolean): Truth {
  return fact === undefined || fact === null ? 'unknown' : holds(fact);
}

function inRange(count: number, { atLeast, atMost }: Range): boolean {
  return count >= (atLeast ?? 0) && count <= (atMost ?? Number.POSITIVE_INFINITY);
}

function ageDays(createdAt: string | undefined, at: string | undefined): number | undefined {
  if (createdAt === undefined || at === undefined) return undefined;
  const days = (Date.parse(at) - Date.parse(createdAt)) / DAY_MS;
  return Number.isFinite(days) ? days : undefined;
}

function shareOfCapitals(text: string): number {
  return tooFewForCapitals(text) === null ? count(text, /\p{Lu}/gu) / cased(text) : 0;
}

/** Why no share of capitals holds for a text, whatever it is written in; null where it has the letters for it. */
export function tooFewForCapitals(text: string): string | null {
  const letters = cased(text);
  if (letters >= LETTERS_FOR_CAPITALS) return null;
  return `\`capitals\` counts from ${LETTERS_FOR_CAPITALS} letters on, and this has ${letters}`;
}

/** Letters that are capital or small. */
function cased(text: string): number {
  return count(text, /[\p{Lu}\p{Ll}]/gu);
}

function count(text: string, what: RegExp): number {
  return text.match(what)?.length ?? 0;
}
