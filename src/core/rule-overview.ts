import type { RuleFigures } from './rule-figures.js';
import type { Rule, RuleList } from './rule-list.js';
import type { RuleListView, RuleView } from './rule-views.js';

const NOTHING: RuleFigures = { hits: 0, lastFired: null, judged: 0, agreed: 0, interval: null, alarm: null };

/** A list as it is shown, and which of its rules. */
type ShownList = {
  readonly list: RuleList;
  readonly origin: RuleListView['origin'];
  readonly rules: readonly Rule[];
};

/**
 * The lists in force as they are shown: the shipped ones with what the site switched off, then the site's own. A shipped rule
 * that the site replaced stands in the site's list only.
 */
export function shownLists(shipped: readonly RuleList[], inForce: readonly RuleList[]): readonly ShownList[] {
  const names = new Set(shipped.map(({ name }) => name));
  const own = inForce.filter(({ name }) => !names.has(name));
  const replaced = new Set(own.flatMap(({ rules }) => rules.map(({ id }) => id)));
  return [
    ...shipped.map((list): ShownList => {
      return { list, origin: 'shipped', rules: list.rules.filter(({ id }) => !replaced.has(id)) };
    }),
    ...own.map((list): ShownList => ({ list, origin: 'site', rules: list.rules })),
  ];
}

/** {@link shownLists}, with what each rule has done. */
export function overviewOf(
  shipped: readonly RuleList[],
  inForce: readonly RuleList[],
  figures: ReadonlyMap<string, RuleFigures>,
): readonly RuleListView[] {
  const active = new Set(inForce.flatMap(({ rules }) => rules.map(({ id }) => id)));
  return shownLists(shipped, inForce).map(({ list, origin, rules }) => ({
    name: list.name,
    origin,
    about: list.about,
    rules: rules.map((rule) => toView(rule, !active.has(rule.id), figures.get(rule.id) ?? NOTHING)),
  }));
}

function toView(rule: Rule, disabled: boolean, figures: RuleFigures): RuleView {
  const { id, label, effect, shadow = false, force = null, reason } = rule;
  return { id, label, effect, shadow, force, reason, disabled, figures };
}
