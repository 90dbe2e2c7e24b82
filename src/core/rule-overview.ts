import type { RuleFigures } from './rule-figures.js';
import type { Rule, RuleList } from './rule-list.js';
import type { RuleListView, RuleView } from './rule-views.js';

const NOTHING: RuleFigures = { hits: 0, lastFired: null, judged: 0, agreed: 0, interval: null, alarm: null };

/**
 * The lists in force as they are shown: the shipped ones with what the site switched off, then the site's own. A shipped rule
 * that the site replaced stands in the site's list only.
 */
export function overviewOf(
  shipped: readonly RuleList[],
  inForce: readonly RuleList[],
  figures: ReadonlyMap<string, RuleFigures>,
): readonly RuleListView[] {
  const names = new Set(shipped.map(({ name }) => name));
  const own = inForce.filter(({ name }) => !names.has(name));
  const replaced = new Set(own.flatMap(({ rules }) => rules.map(({ id }) => id)));
  const active = new Set(inForce.flatMap(({ rules }) => rules.map(({ id }) => id)));
  const view = (list: RuleList, origin: RuleListView['origin'], rules: readonly Rule[]): RuleListView => ({
    name: list.name,
    origin,
    about: list.about,
    rules: rules.map((rule) => toView(rule, !active.has(rule.id), figures.get(rule.id) ?? NOTHING)),
  });
  return [
    ...shipped.map((list) =>
      view(
        list,
        'shipped',
        list.rules.filter(({ id }) => !replaced.has(id)),
      ),
    ),
    ...own.map((list) => view(list, 'site', list.rules)),
  ];
}

function toView(rule: Rule, disabled: boolean, figures: RuleFigures): RuleView {
  const { id, label, effect, shadow = false, force = null, reason } = rule;
  return { id, label, effect, shadow, force, reason, disabled, figures };
}
