import type { AuthorFacts, CommentState, QueueCause, StateCause, VerdictAction } from './comment.js';
import type { PlacedUnmet } from './consequences.js';
import type { Outcome, Reason } from './decision.js';
import type { CommentLanguage } from './evaluation.js';
import type { Label } from './labels.js';
import type { Policy } from './policy.js';
import type { Span } from './spans.js';

/** The shapes in which the service answers; the pages are written against these and nothing else. Times are RFC 3339, UTC. */

export type ScoresView = Readonly<Partial<Record<Label, number | null>>>;

/** `GET /v1/comments/{id}`; also the `comment` of a queue item. */
export type CommentView = {
  readonly id: string;
  readonly articleId: string;
  readonly parentId: string | null;
  readonly state: CommentState;
  readonly stateCause: StateCause;
  readonly stateVersion: number;
  /** 1 for the first text, one more for every changed text. */
  readonly revision: number;
  readonly author: AuthorFacts & {
    /** What premod has counted of this author on this site. */
    readonly approved: number;
    readonly rejected: number;
    /** The newest ten settled comments, newest last. */
    readonly lastTen: readonly ('approve' | 'reject')[];
  };
  readonly text: string;
  readonly createdAt: string;
  readonly acceptedAt: string;
  readonly language: CommentLanguage | null;
  /** Null until the machine has judged. */
  readonly decision: Outcome | null;
  readonly degraded: boolean;
  readonly decidedAt: string | null;
  readonly scores: ScoresView;
  readonly flags: readonly Label[];
  readonly reasons: readonly Reason[];
  readonly spans: readonly Span[];
  readonly pipeline: string | null;
  readonly verdict: VerdictView | null;
  readonly reports: readonly ReportView[];
  /** Every decision, verdict, report and change of state, oldest first. */
  readonly history: readonly HistoryEntry[];
};

export type VerdictView = {
  readonly id: string;
  readonly revision: number;
  readonly action: VerdictAction;
  readonly label: Label | null;
  readonly note: string | null;
  readonly by: string;
  readonly at: string;
};

export type ReportView = { readonly reason: string; readonly note: string | null; readonly at: string };

export type HistoryEntry =
  | { readonly kind: 'revision'; readonly revision: number; readonly at: string; readonly text: string }
  | {
      readonly kind: 'decision';
      readonly revision: number;
      readonly at: string;
      readonly outcome: Outcome;
      readonly pipeline: string;
      readonly effective: boolean;
    }
  | {
      readonly kind: 'verdict';
      readonly revision: number;
      readonly at: string;
      readonly verdict: VerdictView;
      readonly undone: boolean;
    }
  | { readonly kind: 'report'; readonly at: string; readonly report: ReportView };

export type ArticleView = {
  readonly id: string;
  readonly title: string;
  readonly summary: string | null;
  readonly body: string | null;
  readonly url: string | null;
  readonly section: string | null;
  readonly publishedAt: string | null;
  readonly language: string | null;
  readonly revision: number;
  /** Only the sender's URL is known yet. */
  readonly stub: boolean;
  readonly counts: {
    readonly comments: number;
    readonly waiting: number;
    /** Of those that wait; they are in a list of their own. */
    readonly escalated: number;
    readonly rejected: number;
  };
};

/** One line of a thread: the comment that waits, what it answers, its siblings and its answers, oldest first. */
export type ThreadEntry = {
  readonly id: string;
  readonly depth: number;
  readonly authorName: string;
  readonly at: string;
  readonly text: string;
  readonly state: CommentState;
  /** The outcome in force: the person's where there is one, else the machine's; null where it is not judged yet. */
  readonly outcome: Outcome | null;
  readonly label: Label | null;
};

/** What a rescoring made of a comment that it put before a person. The comment's own decision stands meanwhile. */
export type RescoredView = {
  readonly decision: Outcome;
  readonly flags: readonly Label[];
  readonly reasons: readonly Reason[];
  readonly spans: readonly Span[];
  readonly pipeline: string;
};

/** One comment that waits for a person: `GET /v1/queue` lists them, `POST /v1/queue/claims` gives them out under a lease. */
export type QueueItemView = {
  readonly id: string;
  readonly commentId: string;
  readonly revision: number;
  readonly cause: QueueCause;
  readonly enteredAt: string;
  /** Sorting key, larger first: the worst score, weighed by how long it waits and by reports. */
  readonly urgency: number;
  readonly label: Label | null;
  readonly claim: { readonly by: string; readonly desk: string; readonly until: string } | null;
  readonly comment: CommentView;
  /** Null where no rescoring put this text before a person. */
  readonly rescored: RescoredView | null;
  readonly article: ArticleView;
  readonly parent: CommentView | null;
  /** Of a long thread the part around the comment. */
  readonly thread: readonly ThreadEntry[];
  /** How many comments the whole thread has. */
  readonly threadSize: number;
};

/** `GET /v1/queue` */
export type QueuePage = {
  readonly items: readonly QueueItemView[];
  /** Opaque; null on the last page. */
  readonly next: string | null;
  readonly counts: QueueCounts;
};

export type QueueCounts = {
  readonly waiting: number;
  /** By list of the rail. */
  readonly lists: Readonly<Record<QueueList, number>>;
  readonly articles: readonly { readonly id: string; readonly title: string; readonly waiting: number }[];
};

export const QUEUE_LISTS = ['all', 'incitement', 'hate', 'reported', 'disagreement', 'escalated', 'stale'] as const;

/**
 * The lists of the rail: all but what is escalated; incitement and threats; hate and dehumanisation; reported by readers; what a
 * rule would reject and the model sees nothing in; escalated; waiting over two hours. What is escalated is in its own list only.
 */
export type QueueList = (typeof QUEUE_LISTS)[number];

/**
 * `GET /v1/events`: the `data` of each server-sent event; its `id` is `number`, its `event` is `type`. No comment text.
 * `comment.state` is also an entry of `GET /v1/changes`.
 */
export type EventView =
  | {
      readonly number: number;
      readonly type: 'comment.state';
      readonly at: string;
      readonly id: string;
      readonly articleId: string;
      readonly revision: number;
      readonly state: CommentState;
      readonly cause: StateCause;
      readonly stateVersion: number;
    }
  | {
      readonly number: number;
      readonly type: 'queue.entered' | 'queue.left' | 'queue.claimed' | 'queue.released';
      readonly at: string;
      readonly itemId: string;
      readonly commentId: string;
      readonly revision: number;
      /** Who settled or claimed it, where a person did. */
      readonly by?: string;
      readonly desk?: string;
      readonly action?: VerdictAction | 'undo';
      readonly label?: Label;
    }
  | {
      readonly number: number;
      readonly type: 'rescore.progress';
      readonly at: string;
      readonly rescoreId: string;
      readonly status: 'running' | 'paused' | 'done' | 'failed';
      readonly done: number;
      readonly total: number;
    };

/** The first server-sent event of `GET /v1/events`, `hello`; its `id` is the number that the stream goes on after. */
export type HelloView = {
  /** The largest number that the store has given. */
  readonly number: number;
  /** What was asked for is larger still: the store was restored or is another one, and what the reader knows is of the old one. */
  readonly missed: boolean;
  /** More live comments wait than can be judged in time. */
  readonly overloaded: boolean;
};

/**
 * A server-sent event of `GET /v1/events` that is kept nowhere, `load`: overload has begun or ended. It has no number of its own;
 * `number`, as its `id`, is that of the event before it, so that a reader resumes where it would have without it.
 */
export type LoadView = { readonly number: number; readonly overloaded: boolean };

/** Answer of `POST /v1/reviews`. */
export type ReviewAnswer = {
  readonly id: string;
  readonly commentId: string;
  readonly revision: number;
  readonly action: VerdictAction;
  readonly state: CommentState;
  readonly stateVersion: number;
  /** Until when the desk offers to take it back without asking; taking back stays possible afterwards. */
  readonly undoUntil: string;
};

/** Answer of `POST /v1/comments/{id}/reports`: how the comment stands now, and what the reports did. */
export type ReportAnswer = {
  readonly id: string;
  readonly revision: number;
  readonly state: CommentState;
  readonly stateVersion: number;
  /** How many readers reported it; one counts once. */
  readonly reports: number;
  /** Whether it waits for a person. */
  readonly inReview: boolean;
};

/** `GET /v1/models/{id}`: what the pipeline of a decision is made of. */
export type PipelineView = {
  /** The fingerprint, as a decision names it. */
  readonly id: string;
  readonly model: string;
  readonly ruleRevision: number;
  readonly policyRevision: number;
  readonly normaliser: string;
  readonly policy: Policy;
};

/** RFC 9457 problem details, as every error is answered. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  /** On 409 `taken`: who was faster, what they decided and when. */
  readonly by?: string;
  readonly action?: VerdictAction;
  readonly at?: string;
  /** On 422 `faulty-rules` and `faulty-policy`: what is wrong with them, where; lines and columns begin with 1. */
  readonly faults?: readonly {
    readonly line: number;
    readonly column: number;
    readonly list?: string;
    readonly rule?: string;
    readonly pointer?: string;
    readonly detail: string;
  }[];
  /** On 409 `revised` and `overtaken`: the revision that is current. */
  readonly currentRevision?: number;
  /** On 409 `draft-outdated`: the last revision that changed what the draft takes the place of. */
  readonly changedIn?: number;
  /** On 422 `precision-not-met`: the figures of each label that may not reject by itself; with its place where a draft is published. */
  readonly unmet?: readonly PlacedUnmet[];
  /** On 409 `ahead`: the largest number of an event that the store has given. */
  readonly newest?: number;
  /** On 429 `overloaded`: when to send it again. */
  readonly retryAfterSeconds?: number;
};
