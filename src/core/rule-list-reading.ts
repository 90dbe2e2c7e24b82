import type { z } from 'zod';
import { type RuleFault, RuleListError, type RulePath } from './rule-faults.js';
import { faultPlace, faultsOf } from './rule-form-faults.js';
import {
  type Condition,
  conditionsIn,
  partsOf,
  RULE_LIMITS,
  Rule,
  type RuleList,
  RuleListSchema,
  type TextCondition,
} from './rule-list.js';
import { DEEPEST_YAML, isStorable, NOT_STORABLE } from './yaml-document.js';

/**
 * Reads a rule list from what stood in its file.
 *
 * @throws RuleListError that names every fault of form; phrases and examples are looked at when lists are compiled.
 */
export function parseRuleList(name: string, value: unknown): RuleList {
  // Aliases can make it deeper than it was written.
  if (isDeep(value, DEEPEST_YAML)) throw new RuleListError([{ list: name, path: [], detail: 'is nested too deep' }]);
  if (!isStorable(value)) throw new RuleListError([{ list: name, path: [], detail: NOT_STORABLE }]);
  const parsed = RuleListSchema.safeParse(value ?? {});
  if (!parsed.success) {
    throw new RuleListError(faultsOf(name, value, parsed.error.issues));
  }
  const faults = depthFaults(name, parsed.data.rules);
  const tooMany = (what: string, groups: readonly Group[], most: number) => {
    const count = groups.reduce((sum, { size }) => sum + size, 0);
    if (count <= most) return;
    const detail = `holds ${count} ${what}; at most ${most} may stand in one list, and here it becomes more`;
    faults.push({ ...faultPlace(name, parsed.data, placeOf(groups, most)), detail });
  };
  tooMany('words and phrases', entriesIn(parsed.data), RULE_LIMITS.entriesPerList);
  tooMany('examples', examplesIn(parsed.data), RULE_LIMITS.examplesPerList);
  if (faults.length > 0) throw new RuleListError(faults);
  return { name, ...parsed.data };
}

/** Of lists that were kept, what has the form of lists and rules today, and what has not. */
export type SoundLists = {
  readonly lists: readonly RuleList[];
  readonly faults: readonly RuleFault[];
  /** The ids of rules that have not; of a list that has not, its name. Those that only watched decide nothing and are left out. */
  readonly unread: readonly string[];
};

/** Reads lists as they were kept, which another premod may have done; what it knew and we do not is not passed over. */
export function soundLists(content: unknown): SoundLists {
  const faults: RuleFault[] = [];
  const unread: string[] = [];
  const lists = (Array.isArray(content) ? content : [content]).flatMap((value: unknown, number): RuleList[] => {
    const { name: called, rules, ...rest } = Object(value) as { name?: unknown; rules?: unknown };
    const name = typeof called === 'string' ? called : `list ${number + 1}`;
    // Of a text the characters would be its keys.
    const frame = RuleListSchema.safeParse(typeof value === 'object' ? rest : {});
    if (!frame.success || !Array.isArray(rules)) {
      const noList = { list: name, path: ['rules'], detail: 'rules must be a list' };
      faults.push(...(frame.success ? [noList] : faultsOf(name, rest, frame.error.issues)));
      unread.push(name);
      return [];
    }
    const sound = rules.flatMap((rule: unknown, index): Rule[] => {
      const parsed = Rule.safeParse(rule);
      if (parsed.success) return [parsed.data];
      const { id, shadow } = Object(rule) as { id?: unknown; shadow?: unknown };
      const called = typeof id === 'string' ? id : `${name}, rule ${index + 1}`;
      const issues = parsed.error.issues.map((issue) => ({ ...issue, path: ['rules', index, ...issue.path] }));
      faults.push(...faultsOf(name, { rules }, issues).map((fault) => ({ ...fault, rule: called })));
      if (shadow !== true) unread.push(called);
      return [];
    });
    return [{ name, ...frame.data, rules: sound }];
  });
  return { lists, faults, unread };
}

/**
 * Lists as they were kept, to be shown and compared: their rules as they stand, those that cannot be judged by among them. What is
 * no list, or no rule, at all is left out; {@link soundLists} tells of it.
 */
export function keptLists(content: unknown): readonly RuleList[] {
  const isNamed = (value: unknown, key: string) => typeof Object(value)[key] === 'string';
  const lists = Array.isArray(content) ? content : [];
  return lists
    .filter((list) => isNamed(list, 'name') && Array.isArray(list.rules))
    .map((list: RuleList) => ({ ...list, rules: list.rules.filter((rule) => isNamed(rule, 'id')) }));
}

function isDeep(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return left === 0 || Object.values(value).some((part) => isDeep(part, left - 1));
}

function depthFaults(list: string, rules: readonly Rule[]): RuleFault[] {
  const isDeeper = (condition: Condition, left: number): boolean =>
    left < 0 || partsOf(condition).some((part) => isDeeper(part, left - 1));
  return rules.flatMap((rule, index) =>
    isDeeper(rule.when, RULE_LIMITS.conditionDepth)
      ? [{ list, path: ['rules', index, 'when'], rule: rule.id, detail: 'conditions are nested too deep' }]
      : [],
  );
}

/** So many entries or examples of a list that stand under one key. */
type Group = { readonly path: RulePath; readonly size: number };

/** Where the first stands that is one too many. */
function placeOf(groups: readonly Group[], most: number): RulePath {
  let left = most;
  for (const { path, size } of groups) {
    if (size > left) return [...path, left];
    left -= size;
  }
  return [];
}

function examplesIn({ rules }: z.output<typeof RuleListSchema>): readonly Group[] {
  return rules.flatMap((rule, index) =>
    (['match', 'ignore'] as const).map((key) => ({ path: ['rules', index, key], size: rule[key].length })),
  );
}

/** Words, phrases, stems and patterns; those of sets first. */
function entriesIn(list: z.output<typeof RuleListSchema>): readonly Group[] {
  const inSets = Object.entries(list.sets).map(([name, { length }]) => ({ path: ['sets', name], size: length }));
  const inRules = conditionsIn(list).flatMap(({ condition, path }) => {
    const { near = [], ...text } = condition as TextCondition;
    return [
      ...(['words', 'phrases', 'stems', 'pattern'] as const).map((key) => ({
        path: [...path, key],
        size: text[key]?.length ?? 0,
      })),
      ...near.flatMap((pair, index) =>
        (['first', 'second'] as const).map((key) => ({ path: [...path, 'near', index, key], size: pair[key].length })),
      ),
    ];
  });
  return [...inSets, ...inRules];
}
