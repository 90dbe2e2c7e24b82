import type { Label } from '../../core/labels.js';
import type { Draft, RevisionSummary } from '../rules/shapes.js';

/** What `/v1/policies` answers, as far as the page reads it. Probabilities and shares are in [0, 1]. */

/** A policy as somebody writes it: read as YAML, and not yet as a policy, so that anything can stand anywhere. */
export type PolicyDocument = {
  readonly defaults?: unknown;
  readonly sections?: unknown;
  readonly articles?: unknown;
};

export type PolicyOverview = RevisionSummary & {
  readonly pipeline: string;
  readonly yaml: string;
  readonly suspended: readonly Suspended[];
};

/** A rejection that a person decides instead, and what would do. */
export type Suspended = { readonly pointer: string; readonly detail: string };

export type PolicyDraft = Draft;

/** `bins`: how many comments scored in each of 50 equal parts of [0, 1]. */
export type Histogram = { readonly label: Label; readonly total: number; readonly bins: readonly number[] };

export type Estimate = { readonly value: number; readonly lower: number; readonly upper: number };

/** How many of such comments have a person's verdict, and which share of them all a person rejects; null where that is not known. */
export type Audited = { readonly judged: number; readonly rejected: Estimate | null };

/** What a label may reject by itself, for a precision that it has to reach with 95 % certainty. */
export type Consequence = {
  readonly label: Label;
  readonly target: number;
  readonly prior: {
    readonly share: number;
    readonly source: 'assumed' | 'audit' | 'section-audit' | 'given';
    readonly interval?: readonly [number, number] | null;
  };
  /** Null where no threshold reaches the target. */
  readonly threshold: number | null;
  /** The threshold that the figures are of: that one, or the one that comes nearest. */
  readonly at: number | null;
  readonly precision?: Estimate | null;
  readonly recall?: Estimate | null;
  readonly rejectedShare?: Estimate | null;
  readonly wronglyRejectedPerThousand?: Estimate | null;
  /** What people decided here of the comments that score from `at` on. */
  readonly audited?: Audited | null;
  readonly evidence?: { readonly positives: number; readonly negatives: number; readonly source: string };
};
