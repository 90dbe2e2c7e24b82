import { stringify } from 'yaml';
import { pointerTo } from './json-pointer.js';
import type { Policy } from './policy.js';
import { levelsOf } from './policy-resolve.js';
import { diffParts } from './revision-diff.js';
import type { RevisionDiffView } from './revision-views.js';

/**
 * What differs between two policies: the settings of the site, of its sections and of its articles, each by its JSON pointer,
 * thresholds label by label.
 */
export function diffPolicies(before: Policy, after: Policy): RevisionDiffView {
  return diffParts(partsOf(before), partsOf(after));
}

/** Every setting that a policy has written down, by its JSON pointer; thresholds label by label. */
export function settingsIn(policy: Policy): readonly (readonly [pointer: string, value: unknown])[] {
  const levels = [{ path: ['defaults'], change: policy.defaults }, ...levelsOf(policy)];
  const settings = levels.flatMap(({ path, change }) => {
    const { thresholds = {}, ...others } = change;
    return [
      ...Object.entries(thresholds).map(([label, threshold]) => [[...path, 'thresholds', label], threshold] as const),
      ...Object.entries(others).map(([key, value]) => [[...path, key], value] as const),
    ];
  });
  const all = [[['about'], policy.about] as const, ...settings];
  return all.map(([path, value]) => [pointerTo(path), value]);
}

function partsOf(policy: Policy): ReadonlyMap<string, string> {
  return new Map(settingsIn(policy).map(([pointer, value]) => [pointer, written(value)]));
}

/** The same whatever the order in which keys came back from the store. */
function written(value: unknown): string {
  return stringify(value, { sortMapEntries: true });
}
