import type { Audit } from './audit-sample.js';
import type { Unmet } from './consequences.js';
import type { Estimate } from './intervals.js';
import type { Label } from './labels.js';
import type { Policy } from './policy.js';
import type { PolicyFault, PolicyWarning } from './policy-check.js';

/** The shapes in which `/v1/policies` answers. Shares are in [0, 1] with 95 % intervals; times are RFC 3339, UTC. */

/** One revision of a list of them. */
export type PolicyRevisionHead = {
  readonly revision: number;
  readonly sha256: string;
  /** `shipped`: nobody at the site chose it. */
  readonly origin: 'shipped' | 'site';
  readonly why: string;
  readonly rolledBackTo: number | null;
  readonly publishedBy: string;
  readonly publishedAt: string;
};

/** A revision with what it says: as a document, and as it was written. */
export type PolicyRevisionView = PolicyRevisionHead & { readonly content: Policy; readonly yaml: string };

/** `GET /v1/policies`: the policy in force. */
export type PolicyInForceView = PolicyRevisionView & {
  /** Fingerprint of the pipeline that judges by it. */
  readonly pipeline: string;
  readonly drafts: readonly Omit<PolicyDraftView, 'yaml'>[];
};

export type PolicyDraftView = {
  readonly name: string;
  readonly author: string;
  readonly updatedAt: string;
  readonly origin: 'site' | 'upgrade';
  readonly yaml: string;
};

/** `POST /v1/policies:check`. `unmet` is told among the faults too; here with its figures. */
export type PolicyCheckView = {
  readonly faults: readonly PolicyFault[];
  readonly warnings: readonly PolicyWarning[];
  readonly unmet: readonly Unmet[];
};

/** `GET /v1/policies/thresholds`: from where on a label could reject by itself, and what that would do. */
export type ConsequenceView = {
  readonly label: Label;
  /** The precision that is asked for. */
  readonly target: number;
  /** The share of comments that carry the label: assumed, from the site's own audit, or as the caller gave it. */
  readonly prior: {
    readonly share: number;
    readonly source: 'assumed' | 'audit' | 'given';
    readonly interval: readonly [number, number];
  };
  /** The lowest measured threshold that meets the target with 95 % certainty; null where none does. */
  readonly threshold: number | null;
  /** The threshold that the figures are of: that one, or the one that comes nearest; null where nothing was measured. */
  readonly at: number | null;
  readonly precision: Estimate | null;
  readonly recall: Estimate | null;
  readonly rejectedShare: Estimate | null;
  readonly wronglyRejectedPerThousand: Estimate | null;
  readonly evidence: { readonly positives: number; readonly negatives: number; readonly source: string };
};

/** `GET /v1/policies/audit`: what the random audit says about all comments. */
export type AuditView = Audit & {
  readonly since: string | null;
  readonly drawn: number;
  readonly judged: number;
  /** So many judged draws are needed before thresholds are stated for the site's own base rates. */
  readonly needed: number;
};
