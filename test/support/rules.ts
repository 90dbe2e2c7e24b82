import { normalise } from '../../src/core/normalise.js';
import {
  type CommentForRules,
  compileRules,
  findRuleHits,
  parseRuleList,
  type RuleFacts,
  RuleListError,
} from '../../src/core/rules.js';

/** A harmless rule of a list; each test changes only what it is about. */
export const rule = (change: Record<string, unknown> = {}) => ({
  id: 'pests',
  label: 'dehumanisation',
  effect: 'review',
  when: { words: ['vermin'] },
  reason: 'It calls people vermin.',
  match: ['vermin'],
  ignore: ['people'],
  ...change,
});
export const list = (...rules: unknown[]) => ({ about: 'A list for a test.', rules });
export const compiled = (change: Record<string, unknown> = {}, sets: Record<string, string[]> = {}) =>
  compileRules([parseRuleList('test', { ...list(rule(change)), sets })]);

/** A rule of which only the condition matters: its examples are what the test says. */
export const asking = (
  when: unknown,
  match: unknown[],
  ignore: unknown[] = ['nothing of the kind'],
  unless?: unknown,
) => compiled({ when, match, ignore, ...(unless !== undefined && { unless }) });

export const comment = (text: string, facts: RuleFacts = {}): CommentForRules => ({
  text,
  normalised: normalise(text),
  ...facts,
});
export const hits = (rules: ReturnType<typeof compileRules>, text: string, facts: RuleFacts = {}) =>
  findRuleHits(rules, comment(text, facts)).hits;
export const marked = (rules: ReturnType<typeof compileRules>, text: string) =>
  hits(rules, text).flatMap(({ stretches }) => stretches.map(({ begin, end }) => text.slice(begin, end)));

/** What is wrong with a list, or with lists, in words. */
export function faults(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (error instanceof RuleListError) return error.message;
    throw error;
  }
  return '';
}

/** A list as a moderator writes it; what is not said is harmless. */
export function written(...rules: { id?: string; effect?: string; label?: string; lines: string }[]): string {
  const texts = rules.map(
    ({ id = 'own', effect = 'review', label = 'dehumanisation', lines }) => `  - id: ${id}
    label: ${label}
    effect: ${effect}
${lines.replace(/^/gm, '    ')}
    reason: It calls people vermin.
    match: [vermin]
    ignore: [people]
`,
  );
  return `about: What this site has found out.\nrules:\n${texts.join('')}`;
}
