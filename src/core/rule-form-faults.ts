import type { z } from 'zod';
import { numberMeant } from './plain-faults.js';
import { mustBe, mustBeOneOf, type RuleFault, type RulePath } from './rule-faults.js';
import { hintFor } from './rule-keys.js';
import { KNOWN_KEYS, RULE_LIMITS } from './rule-list.js';

/** What is wrong with the form of a list, in words for the person who wrote it. */
export function faultsOf(list: string, value: unknown, issues: readonly z.core.$ZodIssue[]): readonly RuleFault[] {
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => unknownKey(list, value, pathOf(issue), key)) : [],
  );
  // A slip in a key is one mistake, though the key that was meant is missing too.
  const meant = new Set(
    unknown.flatMap(({ path, close }) => (close === undefined ? [] : [JSON.stringify([...path.slice(0, -1), close])])),
  );
  const slipped = new Set(unknown.map(({ path }) => JSON.stringify(path.slice(0, -1))));
  const cut = new Set(unknown.flatMap(({ path, isNumber }) => (isNumber ? [JSON.stringify(path.slice(0, -1))] : [])));
  const others = issues.filter((issue) => {
    if (issue.code === 'unrecognized_keys') return false;
    const path = pathOf(issue);
    const where = JSON.stringify(path);
    // Nor is what holds the slip at fault for being empty without it.
    if (issue.code === 'custom' && slipped.has(where)) return false;
    // Of a number that YAML cut at its comma, what is before it is no second mistake.
    if (typeof valueAt(value, path) === 'number' && cut.has(JSON.stringify(path.slice(0, -1)))) return false;
    return valueAt(value, path) !== undefined || !meant.has(where);
  });
  return [
    ...unknown.map(({ close: _, isNumber: __, ...fault }) => fault),
    ...others.map((issue) => faultOf(list, value, issue)),
  ];
}

function pathOf({ path }: z.core.$ZodIssue): RulePath {
  return path.map((key) => (typeof key === 'symbol' ? String(key) : key));
}

function unknownKey(
  list: string,
  value: unknown,
  path: RulePath,
  key: string,
): RuleFault & { readonly close: string | undefined; readonly isNumber: boolean } {
  const place = faultPlace(list, value, [...path, key]);
  const around = Object(valueAt(value, path));
  const present = Object.keys(around);
  if (/^\d+$/.test(key) && around[key] === null) {
    const detail = `unknown key ${JSON.stringify(key)}; decimals are written with a point, as in 0.7, and large numbers without commas`;
    return { ...place, detail, close: undefined, isNumber: true };
  }
  const { close, hint } = hintFor(KNOWN_KEYS, path, key, present);
  return { ...place, detail: `unknown key ${JSON.stringify(key)}${hint}`, close, isNumber: false };
}

function faultOf(list: string, value: unknown, issue: z.core.$ZodIssue): RuleFault {
  const path = pathOf(issue);
  const where = path.length === 0 ? 'the list' : path.filter((key) => typeof key === 'string').at(-1);
  return { ...faultPlace(list, value, path), detail: `${where} ${inWords(issue, valueAt(value, path))}` };
}

/** Where a fault lies, with the rule's id where it is known. */
export function faultPlace(list: string, value: unknown, path: RulePath): Pick<RuleFault, 'list' | 'path' | 'rule'> {
  const rule = ruleIdAt(value, path);
  return { list, path, ...(rule !== undefined && { rule }) };
}

function inWords(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined && issue.code !== 'custom') return 'is missing';
  // YAML reads a key, or a list's dash, with nothing behind it as null.
  if (value === null && issue.code === 'invalid_type') {
    const inList = typeof issue.path.at(-1) === 'number';
    return `must not be empty${inList ? '; text that begins with #, null and ~ need quotation marks' : ''}`;
  }
  if (issue.code === 'invalid_type' && issue.expected === 'string' && typeof value === 'object') {
    return 'must be text; text with a colon, a bracket or a brace in it needs quotation marks around it';
  }
  if (issue.code === 'invalid_type' && issue.expected === 'string' && value !== undefined) {
    return 'must be text; a number, true and false need quotation marks';
  }
  if (issue.code === 'invalid_type') return mustBe(issue.expected) + numberIn(issue, value);
  if (issue.code === 'invalid_value') return mustBeOneOf(issue.values.map(String), value);
  if (issue.code === 'invalid_key') return 'is no name of a set: small letters, digits and hyphens, a letter first';
  if (issue.code === 'too_small' && typeof value === 'number') return `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big' && typeof value === 'number') return `must be at most ${issue.maximum}`;
  if (issue.code === 'too_small' && issue.minimum === 1) return 'must not be empty';
  if (issue.code === 'too_small' && issue.origin === 'string') return `needs at least ${issue.minimum} characters`;
  if (issue.code === 'too_big' && issue.origin === 'string') return `may have at most ${issue.maximum} characters`;
  return `is refused: ${issue.message}`;
}

/** How a number that YAML reads as text was most likely meant: `0,7`, `"3"`, `70 %`. */
function numberIn({ expected, path }: z.core.$ZodIssueInvalidType, value: unknown): string {
  if (expected !== 'number' && expected !== 'int') return '';
  const isShare = path.includes('capitals');
  return numberMeant(value, { least: 0, most: isShare ? 1 : RULE_LIMITS.count, isWhole: !isShare });
}

function valueAt(value: unknown, path: RulePath): unknown {
  return path.reduce<unknown>((part, key) => (part as Record<string | number, unknown> | undefined)?.[key], value);
}

function ruleIdAt(value: unknown, path: RulePath): string | undefined {
  if (path[0] !== 'rules' || typeof path[1] !== 'number') return undefined;
  const rules = (value as { rules?: unknown }).rules;
  const rule: unknown = Array.isArray(rules) ? rules[path[1]] : undefined;
  const id = typeof rule === 'object' && rule !== null && 'id' in rule ? rule.id : undefined;
  return typeof id === 'string' ? id : undefined;
}
