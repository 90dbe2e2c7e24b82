import type { SampledText } from '../core/comment.js';
import type { RuleWarningView } from '../core/rule-views.js';
import type { Measured, RuleWork } from '../core/rule-work.js';
import { askedOf, type Counted, type RuleFacts, type RuleList } from '../core/rules.js';
import type { Position } from '../core/yaml-document.js';
import type { CountingDeps } from './facts.js';

export type SampleDeps = CountingDeps & {
  /** Newest texts of the last week, with what was sent with them. */
  sampleTexts(site: number, most: number): Promise<readonly SampledText[]>;
  readonly work: RuleWork;
  now(): Date;
};

/** So many of last week's comments are asked; the share is then right to a few in a hundred. */
const SAMPLE = 500;
/** A rule that meets more is broad: most are meant for exceptions. */
const BROAD = 0.05;

/** @param place where the rule says what it looks for */
export function warningsOf({ rule, of, met, unknown }: Measured, place: Position | null): readonly RuleWarningView[] {
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
): Promise<readonly Measured[]> {
  if (!lists.some((list) => list.name === name && list.rules.length > 0)) return [];
  const texts = await factsOf(deps, site, await deps.sampleTexts(site, SAMPLE), lists);
  return await deps.work.measure({ lists, name, texts });
}

/**
 * What was known of sampled texts. How often each came before is not counted, which would read all that was written in that time:
 * each counts as the first.
 */
async function factsOf(
  deps: SampleDeps,
  site: number,
  texts: readonly SampledText[],
  lists: readonly RuleList[],
): Promise<readonly (RuleFacts & { readonly text: string })[]> {
  const { windows, asksRecord } = askedOf(lists);
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
