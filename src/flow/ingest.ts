import type { CommentState } from '../core/comment.js';
import { Closed, Gone, InvalidRequest, type Issue } from '../core/errors.js';
import { type IncomingComment, refuseFuture } from '../core/incoming.js';
import { isRefusal } from './refusal.js';
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
  /** New comments are not taken on this article. */
  | { readonly kind: 'closed'; readonly id: string; readonly articleId: string }
  | { readonly kind: 'refused'; readonly id: string; readonly issue: Issue }
  /** Nothing of it was kept, though others that came with it were. */
  | { readonly kind: 'failed'; readonly id: string; readonly error: Error };

export type IngestDeps = {
  /**
   * Keeps comments with ids that differ from one another, and the work they cause, each wholly or not at all; durable when
   * it returns. One answer a comment, in the order given; throws where none was kept.
   */
  acceptComments(site: number, comments: readonly AcceptableComment[], lane: Lane): Promise<readonly Accepted[]>;
  now(): Date;
};

/** What the sender is told of a comment that was taken in. */
export type Receipt = Extract<Accepted, { kind: 'accepted' | 'known' }>;

/**
 * Takes comments in. Each gets its own answer; a refused one does not touch the others.
 *
 * @returns a receipt or the error a comment alone would have got, in the order given; one that is no ModerationError was not
 *   foreseen.
 */
export async function ingest(
  deps: IngestDeps,
  actor: Actor,
  comments: readonly IncomingComment[],
  lane: Lane,
): Promise<readonly (Receipt | Error)[]> {
  const now = deps.now();
  const answers: (Receipt | Error | undefined)[] = comments.map((comment) => clockFault(comment, now));
  const taken = comments.flatMap((comment, index) => (answers[index] === undefined ? [{ comment, index }] : []));
  const kept = await keepApart(
    deps,
    actor.site,
    taken.map(({ comment }) => ({ ...comment, createdAt: comment.createdAt ?? now.toISOString() })),
    lane,
  );
  taken.forEach(({ index }, position) => {
    const accepted = kept[position];
    if (accepted === undefined) throw new Error('The store answered for fewer comments than it was given.');
    answers[index] = toAnswer(accepted);
  });
  return answers.map((answer) => answer ?? new Error('unreachable'));
}

/** Keeps comments together and, where the store refuses a value of one of them, one by one, so that it fails nobody else's. */
async function keepApart(
  deps: IngestDeps,
  site: number,
  comments: readonly AcceptableComment[],
  lane: Lane,
): Promise<readonly Accepted[]> {
  let kept: readonly Accepted[];
  try {
    kept = await deps.acceptComments(site, comments, lane);
  } catch (error) {
    if (comments.length === 1 || !(error instanceof Error) || !isRefusal(error)) throw error;
    kept = comments.map(({ id }) => ({ kind: 'failed', id, error }));
  }
  const answers: Accepted[] = [];
  for (const [index, answer] of kept.entries()) {
    const comment = comments[index];
    const again = comment !== undefined && answer.kind === 'failed' && isRefusal(answer.error);
    answers.push(again ? await keepAlone(deps, site, comment, lane) : answer);
  }
  return answers;
}

async function keepAlone(deps: IngestDeps, site: number, comment: AcceptableComment, lane: Lane): Promise<Accepted> {
  try {
    const [answer] = await deps.acceptComments(site, [comment], lane);
    if (answer === undefined) throw new Error('The store gave no answer.');
    return answer;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { kind: 'failed', id: comment.id, error };
  }
}

function toAnswer(accepted: Accepted): Receipt | Error {
  if (accepted.kind === 'failed') return accepted.error;
  if (accepted.kind === 'gone') return new Gone(accepted.id);
  if (accepted.kind === 'closed') return new Closed(accepted.articleId);
  if (accepted.kind === 'refused') return new InvalidRequest([accepted.issue]);
  return accepted;
}

function clockFault(comment: IncomingComment, now: Date): InvalidRequest | undefined {
  try {
    refuseFuture('createdAt', comment.createdAt, now);
    refuseFuture('editedAt', comment.editedAt, now);
    return undefined;
  } catch (error) {
    return error as InvalidRequest;
  }
}
