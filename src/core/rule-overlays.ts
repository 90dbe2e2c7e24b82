import { type RuleFault, RuleListError } from './rule-faults.js';
import type { RuleList } from './rule-list.js';

/** The name of the draft that steps to newer shipped lists; no list of a site's has it. */
export const UPGRADE = 'shipped';

/**
 * Puts a site's own lists on top of the shipped ones: a rule with the id of a shipped one takes its place, `disable` takes a
 * shipped one away.
 *
 * @returns what is to be judged by, and every fault of the overlays; whether the lists fit together otherwise is seen when they
 *   are compiled.
 */
export function overlayRules(
  shipped: readonly RuleList[],
  own: readonly RuleList[],
): { readonly lists: readonly RuleList[]; readonly faults: readonly RuleFault[] } {
  const faults: RuleFault[] = [];
  const names = new Set(shipped.map(({ name }) => name));
  const known = new Set(shipped.flatMap(({ rules }) => rules.map(({ id }) => id)));
  const gone = new Set<string>();
  for (const list of own) {
    if (names.has(list.name)) {
      const detail = `${list.name} is the name of a shipped list; give yours another, and replace single rules by their id`;
      faults.push({ list: list.name, path: [], detail });
    }
    for (const { id } of list.rules) gone.add(id);
    for (const [index, id] of (list.disable ?? []).entries()) {
      gone.add(id);
      if (known.has(id)) continue;
      faults.push({ list: list.name, path: ['disable', index], detail: `no shipped rule has the id ${id}` });
    }
  }
  const kept = shipped.map((list) => ({ ...list, rules: list.rules.filter(({ id }) => !gone.has(id)) }));
  return { lists: [...kept, ...own.map(withoutDisable)], faults };
}

/** As `overlayRules`. @throws RuleListError where an overlay has a fault */
export function soundOverlay(shipped: readonly RuleList[], own: readonly RuleList[]): readonly RuleList[] {
  const { lists, faults } = overlayRules(shipped, own);
  if (faults.length > 0) throw new RuleListError(faults);
  return lists;
}

function withoutDisable({ disable: _, ...list }: RuleList): RuleList {
  return list;
}
