import type { Outcome } from './decision.js';
import type { Label } from './labels.js';
import type { TransformationKind } from './normalise.js';
import type { RuleFigures } from './rule-figures.js';
import type { Force } from './rule-list.js';
import type { RuleEffect, RuleHit } from './rules.js';
import type { Stretch } from './spans.js';
import type { ScoresView } from './views.js';

/** The head of a revision of rules, as it is shown. Times are RFC 3339, UTC. */
export type RevisionHeadView = {
  readonly revision: number;
  readonly sha256: string;
  readonly origin: 'shipped' | 'site';
  readonly publishedBy: string;
  readonly publishedAt: string;
  readonly why: string;
  readonly rolledBackTo: number | null;
};

export type RuleView = {
  readonly id: string;
  readonly label: Label;
  readonly effect: RuleEffect;
  readonly shadow: boolean;
  readonly force: Force | null;
  readonly reason: string;
  /** The site has switched it off. */
  readonly disabled: boolean;
  readonly figures: RuleFigures;
};

export type RuleListView = {
  readonly name: string;
  readonly origin: 'shipped' | 'site';
  readonly about: string;
  readonly rules: readonly RuleView[];
};

export type DraftHeadView = {
  readonly name: string;
  readonly author: string;
  readonly updatedAt: string;
  /** `upgrade`: it came with a newer premod. */
  readonly origin: 'site' | 'upgrade';
};

/** `GET /v1/rules`. */
export type RulesView = RevisionHeadView & {
  /** Fingerprint of the active pipeline. */
  readonly pipeline: string;
  readonly lists: readonly RuleListView[];
  readonly drafts: readonly DraftHeadView[];
};

export type RuleFaultView = {
  readonly list: string;
  /** 1 for the first. */
  readonly line: number;
  readonly column: number;
  readonly rule?: string;
  readonly detail: string;
};

export type RuleWarningView = {
  readonly line?: number;
  readonly column?: number;
  readonly rule?: string;
  readonly kind: 'shadowed' | 'never-fires' | 'conflict' | 'force-expired' | 'broad';
  readonly detail: string;
};

/** What is wrong with a document, and what is odd about it. */
export type RuleCheckView = {
  readonly faults: readonly RuleFaultView[];
  readonly warnings: readonly RuleWarningView[];
};

/** `GET /v1/rules/drafts/{name}`. */
export type DraftView = DraftHeadView & { readonly yaml: string };

/** The rules of two revisions by id, as YAML. */
export type RuleDiffView = {
  readonly added: readonly { readonly id: string; readonly after: string }[];
  readonly removed: readonly { readonly id: string; readonly before: string }[];
  readonly changed: readonly { readonly id: string; readonly before: string; readonly after: string }[];
};

/** `POST /v1/rules:try`: one text, read and judged as it would be now. */
export type RuleTrialView = {
  readonly normalised: string;
  readonly transformations: readonly (Stretch & {
    readonly kind: TransformationKind;
    readonly original: string;
    readonly meant: string;
  })[];
  readonly hits: readonly RuleHit[];
  readonly broken: readonly string[];
  /** Null, as the decision is, where the model does not answer. */
  readonly scores: ScoresView | null;
  readonly decision: Outcome | null;
};

/** `GET /v1/rules/dry-runs/{id}`. */
export type DryRunView = {
  readonly id: string;
  readonly status: 'running' | 'done' | 'failed';
  readonly drafts: readonly string[];
  readonly total: number;
  readonly done: number;
  /** Of those done, how many had no stored scores, so that nothing is known of them. */
  readonly unscored: number;
  readonly changes: readonly { readonly from: Outcome; readonly to: Outcome; readonly count: number }[];
  /** The rules that differ from those in force. `share`: of the comments that were judged, in [0, 1]. */
  readonly byRule: readonly { readonly rule: string; readonly matched: number; readonly share: number }[];
  readonly requestedBy: string;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly error: string | null;
};

/** One decision that would change. */
export type DryRunChangeView = {
  readonly commentId: string;
  readonly revision: number;
  readonly from: Outcome;
  readonly to: Outcome;
  /** The rules of which the drafts change what they say about the comment. */
  readonly rules: readonly string[];
  readonly text: string;
};
