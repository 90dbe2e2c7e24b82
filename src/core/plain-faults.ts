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

/** Between which numbers a value may lie; both are allowed. */
export type NumberRange = {
  readonly least: number;
  readonly most: number;
  readonly isWhole: boolean;
  /** What is counted: `seconds`. */
  readonly unit?: string | undefined;
};

/** Which numbers a setting takes, whatever stands there instead. */
export function mustLieWithin({ least, most, isWhole, unit }: NumberRange): string {
  const what = `a ${isWhole ? 'whole ' : ''}number${unit === undefined ? '' : ` of ${unit}`}`;
  return `must be ${what} between ${grouped(least)} and ${grouped(most)}`;
}

/**
 * How a number was most likely meant that somebody writes otherwise than YAML reads it: `0,4`, `"0.4"`, `3,600`, `40 %`.
 *
 * @returns words that go on after what is wrong; empty where nothing within the range can be meant.
 */
export function numberMeant(value: unknown, { least, most, isWhole }: NumberRange): string {
  const written = Array.isArray(value) ? value.join(',') : String(value).trim();
  const ways: readonly (readonly [RegExp, (parts: readonly string[]) => number, string])[] = [
    [/^([\d.]+)$/, ([digits]) => Number(digits), 'without quotation marks or brackets'],
    [/^(\d{1,3}(?:,\d{3})+)$/, ([digits = '']) => Number(digits.replaceAll(',', '')), 'without commas'],
    [/^(\d+),(\d+)$/, ([whole, decimals]) => Number(`${whole}.${decimals}`), 'with a point'],
    [/^(\d+(?:[.,]\d+)?) ?%$/, ([share = '']) => percent(share.replace(',', '.')), 'as a share'],
    [/^(\d{2,})$/, ([share]) => percent(share), 'as a share'],
  ];
  for (const [form, read, how] of ways) {
    const parts = form.exec(written);
    if (parts === null) continue;
    const number = read(parts.slice(1));
    const isPermitted = number >= least && number <= most && (!isWhole || Number.isInteger(number));
    if (number !== value && isPermitted) return `; ${how}: ${number}`;
  }
  return '';
}

function percent(written: string | undefined): number {
  // Without what dividing adds: 58.3 / 100 is .5830000000000001.
  return Number((Number(written) / 100).toPrecision(12));
}

/** `604,800`, as a person reads it. */
function grouped(number: number): string {
  return number.toLocaleString('en-GB', { maximumFractionDigits: 6 });
}
