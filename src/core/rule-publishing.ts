import type { RuleFault, RulePath } from './rule-faults.js';
import { type Condition, partsOf, type Rule, type TextCondition } from './rule-list.js';
import { EMPTY_ALTERNATIVE } from './rule-phrases.js';
import type { RuleSource } from './rule-source.js';

/** Somebody looks at a rule that decides alone again after so many years at the latest. */
const LONGEST_FORCE_YEARS = 2;

/**
 * What a list may not say when it is checked or published. Compiling does not ask for it: a revision that was published with
 * it stays in force as it is.
 *
 * @param today `2027-03-31`
 */
export function publishingFaults({ list, locate }: RuleSource, today: string): readonly RuleFault[] {
  return list.rules.flatMap((rule, index) =>
    [...forceFaults(rule, today), ...patternFaults(rule)].map(({ path, detail }) => {
      const whole: RulePath = ['rules', index, ...path];
      return { list: list.name, rule: rule.id, path: whole, detail, ...locate(whole) };
    }),
  );
}

type Found = { readonly path: RulePath; readonly detail: string };

function forceFaults({ force }: Rule, today: string): readonly Found[] {
  const last = `${Number(today.slice(0, 4)) + LONGEST_FORCE_YEARS}${today.slice(4)}`;
  if (force === undefined || force.until <= last) return [];
  const detail = `until may be ${last} at the latest, ${LONGEST_FORCE_YEARS} years from today; it can be renewed then`;
  return [{ path: ['force', 'until'], detail }];
}

function patternFaults({ when, unless }: Rule): readonly Found[] {
  return [
    ...patternsIn(when, ['when']),
    ...(unless?.sentence === undefined ? [] : patternsIn(unless.sentence, ['unless', 'sentence'])),
    ...(unless?.comment === undefined ? [] : patternsIn(unless.comment, ['unless', 'comment'])),
  ].flatMap(({ pattern, path }) =>
    hasEmptyAlternative(pattern) ? [{ path, detail: `${JSON.stringify(pattern)} ${EMPTY_ALTERNATIVE}` }] : [],
  );
}

function patternsIn(
  condition: Condition,
  path: RulePath,
): readonly { readonly pattern: string; readonly path: RulePath }[] {
  if ('not' in condition) return patternsIn(condition.not, [...path, 'not']);
  const key = 'all' in condition ? 'all' : 'any';
  const inner = partsOf(condition).flatMap((part, index) => patternsIn(part, [...path, key, index]));
  const { pattern: own = [] } = condition as TextCondition;
  return [...inner, ...own.map((pattern, index) => ({ pattern, path: [...path, 'pattern', index] }))];
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
