import { z } from 'zod';
import { pointerTo } from './json-pointer.js';
import { LABELS } from './labels.js';
import { mustLieWithin, numberMeant } from './plain-faults.js';
import { Settings } from './policy.js';
import { closest, mustBe, mustBeOneOf } from './rule-faults.js';

export type Path = readonly (string | number)[];

/** What is wrong with a policy, and where in it. */
export type Fault = {
  readonly path: Path;
  readonly detail: string;
};

/** A fault of form. */
type FormFault = Fault & {
  /** Where an unknown key is most likely a slip for another one: that one's place. */
  readonly meant?: Path;
  readonly isMissing?: true;
};

/**
 * What a policy's form says of it, for people who did not write the form. One fault for one slip: what is missing only because its
 * key is written wrongly is not told as well.
 *
 * @param form that was asked, with `reportInput` and `plainFault`; the paths of its issues begin there.
 */
export function inWordsOnce(form: z.ZodType, issues: readonly z.core.$ZodIssue[]): readonly Fault[] {
  const faults = issues.flatMap((issue) => inWords(form, issue));
  const meant = new Set(faults.flatMap((fault) => (fault.meant === undefined ? [] : pointerTo(fault.meant))));
  return faults
    .filter(({ path, isMissing }) => isMissing !== true || !meant.has(pointerTo(path)))
    .map(({ path, detail }) => ({ path, detail }));
}

function inWords(form: z.ZodType, issue: z.core.$ZodIssue): readonly FormFault[] {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(form, path, key, issue.input));
  if (issue.code === 'invalid_key') return [{ path, detail: unusableName(path) }];
  const name = path.at(-1) ?? 'the policy';
  if (issue.input === undefined) {
    const left = path.at(-2) === 'newAuthors' ? '; 0 leaves it out' : '';
    return [{ path, detail: `${name} is missing${left}`, isMissing: true }];
  }
  return [{ path, detail: `${name} ${wantedAt(form, path, issue)}` }];
}

/** What is permitted where something else stands. */
function wantedAt(form: z.ZodType, path: Path, issue: z.core.$ZodIssue): string {
  const asked = formAt(form, path);
  const inner = unwrapped(asked);
  const orNull = isNullable(asked) ? ', or null' : '';
  // YAML reads a key with nothing behind it as null.
  if (issue.input === null) return 'must not be empty';
  if (inner instanceof z.ZodNumber) {
    const { minValue, maxValue, isInt: isWhole } = inner;
    const range = { least: minValue ?? -Infinity, most: maxValue ?? Infinity, isWhole, unit: UNITS.get(path.at(-1)) };
    return mustLieWithin(range) + orNull + numberMeant(issue.input, range);
  }
  if (issue.code === 'invalid_value') return mustBeOneOf(issue.values.map(String), issue.input) + orNull;
  if (issue.code !== 'invalid_type') return issue.message;
  const keys = inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
  const saying = keys.length > 0 && keys.length <= NAMED_KEYS ? `; it says ${keys.join(', ')}` : '';
  return `${mustBe(issue.expected)}${orNull}${saying}`;
}

/** So many keys are named to whoever writes something else than a mapping. */
const NAMED_KEYS = 4;

/** What settings count. */
const UNITS: ReadonlyMap<unknown, string> = new Map([
  ['deadlineSeconds', 'seconds'],
  ['days', 'days'],
  ['approved', 'comments'],
  ['toReview', 'reports'],
]);

/** What people write who know a moderation by another word. */
const MODERATION_MEANT: ReadonlyMap<string, string> = new Map([
  ['sensitive', 'review-all'],
  ['closed', 'closed'],
]);

function unknownKey(form: z.ZodType, path: Path, key: string, around: unknown): FormFault {
  const known = keysAt(form, path);
  const unknown = known === LABELS ? `"${key}" is not a label` : `unknown key "${key}"`;
  const at = { path: [...path, key] };
  const hint = hintFor(key, known, around);
  if (hint !== null) return { ...at, detail: `${unknown}; ${hint}` };
  const meant = closest(key, known);
  if (meant === undefined) return { ...at, detail: unknown };
  return { ...at, detail: `${unknown}; did you mean "${meant}"?`, meant: [...path, meant] };
}

/** What a key is that no slip of the pen makes another one; null where that is not known. */
function hintFor(key: string, known: readonly string[], around: unknown): string | null {
  if (isDecimals(key, around)) return 'decimals are written with a point, as in 0.4';
  const moderation = known.includes('moderation') ? MODERATION_MEANT.get(key) : undefined;
  if (moderation !== undefined) return `did you mean \`moderation: ${moderation}\`?`;
  if (known.includes('thresholds') && (LABELS as readonly string[]).includes(key))
    return 'labels stand under thresholds';
  if (known.includes('defaults') && Object.hasOwn(Settings.shape, key)) return 'settings stand under defaults';
  return null;
}

/** Of records only those of places take any key, within limits. */
function unusableName([group]: Path): string {
  return group === 'sections' ? 'a section’s name has 1 to 255 characters' : 'an article’s id has 1 to 255 characters';
}

/** Whether a key is what YAML makes of the decimals in `{ review: 0,4 }`. */
function isDecimals(key: string, around: unknown): boolean {
  return /^\d+$/.test(key) && Object(around)[key] === null;
}

/** The form of what stands where a path leads; undefined where nothing can. */
function formAt(form: z.ZodType, path: Path): unknown {
  return path.reduce<unknown>((outer, key) => {
    const inner = unwrapped(outer);
    if (inner instanceof z.ZodObject) return inner.shape[key];
    return inner instanceof z.ZodRecord ? inner.valueType : undefined;
  }, form);
}

/** The keys that are known where a path leads. */
function keysAt(form: z.ZodType, path: Path): readonly string[] {
  const inner = unwrapped(formAt(form, path));
  if (inner instanceof z.ZodObject) return Object.keys(inner.shape);
  return inner instanceof z.ZodRecord ? LABELS : [];
}

function isNullable(form: unknown): boolean {
  return form instanceof z.ZodNullable || (isWrapped(form) && isNullable(form.def.innerType));
}

function unwrapped(form: unknown): unknown {
  return isWrapped(form) || form instanceof z.ZodNullable ? unwrapped(form.def.innerType) : form;
}

function isWrapped(form: unknown): form is z.ZodOptional | z.ZodDefault | z.ZodPrefault {
  return form instanceof z.ZodOptional || form instanceof z.ZodDefault || form instanceof z.ZodPrefault;
}
