import { stringify } from 'yaml';
import { diffParts } from './revision-diff.js';
import type { RevisionDiffView } from './revision-views.js';
import type { RuleList } from './rule-list.js';

/** What differs between rule lists: rules by their id, sets as `{name}` and domains as `domains of LIST`, as YAML. */
export function diffRules(before: readonly RuleList[], after: readonly RuleList[]): RevisionDiffView {
  return diffParts(partsOf(before), partsOf(after));
}

function partsOf(lists: readonly RuleList[]): ReadonlyMap<string, string> {
  return new Map(
    lists.flatMap(({ name, sets, domains, rules }): [string, string][] => [
      ...Object.entries(sets).map(([set, members]): [string, string] => [`{${set}}`, written(members)]),
      ...(domains === undefined ? [] : [[`domains of ${name}`, written(domains)] as [string, string]]),
      ...rules.map((rule): [string, string] => [rule.id, written(rule)]),
    ]),
  );
}

/** The same whatever the order in which keys came back from the store. */
function written(value: unknown): string {
  return stringify(value, { sortMapEntries: byReading, lineWidth: 100 });
}

const ORDER = ['id', 'label', 'effect', 'shadow', 'force', 'when', 'unless', 'reason', 'match', 'ignore'];

/** A rule's keys in the order in which people write them, all others by their letters. */
function byReading(a: { readonly key: unknown }, b: { readonly key: unknown }): number {
  const [one, other] = [nameOf(a.key), nameOf(b.key)];
  const [first, second] = [ORDER.indexOf(one), ORDER.indexOf(other)];
  if (first >= 0 && second >= 0) return first - second;
  return one < other ? -1 : 1;
}

function nameOf(key: unknown): string {
  return String(typeof key === 'object' && key !== null && 'value' in key ? key.value : key);
}
