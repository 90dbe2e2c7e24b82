import type { Label } from './labels.js';
import type { Span } from './spans.js';

export const OUTCOMES = ['approve', 'review', 'reject'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/**
 * Why a decision fell as it did. `text` is a sentence that a reader of the site could be shown.
 * `matched` is comment text: it never leaves the store but in an answer to somebody who may read the comment.
 */
export type Reason =
  | { readonly kind: 'model'; readonly label: Label; readonly score: number; readonly text: string }
  | {
      readonly kind: 'rule';
      readonly rule: string;
      readonly label: Label;
      readonly matched: string;
      readonly text: string;
      /** The rule would have rejected, but the model saw too little of its label, so a person is asked. */
      readonly disagrees?: { readonly score: number };
    }
  | { readonly kind: 'unscorable'; readonly because: 'language-unsupported' | 'empty'; readonly text: string }
  | { readonly kind: 'model-unavailable'; readonly text: string }
  | { readonly kind: 'rule-broken'; readonly rule: string; readonly text: string };

/** The machine's judgement on one revision under one pipeline. */
export type Decision = {
  readonly outcome: Outcome;
  readonly reasons: readonly Reason[];
  /** Labels whose score passed the policy's review threshold, or that a rule raised. */
  readonly flags: readonly Label[];
  readonly spans: readonly Span[];
  /** The judgement was made without a part that should have been there; it is made again when the part is back. */
  readonly degraded: boolean;
};
