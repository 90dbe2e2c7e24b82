import type { Outcome } from '../../core/decision.js';
import type { Label } from '../../core/labels.js';
import type { DraftChange } from '../../core/revision-views.js';
import type { FoundRulesView, FoundRuleView, UnmetExampleView } from '../../core/rule-views.js';
import type { RuleEffect } from '../../core/rules.js';
import type { Stretch } from '../../core/spans.js';

/** What `/v1/rules` answers, as far as the page reads it. Times are RFC 3339, UTC. */

export type RuleFigures = {
  readonly hits: number;
  readonly lastFired: string | null;
  /** How many of its hits a person judged, and how many of those judged as the rule did. */
  readonly judged: number;
  readonly agreed: number;
  /** The 95 % interval of that share; null before anybody judged. */
  readonly interval: readonly [number, number] | null;
  /** Why its rate is remarkable; null where it is not. */
  readonly alarm: string | null;
};

export type RuleSummary = {
  readonly id: string;
  readonly label: Label;
  readonly effect: RuleEffect;
  readonly shadow: boolean;
  readonly force: { readonly by: string; readonly reason: string; readonly until: string } | null;
  readonly reason: string;
  readonly disabled: boolean;
  readonly figures: RuleFigures;
};

export type ListSummary = {
  readonly name: string;
  readonly origin: 'shipped' | 'site';
  readonly about: string;
  readonly rules: readonly RuleSummary[];
};

export type DraftSummary = {
  readonly name: string;
  readonly author: string;
  readonly updatedAt: string;
  /** `upgrade`: it came with a newer premod. */
  readonly origin: string;
  /** The revision on whose text it was begun; null where it came with a newer premod. */
  readonly begunOn: number | null;
  /** What was published since, and would be taken back by it; null where nothing was. */
  readonly changedSince: DraftChange | null;
};

export type RevisionSummary = {
  readonly revision: number;
  readonly sha256: string;
  readonly origin: string;
  readonly publishedBy: string;
  readonly publishedAt: string;
  readonly why: string;
  readonly rolledBackTo?: number | null;
};

export type RulesOverview = RevisionSummary & {
  readonly pipeline: string;
  readonly lists: readonly ListSummary[];
  /** What of the rules in force cannot be read, so that a person decides; absent from a service that does not say so. */
  readonly unread?: readonly { readonly list: string; readonly rule?: string; readonly detail: string }[];
  /** Examples of rules in force that are not met; null or absent where that is not known. */
  readonly unmet?: readonly UnmetExample[] | null;
  readonly drafts: readonly DraftSummary[];
};

/** An example of a rule in force that is not met; `detail` says which, and how. */
export type UnmetExample = UnmetExampleView;

/** A rule in which what is sought stands, and where. */
export type FoundRule = FoundRuleView;
export type FoundRules = FoundRulesView;

export type ListDocument = {
  readonly name: string;
  readonly origin: 'shipped' | 'site';
  readonly yaml: string;
  /** The revision that it was read from. */
  readonly revision: number;
};

export type Draft = DraftSummary & { readonly yaml: string };

export type Fault = {
  /** The list that it lies in, where that is said: a document may break another. */
  readonly list?: string;
  readonly line?: number;
  readonly column?: number;
  readonly rule?: string;
  /** JSON pointer into a policy. */
  readonly pointer?: string;
  readonly detail: string;
};
export type Warning = {
  readonly line?: number;
  readonly rule?: string;
  /** Rules: `shadowed`, `never-fires`, `conflict`, `broad`, `facts-unknown`, `replaces-shipped`, `unknown-section`; policies have others, whose detail says it all. */
  readonly kind: string;
  readonly detail: string;
};
/** Whether it only states what a list does; nothing about it is doubtful. */
export function isNote({ kind }: Pick<Warning, 'kind'>): boolean {
  return kind === 'replaces-shipped';
}
export type Check = { readonly faults: readonly Fault[]; readonly warnings: readonly Warning[] };

export type Transformation = Stretch & {
  readonly kind: string;
  readonly original: string;
  readonly meant: string;
};

export type TriedHit = {
  readonly rule: string;
  readonly label: Label;
  readonly effect: RuleEffect;
  readonly shadow: boolean;
  readonly forced: boolean;
  readonly reason: string;
  readonly stretches: readonly Stretch[];
  readonly undone: readonly string[];
};

export type Trial = {
  readonly normalised: string;
  readonly transformations: readonly Transformation[];
  readonly hits: readonly TriedHit[];
  /** Rules that nobody could evaluate. */
  readonly broken: readonly string[];
  /** Drafts that do not fit, so that the text was tried without them. */
  readonly leftOut: readonly { readonly draft: string; readonly faults: readonly Fault[] }[];
  readonly scores: Readonly<Partial<Record<Label, number | null>>> | null;
  readonly decision: Outcome | null;
  /** What the rules as published say; null where no draft was asked. */
  readonly inForce: { readonly decision: Outcome | null; readonly rules: readonly string[] } | null;
};

export type DryRun = {
  readonly id: string;
  readonly status: 'running' | 'done' | 'failed';
  /** What it waits for while it runs. */
  readonly waitsFor: 'overload' | null;
  readonly total: number;
  readonly done: number;
  /** Of those done, how many had no stored scores, so that nothing is known of them. */
  readonly unscored: number;
  readonly changes: readonly { readonly from: Outcome; readonly to: Outcome; readonly count: number }[];
  /** `share`: of the comments that were asked, in [0, 1]. */
  readonly byRule: readonly { readonly rule: string; readonly matched: number; readonly share: number }[];
};

export type DryRunChange = {
  readonly commentId: string;
  readonly from: Outcome;
  readonly to: Outcome;
  readonly rules: readonly string[];
  /** Why, beside rules; `label` and `score` are null where it is the policy's doing. */
  readonly reasons: readonly { readonly label: Label | null; readonly score: number | null; readonly text: string }[];
  readonly text?: string;
};

export type Page<Row> = { readonly items: readonly Row[]; readonly next: string | null };

/** What differs between two revisions, as YAML: rules by id, settings of the policy by JSON pointer. */
export type RevisionDiff = {
  readonly added: readonly { readonly id: string; readonly after: string }[];
  readonly removed: readonly { readonly id: string; readonly before: string }[];
  readonly changed: readonly { readonly id: string; readonly before: string; readonly after: string }[];
};
