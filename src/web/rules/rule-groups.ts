import type { RulePlace } from '../../core/rule-views.js';
import { LABELS } from '../strings.js';
import type { DraftSummary, FoundRule, FoundRules, ListSummary, RuleSummary, RulesOverview } from './shapes.js';

/** A list with those of its rules in which something stands. */
type RuleGroup = {
  readonly name: string;
  readonly origin: ListSummary['origin'];
  readonly draft: DraftSummary | null;
  /** What is sought stands in the draft. */
  readonly inDraft: boolean;
  /** `place` is null where the name, label or reason says it. */
  readonly found: readonly { readonly rule: RuleSummary; readonly place: FoundRule | null }[];
};

/**
 * Every list and rule in which something stands, or all of them where nothing is sought; a list that is only drafted is there too.
 * The site's own come first, then those that say most.
 *
 * @param sought in small letters.
 * @param inWords null until the service has said in whose words it stands; names, labels and reasons are known here.
 */
export function groupsOf(
  { lists, drafts }: RulesOverview,
  sought: string,
  inWords: FoundRules | null,
): readonly RuleGroup[] {
  const draftOf = (name: string) => {
    return {
      draft: drafts.find((draft) => draft.name === name) ?? null,
      inDraft: inWords?.drafts.includes(name) ?? false,
    };
  };
  const places = new Map(inWords?.found.map((place) => [`${place.list} ${place.rule}`, place]));
  const drafted = drafts
    .filter(({ name }) => !lists.some((list) => list.name === name))
    .map(({ name }): RuleGroup => ({ name, origin: 'site', ...draftOf(name), found: [] }));
  const published = lists.map(({ name, origin, rules: all }): RuleGroup => {
    const named = all.filter((rule) => sought === '' || textOf(rule).includes(sought));
    const worded = all.flatMap((rule) => {
      const place = named.includes(rule) ? undefined : places.get(`${name} ${rule.id}`);
      return place === undefined ? [] : [{ rule, place }];
    });
    return {
      name,
      origin,
      ...draftOf(name),
      found: [
        ...named.map((rule) => ({ rule, place: null })),
        ...worded.sort((one, other) => RANKS[one.place.place] - RANKS[other.place.place]),
      ],
    };
  });
  return [...drafted, ...published]
    .filter(({ name, inDraft, found }) => sought === '' || inDraft || found.length > 0 || name.includes(sought))
    .sort((a, b) => Number(a.origin === 'shipped') - Number(b.origin === 'shipped') || rankOf(a) - rankOf(b));
}

/** What is named so comes first; it is no word of the rule's that stands in an example only. */
const RANKS: Readonly<Record<RulePlace, number>> = { words: 1, set: 2, unless: 3, example: 4 };

function rankOf({ found: [first] }: RuleGroup): number {
  return first === undefined || first.place === null ? 0 : RANKS[first.place.place];
}

function textOf({ id, label, reason }: RuleSummary): string {
  return `${id} ${LABELS[label]} ${reason}`.toLowerCase();
}
