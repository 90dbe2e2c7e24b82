import type { Audit, AuditedAbove } from './audit-sample.js';
import type { PriorSource, Unmet } from './consequences.js';
import type { Estimate } from './intervals.js';
import type { Label } from './labels.js';
import type { Policy } from './policy.js';
import type { PolicyFault, PolicyWarning } from './policy-check.js';
import type { DraftHeadView, RevisionHeadView } from './revision-views.js';

/** The shapes in which `/v1/policies` answers. Shares are in [0, 1] with 95 % intervals; times are RFC 3339, UTC. */

/** A revision with what it says: as a document, and as it was written. */
export type PolicyRevisionView = RevisionHeadView & { readonly content: Policy; readonly yaml: string };

/** `GET /v1/policies`: the policy in force. */
export type PolicyInForceView = PolicyRevisionView & {
  /** Fingerprint of the pipeline that judges by it. */
  readonly pipeline: string;
  /** What it may not reject for by what the active artefact has measured; a person decides there. */
  readonly suspended: readonly SuspendedView[];
  readonly drafts: readonly DraftHeadView[];
};

/** A rejection without the precision for it, with what would do in words. */
export type SuspendedView = Unmet & { readonly detail: string };

/** `POST /v1/policies:check`. `unmet` is told among the faults too; here with its figures. */
export type PolicyCheckView = {
  readonly faults: readonly PolicyFault[];
  readonly warnings: readonly PolicyWarning[];
  readonly unmet: readonly Unmet[];
};

export type PriorView = {
  readonly share: number;
  readonly source: PriorSource;
  readonly interval: readonly [number, number];
};

/** `GET /v1/policies/thresholds`: from where on a label could reject by itself, and what that would do. */
export type ConsequenceView = {
  readonly label: Label;
  /** The precision that is asked for. */
  readonly target: number;
  /** The share of comments that carry the label: assumed, from the audit of the site or of the section, or as the caller gave it. */
  readonly prior: PriorView;
  /** The lowest measured threshold that meets the target with 95 % certainty; null where none does, or `audited` contradicts it. */
  readonly threshold: number | null;
  /** The threshold that the figures are of: that one, or the one that comes nearest; null where nothing was measured. */
  readonly at: number | null;
  readonly precision: Estimate | null;
  readonly recall: Estimate | null;
  readonly rejectedShare: Estimate | null;
  readonly wronglyRejectedPerThousand: Estimate | null;
  /** What this site's moderators decided of the comments that score from `at` on; null where nothing was measured. */
  readonly audited: AuditedAbove | null;
  readonly evidence: { readonly positives: number; readonly negatives: number; readonly source: string };
};

/** `GET /v1/policies/audit`: what the random audit says about all comments. */
export type AuditView = Audit & {
  readonly since: string | null;
  readonly drawn: number;
  readonly judged: number;
  /** So many judged draws are needed before thresholds are stated for the site's own base rates. */
  readonly needed: number;
  /** At which share the policy in force draws, in [0, 1]: everywhere, whatever section or article; or in the section that was asked about. */
  readonly shares: { readonly least: number; readonly most: number };
  /** The share of comments that carry a label by which its thresholds are reckoned now. */
  readonly priors: Readonly<Record<Label, PriorView>>;
};
