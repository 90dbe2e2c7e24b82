import type { ModelScores } from './labels.js';
import type { Span } from './spans.js';

/** The language a comment was taken to be in, as an ISO 639-1 code, and whose word that was. */
export type CommentLanguage = {
  readonly code: string;
  readonly source: 'sender' | 'article' | 'site' | 'detected';
};

/**
 * How far the comment strays from its article and the comment it answers.
 * `provisional`: judged on title and summary only, because the passages of the body were not embedded yet.
 */
export type OffTopic =
  | { readonly kind: 'scored'; readonly probability: number; readonly provisional: boolean }
  | { readonly kind: 'nothing-to-stray-from' };

/** Why there are no scores although nothing failed. */
export type Unscorable = 'language-unsupported' | 'empty';

/**
 * What the model found in one revision of a comment. Immutable: rules and policy are not in it, so that they can change
 * without weighing the comment again.
 */
export type Evaluation =
  | {
      readonly kind: 'scored';
      readonly scores: ModelScores;
      readonly offTopic: OffTopic;
      /** Sentences that carry a label by themselves, worst first. */
      readonly spans: readonly Span[];
      readonly language: CommentLanguage;
    }
  | { readonly kind: 'unscorable'; readonly because: Unscorable; readonly language: CommentLanguage };
