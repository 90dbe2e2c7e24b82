import type { z } from 'zod';
import { mustBe } from './rule-faults.js';

/**
 * What is wrong with a value, for people who did not choose the library that checks it: an error map for `safeParse`. A form's own
 * words go before it. The value is not quoted: it may be a reader's words or a password.
 *
 * @returns words that go on a name ("must be text"), or undefined where there are none better than the library's.
 */
export function plainFault(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'too_big') return atMost(String(issue.origin), Number(issue.maximum));
  if (issue.code === 'too_small')
    return atLeast(String(issue.origin), Number(issue.minimum), issue.inclusive !== false);
  if (issue.code === 'invalid_union') return 'has none of the forms that are read here';
  if (issue.code !== 'invalid_type' && issue.code !== 'invalid_value') return undefined;
  if (issue.input === undefined) return 'is missing';
  if (issue.code === 'invalid_value') {
    const values = issue.values as readonly unknown[];
    return `must be ${values.length > 1 ? 'one of ' : ''}${values.join(', ')}`;
  }
  // In YAML it is a mapping; here it is JSON's.
  if (issue.expected === 'object' || issue.expected === 'record') return 'must be an object';
  return mustBe(String(issue.expected));
}

/** In what a value of a kind is counted; a number is not. */
const UNITS: Readonly<Record<string, string>> = { string: 'characters', array: 'entries' };

function atMost(kind: string, most: number): string {
  const unit = UNITS[kind];
  return unit === undefined ? `must be at most ${most}` : `may have at most ${most} ${unit}`;
}

function atLeast(kind: string, least: number, inclusive: boolean): string {
  const unit = UNITS[kind];
  if (unit !== undefined) return `must have ${least === 1 ? 'some' : `at least ${least}`} ${unit}`;
  return `must be ${inclusive ? 'at least' : 'more than'} ${least}`;
}
