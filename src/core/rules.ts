// Placeholder of the shapes that the rules station exports; the station's owner fills in the rest.
import type { Label } from './labels.js';
import type { Stretch } from './spans.js';

export type RuleEffect = 'approve' | 'review' | 'reject' | 'flag';

/** One rule that matched one comment. */
export type RuleHit = {
  readonly rule: string;
  readonly label: Label;
  readonly effect: RuleEffect;
  /** An editor gave this rule the right to decide alone. */
  readonly forced: boolean;
  /** The words shown to people. */
  readonly reason: string;
  /** Where it matched, in the text as it was sent; empty where the rule is about a fact, not a place. */
  readonly stretches: readonly Stretch[];
};

/** What the rules say about one comment. A rule that could not be evaluated is neither true nor false. */
export type RuleFindings = {
  readonly hits: readonly RuleHit[];
  readonly broken: readonly { readonly rule: string }[];
};
