import type { Settings } from '../../core/policy.js';
import { withoutValue, withValue } from '../rules/yaml-edit.js';
import { EVERYWHERE, isGroup, layersOf, pathTo, type Scope, written } from './scope.js';
import type { PolicyDocument } from './shapes.js';

type Others = Omit<Settings, 'thresholds'>;

/** What holds where a policy says nothing; core/policy.ts decides, and a test holds this against it. */
export const SHIPPED: Others = {
  agree: 0.2,
  moderation: 'before',
  publishBelow: 0.5,
  precision: 0.95,
  newAuthors: null,
  trustedAuthors: null,
  reports: { toReview: 3, weighed: true },
  without: { model: 'review', deadline: 'review', deadlineSeconds: 900, overload: 'review' },
  audit: { share: 0.01 },
};

export type Unit = 'probability' | 'share' | 'days' | 'approved' | 'reports' | 'seconds';

type Kind =
  | { readonly kind: 'choice'; readonly of: readonly (string | boolean)[] }
  /** `whole`: no fractions. Both ends are permitted. */
  | {
      readonly kind: 'number';
      readonly least: number;
      readonly most: number;
      readonly step: number;
      readonly whole: boolean;
      readonly unit: Unit;
    }
  /** A group that can be null; `first`: what it begins with. Its parts are settings of their own. */
  | { readonly kind: 'group'; readonly first: Readonly<Record<string, number>> };

/** A setting and where it stands below a scope: `agree`, or `reports.toReview` in two steps. */
export type Setting = Kind & { readonly path: readonly string[] };

const choice = (path: string, of: readonly (string | boolean)[]): Setting => ({
  path: path.split('.'),
  kind: 'choice',
  of,
});
const group = (path: string, first: Readonly<Record<string, number>>): Setting => ({
  path: [path],
  kind: 'group',
  first,
});
const whole = (path: string, least: number, most: number, unit: Unit): Setting => ({
  path: path.split('.'),
  kind: 'number',
  least,
  most,
  step: 1,
  whole: true,
  unit,
});
const fraction = (path: string, least: number, most: number, step: number, unit: Unit): Setting => ({
  path: path.split('.'),
  kind: 'number',
  least,
  most,
  step,
  whole: false,
  unit,
});

/** Every setting but the thresholds, in groups, as the page shows them. */
export const SETTINGS = {
  shown: [
    choice('moderation', ['before', 'after', 'risk', 'review-all', 'closed']),
    fraction('publishBelow', 0, 1, 0.05, 'probability'),
  ],
  rejecting: [fraction('agree', 0.05, 1, 0.05, 'probability'), fraction('precision', 0.5, 0.9999, 0.01, 'share')],
  authors: [
    group('newAuthors', { days: 7, approved: 3 }),
    whole('newAuthors.days', 0, 3_650, 'days'),
    whole('newAuthors.approved', 0, 1_000, 'approved'),
    group('trustedAuthors', { approved: 50, rejectedShare: 0.02, widen: 0.25 }),
    whole('trustedAuthors.approved', 1, 100_000, 'approved'),
    fraction('trustedAuthors.rejectedShare', 0, 1, 0.01, 'share'),
    fraction('trustedAuthors.widen', 0, 0.9, 0.05, 'share'),
  ],
  reports: [whole('reports.toReview', 1, 1_000, 'reports'), choice('reports.weighed', [true, false])],
  without: [
    choice('without.model', ['review']),
    choice('without.deadline', ['review']),
    whole('without.deadlineSeconds', 10, 604_800, 'seconds'),
    choice('without.overload', ['review', 'publish']),
  ],
  audit: [fraction('audit.share', 0, 1, 0.01, 'share')],
} as const satisfies Readonly<Record<string, readonly Setting[]>>;

/** A value, as it is written, and where; `from` is null for what is shipped. */
export type Found = { readonly value: unknown; readonly from: Scope | null };

export type ResolvedSetting = Found & {
  /** The scope itself says so. */
  readonly own: boolean;
  /** What would hold if it did not; its value is undefined where that would be nothing whole. */
  readonly otherwise: Found;
};

/** What holds for a setting: the scope's own over what it inherits, groups part by part. */
export function resolvedSetting(
  document: PolicyDocument,
  { path }: Pick<Setting, 'path'>,
  scope: Scope,
): ResolvedSetting {
  const layers = layersOf(document, scope);
  const own = written(layers.at(-1)?.settings, path) !== undefined;
  return { ...found(layers, path), own, otherwise: found(layers.slice(0, -1), path) };
}

function found(layers: ReturnType<typeof layersOf>, path: readonly string[]): Found {
  let held: Found = { value: written(SHIPPED, path), from: null };
  for (const { from, settings } of layers) {
    const whole = written(settings, path.slice(0, 1));
    if (whole === undefined) continue;
    const value = written(settings, path);
    // What is shipped fills in a group that the defaults leave out, and no single part of one.
    if (from.kind === 'everywhere' || !isGroup(whole)) held = { value, from };
    else if (isGroup(value)) held = { value: { ...(isGroup(held.value) && held.value), ...value }, from };
    else if (value !== undefined) held = { value, from };
  }
  return held;
}

/** Whether it can be set back: to what is shipped in the defaults, elsewhere to what is inherited. */
export function canBeSetBack({ own, value, otherwise }: ResolvedSetting, scope: Scope): boolean {
  if (!own || otherwise.value === undefined) return false;
  return scope.kind !== 'everywhere' || JSON.stringify(value) !== JSON.stringify(otherwise.value);
}

/**
 * The policy with a setting written at a scope.
 *
 * @returns null where that cannot be done, as in `withValue`.
 */
export function withSetting(yaml: string, document: PolicyDocument, scope: Scope, { path }: Setting, value: unknown) {
  const [name = '', part] = path;
  const at = [...pathTo(scope), name];
  if (part === undefined) return withValue(yaml, at, value);
  // A group in the defaults is whole or not there at all.
  const begun = scope.kind !== 'everywhere' || isGroup(written(document, [...pathTo(EVERYWHERE), name]));
  if (begun) return withValue(yaml, [...at, part], value);
  return withValue(yaml, at, { ...(written(SHIPPED, [name]) as object), [part]: value });
}

/** The policy with a setting set back, as `canBeSetBack` says; the defaults go on naming it. */
export function withSettingBack(yaml: string, scope: Scope, setting: Setting): string | null {
  const at = [...pathTo(scope), ...setting.path];
  return scope.kind === 'everywhere' ? withValue(yaml, at, written(SHIPPED, setting.path)) : withoutValue(yaml, at);
}
