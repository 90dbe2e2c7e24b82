import type { CommentState } from '../core/comment.js';
import { Gone, InvalidRequest, type Issue, type ModerationError } from '../core/errors.js';
import { type IncomingComment, refuseFuture } from '../core/incoming.js';
import type { Actor, Lane } from './site.js';

/** A comment that was taken in, in the form in which the store keeps it. */
export type AcceptableComment = IncomingComment & { readonly createdAt: string };

/** What became of one comment that was handed in. */
export type Accepted =
  /** New, or a new revision: it waits to be judged. */
  | {
      readonly kind: 'accepted';
      readonly id: string;
      /** Ours; a sender never sees it. */
      readonly commentId: number;
      readonly revision: number;
      readonly state: CommentState;
      readonly stateVersion: number;
    }
  /** Known already, or older than what is known: nothing was changed, and this is how it stands. */
  | {
      readonly kind: 'known';
      readonly id: string;
      /** Ours; a sender never sees it. */
      readonly commentId: number;
      readonly revision: number;
      readonly state: CommentState;
      readonly stateVersion: number;
    }
  | { readonly kind: 'gone'; readonly id: string }
  | { readonly kind: 'refused'; readonly id: string; readonly issue: Issue };

export type IngestDeps = {
  /**
   * Keeps comments with ids that differ from one another, and the work they cause, in one transaction; durable when it
   * returns. One answer a comment, in the order given.
   */
  acceptComments(site: number, comments: readonly AcceptableComment[], lane: Lane): Promise<readonly Accepted[]>;
  now(): Date;
};

/** What the sender is told of a comment that was taken in. */
export type Receipt = Extract<Accepted, { kind: 'accepted' | 'known' }>;

/**
 * Takes comments in. Each gets its own answer; a refused one does not touch the others.
 *
 * @returns a receipt or the error a comment alone would have got, in the order given.
 */
export async function ingest(
  deps: IngestDeps,
  actor: Actor,
  comments: readonly IncomingComment[],
  lane: Lane,
): Promise<readonly (Receipt | ModerationError)[]> {
  const now = deps.now();
  const answers: (Receipt | ModerationError | undefined)[] = comments.map((comment) => clockFault(comment, now));
  const taken = comments.flatMap((comment, index) => (answers[index] === undefined ? [{ comment, index }] : []));
  const kept = await deps.acceptComments(
    actor.site,
    taken.map(({ comment }) => ({ ...comment, createdAt: comment.createdAt ?? now.toISOString() })),
    lane,
  );
  taken.forEach(({ index }, position) => {
    const accepted = kept[position];
    if (accepted === undefined) throw new Error('The store answered for fewer comments than it was given.');
    answers[index] = toAnswer(accepted);
  });
  return answers.map((answer) => answer ?? new Error('unreachable')) as (Receipt | ModerationError)[];
}

function toAnswer(accepted: Accepted): Receipt | ModerationError {
  if (accepted.kind === 'gone') return new Gone(accepted.id);
  if (accepted.kind === 'refused') return new InvalidRequest([accepted.issue]);
  return accepted;
}

function clockFault(comment: IncomingComment, now: Date): ModerationError | undefined {
  try {
    refuseFuture('createdAt', comment.createdAt, now);
    refuseFuture('editedAt', comment.editedAt, now);
    return undefined;
  } catch (error) {
    return error as InvalidRequest;
  }
}
