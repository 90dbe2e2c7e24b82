import type { RuleFault, RulePath } from './rule-faults.js';
import { conditionsOf, type FactCondition, isFactCondition, type Rule, type TextCondition } from './rule-list.js';
import { EMPTY_ALTERNATIVE } from './rule-phrases.js';
import { entrySignFault, invisibleIn, patternSignFault, saysUnseen, stemSignFault } from './rule-signs.js';
import type { RuleSource } from './rule-source.js';

/** Somebody looks at a rule that decides alone again after so many years at the latest. */
const LONGEST_FORCE_YEARS = 2;

/**
 * What a list may not say when it is checked or published. Compiling does not ask for it: a revision that was published with
 * it stays in force as it is.
 *
 * @param today `2027-03-31`
 */
export function publishingFaults({ list, traps, locate }: RuleSource, today: string): readonly RuleFault[] {
  const placed = (path: RulePath, detail: string, rule?: string): RuleFault => {
    return { list: list.name, ...(rule !== undefined && { rule }), path, detail, ...locate(path) };
  };
  const inSets = Object.entries(list.sets).flatMap(([name, members]) =>
    eachEntry(members, ['sets', name], entrySignFault).map(({ path, detail }) => placed(path, detail)),
  );
  const inRules = list.rules.flatMap((rule, index) =>
    [...forceFaults(rule, today), ...conditionFaults(rule), ...shownFaults(rule)].map(({ path, detail }) =>
      placed(['rules', index, ...path], detail, rule.id),
    ),
  );
  const about = unseenIn({ path: ['about'], text: list.about }).map(({ path, detail }) => placed(path, detail));
  return [...traps, ...about, ...inSets, ...inRules];
}

type Found = { readonly path: RulePath; readonly detail: string };

function forceFaults({ force }: Rule, today: string): readonly Found[] {
  const last = `${Number(today.slice(0, 4)) + LONGEST_FORCE_YEARS}${today.slice(4)}`;
  if (force === undefined || force.until <= last) return [];
  const detail = `until may be ${last} at the latest, ${LONGEST_FORCE_YEARS} years from today; it can be renewed then`;
  return [{ path: ['force', 'until'], detail }];
}

/** What is shown to people says what it seems to: nothing in it turns the direction of reading, or is there unseen. */
function shownFaults({ reason, force }: Rule): readonly Found[] {
  const shown: readonly Shown[] = [
    { path: ['reason'], text: reason },
    ...(force === undefined
      ? []
      : (['by', 'reason'] as const).map((key) => ({ path: ['force', key], text: force[key] }))),
  ];
  return shown.flatMap(unseenIn);
}

type Shown = { readonly path: RulePath; readonly text: string };

function unseenIn({ path, text }: Shown): readonly Found[] {
  const unseen = invisibleIn(text);
  return unseen === null ? [] : [{ path, detail: `${path.at(-1)} ${saysUnseen(unseen)}` }];
}

function conditionFaults(rule: Rule): readonly Found[] {
  return conditionsOf(rule).flatMap(({ condition, path }) =>
    isFactCondition(condition) ? lengthFaults(condition, path) : textFaults(condition as TextCondition, path),
  );
}

function lengthFaults({ length }: FactCondition, path: RulePath): readonly Found[] {
  if (length === undefined || Object.keys(length).length > 0) return [];
  return [{ path: [...path, 'length'], detail: 'length says nothing; it needs words, characters or letters' }];
}

function textFaults(text: TextCondition, path: RulePath): readonly Found[] {
  const pairs = (text.near ?? []).flatMap(({ first, second }, index) => [
    ...eachEntry(first, [...path, 'near', index, 'first'], entrySignFault),
    ...eachEntry(second, [...path, 'near', index, 'second'], entrySignFault),
  ]);
  return [
    ...eachEntry(text.words, [...path, 'words'], entrySignFault),
    ...eachEntry(text.phrases, [...path, 'phrases'], entrySignFault),
    ...eachEntry(text.stems, [...path, 'stems'], stemSignFault),
    ...pairs,
    ...eachEntry(text.pattern, [...path, 'pattern'], patternFault),
  ];
}

function eachEntry(
  entries: readonly string[] | undefined,
  path: RulePath,
  faultOf: (entry: string) => string | null,
): readonly Found[] {
  return (entries ?? []).flatMap((entry, index) => {
    const detail = faultOf(entry);
    return detail === null ? [] : [{ path: [...path, index], detail }];
  });
}

function patternFault(pattern: string): string | null {
  if (hasEmptyAlternative(pattern)) return `${JSON.stringify(pattern)} ${EMPTY_ALTERNATIVE}`;
  return patternSignFault(pattern);
}

/** Whether nothing stands on one side of a `|`, in RE2's syntax. */
function hasEmptyAlternative(pattern: string): boolean {
  const bare = pattern
    // In quotations, escapes and classes brackets and bars stand for themselves.
    .replace(/\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]/gsu, 'x')
    // Flags ask for nothing.
    .replace(/\(\?[a-z-]+\)/gi, '')
    .replace(/\(\?(?:P?<\w+>|[a-z-]*:)/gi, '(');
  return /^\||\(\||\|\||\|\)|\|$/.test(bare);
}
