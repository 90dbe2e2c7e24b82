import type { SampledText } from '../core/comment.js';
import { normalise } from '../core/normalise.js';
import type { RuleWarningView } from '../core/rule-views.js';
import {
  type CompiledRules,
  type Counted,
  compileRules,
  findRuleHits,
  type RuleFacts,
  type RuleList,
} from '../core/rules.js';
import type { Position } from '../core/yaml-document.js';
import type { CountingDeps } from './facts.js';

export type SampleDeps = CountingDeps & {
  /** Newest texts of the last week, with what was sent with them. */
  sampleTexts(site: number, most: number): Promise<readonly SampledText[]>;
  /** Lets others run; called every so often. */
  breathe(): Promise<void>;
  now(): Date;
};

/** So many of last week's comments are asked; the share is then right to a few in a hundred. */
const SAMPLE = 500;
const SAMPLE_PAUSE = 10;
/** A rule that meets more is broad: most are meant for exceptions. */
const BROAD = 0.05;

/** What a rule does on a sample. */
type Sampled = {
  readonly rule: string;
  readonly of: number;
  readonly met: number;
  /** So many times a fact that it hangs on was not known. */
  readonly unknown: number;
};

/** @param place where the rule says what it looks for */
export function warningsOf({ rule, of, met, unknown }: Sampled, place: Position | null): readonly RuleWarningView[] {
  const { line, column } = place ?? { line: 1, column: 1 };
  const share = (count: number) =>
    `${Math.round((count / of) * 100)} % of last week's comments (${count} of the ${of} newest)`;
  const warnings: RuleWarningView[] = [];
  if (met / of >= BROAD) {
    warnings.push({ line, column, rule, kind: 'broad', detail: `${rule} matches ${share(met)}` });
  }
  if (unknown / of >= BROAD) {
    const detail = `${rule} asks for facts that are not known of ${share(unknown)}; each such comment goes to a person`;
    warnings.push({ line, column, rule, kind: 'facts-unknown', detail });
  }
  return warnings;
}

/** Asks the rules of one list about comments of last week. */
export async function askSample(
  deps: SampleDeps,
  site: number,
  lists: readonly RuleList[],
  name: string,
): Promise<readonly Sampled[]> {
  const compiled = compileRules(lists);
  const rules = { ...compiled, rules: compiled.rules.filter(({ list }) => list === name) };
  if (rules.rules.length === 0) return [];
  const texts = await deps.sampleTexts(site, SAMPLE);
  const facts = await factsOf(deps, site, texts, rules);
  const met = new Map<string, number>();
  const unknown = new Map<string, number>();
  const add = (counts: Map<string, number>, rule: string) => counts.set(rule, (counts.get(rule) ?? 0) + 1);
  for (const [index, { text, ...known }] of facts.entries()) {
    if (index % SAMPLE_PAUSE === 0) await deps.breathe();
    const { hits, broken } = findRuleHits(rules, { text, normalised: normalise(text), ...known });
    for (const { rule } of hits) add(met, rule);
    for (const { rule } of broken) add(unknown, rule);
  }
  return rules.rules.map(({ rule: { id, shadow } }) => {
    // In shadow nobody is asked for it.
    const asked = shadow === true ? 0 : (unknown.get(id) ?? 0);
    return { rule: id, of: facts.length, met: met.get(id) ?? 0, unknown: asked };
  });
}

/**
 * What was known of sampled texts. How often each came before is not counted, which would read all that was written in that time:
 * each counts as the first.
 */
async function factsOf(
  deps: SampleDeps,
  site: number,
  texts: readonly SampledText[],
  { windows, asksRecord }: CompiledRules,
): Promise<readonly (RuleFacts & { readonly text: string })[]> {
  const asked = { windows: { sameText: [], byAuthor: windows.byAuthor }, asksRecord };
  const isCounted = asksRecord || windows.byAuthor.length > 0;
  const counted = isCounted ? await deps.countFor(site, texts, asked) : new Map<number, Counted>();
  const sameText = Object.fromEntries(windows.sameText.map((minutes) => [minutes, 1]));
  const decidedAt = deps.now().toISOString();
  return texts.map(({ commentId, text, section, author, createdAt }) => {
    const { record, byAuthor = {} } = counted.get(commentId) ?? {};
    return { text, section, author: { ...author, ...record }, createdAt, decidedAt, counts: { sameText, byAuthor } };
  });
}
