/** What the sender says about a comment's author. An absent fact is unknown, not false. */
export type AuthorFacts = {
  readonly id: string;
  readonly name?: string;
  readonly createdAt?: string;
  readonly role?: string;
  readonly trusted?: boolean;
};

/** A comment of last week as it was sent, with the section of its article. */
export type SampledText = {
  readonly commentId: number;
  readonly revision: number;
  readonly text: string;
  readonly section: string | null;
  readonly author: AuthorFacts;
  /** RFC 3339. */
  readonly createdAt: string;
};

export const COMMENT_STATES = ['pending', 'published', 'withheld', 'removed'] as const;

/**
 * What a CMS shows. `pending`: not judged yet, or waiting for a person; `published`: may be shown; `withheld`: judged and
 * kept back; `removed`: forgotten.
 */
export type CommentState = (typeof COMMENT_STATES)[number];

/** What moved a comment into its state. */
export type StateCause = 'accepted' | 'decision' | 'verdict' | 'report' | 'appeal' | 'edit' | 'erasure';

export const VERDICT_ACTIONS = ['approve', 'reject', 'escalate', 'request-edit'] as const;

/** A person's judgement on one revision of a comment. */
export type VerdictAction = (typeof VERDICT_ACTIONS)[number];

/** Why a comment waits for a person. */
export type QueueCause = 'decision' | 'report' | 'escalated' | 'rescore' | 'undo';
