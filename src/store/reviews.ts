import { type Kysely, sql, type Transaction } from 'kysely';
import type { CommentState, QueueCause, StateCause, VerdictAction } from '../core/comment.js';
import type { Decision } from '../core/decision.js';
import { AlreadyReviewed, Claimed, Conflict, Gone, NotFound, Revised } from '../core/errors.js';
import type { Label } from '../core/labels.js';
import type { ReviewAnswer } from '../core/views.js';
import type { Blind } from './audit-draw.js';
import { changeState } from './events.js';
import { internalId } from './ids.js';
import { STATE_OF } from './judging.js';
import { announceItem, type Entering, enterQueue, leaveQueue, reportedBy } from './queue-items.js';
import type { Tables } from './schema.js';
import { inTransaction } from './transaction.js';

export type Review = {
  readonly commentId: string;
  readonly revision: number;
  readonly action: VerdictAction;
  readonly label: Label | null;
  readonly note: string | null;
  readonly by: string;
  readonly desk: string | null;
  /** The moderator has seen that it was settled and settles it otherwise. */
  readonly override: boolean;
};

/** How things stood before a verdict, so that it can be taken back. */
type Before = {
  readonly state: CommentState;
  readonly cause: StateCause;
  readonly item: { readonly id: number; readonly cause: QueueCause } | null;
  /** The machine had not judged the text: the sweeper looks whether it ever does. */
  readonly unjudged?: true;
};

const UNDO_SECONDS = 10;

const STATE_AFTER: Readonly<Partial<Record<VerdictAction, CommentState>>> = {
  approve: 'published',
  reject: 'withheld',
  'request-edit': 'withheld',
};

/**
 * Keeps a person's verdict: it outranks every machine decision on the revision, now and later.
 *
 * @throws Revised where the revision is not the newest, AlreadyReviewed where it was settled and waits no more, Claimed
 *   where another desk holds it, Gone, NotFound.
 */
export async function recordReview(db: Kysely<Tables>, site: number, review: Review): Promise<ReviewAnswer> {
  return await inTransaction(db, async (tx) => {
    const comment = await lockComment(tx, site, review.commentId);
    if (comment.revision !== review.revision) throw new Revised(comment.revision);
    const item = await waitingItem(tx, site, comment.id);
    await refuseSettled(tx, site, comment, review, item !== undefined);
    if (item?.claimed_until && item.claimed_until > new Date() && item.claimed_desk !== review.desk) {
      throw new Claimed(item.claimed_by ?? 'somebody', item.claimed_until.toISOString());
    }

    const before: Before = {
      state: comment.state,
      cause: comment.state_cause,
      item: item === undefined ? null : { id: item.id, cause: item.cause },
      ...((await readJudged(tx, site, comment.id)) === undefined && { unjudged: true as const }),
    };
    const verdict = await tx
      .insertInto('verdict')
      .values({
        site,
        comment_id: comment.id,
        revision: review.revision,
        action: review.action,
        label: review.label,
        note: review.note,
        actor: review.by,
        desk: review.desk,
        decided_at: new Date(),
        undone_at: null,
        undone_by: null,
        before: JSON.stringify(before),
      })
      .returning(['id', 'decided_at'])
      .executeTakeFirstOrThrow();
    const standing = await applyVerdict(tx, site, comment, review, item);
    await sql`select pg_notify('premod_outbox', '')`.execute(tx);
    return {
      id: String(verdict.id),
      commentId: review.commentId,
      revision: review.revision,
      action: review.action,
      ...standing,
      undoUntil: new Date(verdict.decided_at.getTime() + UNDO_SECONDS * 1000).toISOString(),
    };
  });
}

async function applyVerdict(
  tx: Transaction<Tables>,
  site: number,
  comment: LockedComment,
  review: Review,
  item: { readonly id: number; readonly shown_state: CommentState | null } | undefined,
): Promise<{ state: CommentState; stateVersion: number }> {
  const { by, desk, action, label } = review;
  if (action === 'escalate') {
    if (item === undefined) throw new Conflict('Only a comment that waits can be escalated.');
    await tx
      .updateTable('queue_item')
      .set({ cause: 'escalated', claimed_by: null, claimed_desk: null, claimed_until: null })
      .where('site', '=', site)
      .where('id', '=', item.id)
      .execute();
    await announceItem(tx, site, 'queue.left', item.id, { by, desk, action });
    await announceItem(tx, site, 'queue.entered', item.id, {});
    return { state: item.shown_state ?? comment.state, stateVersion: comment.state_version };
  }
  await leaveQueue(tx, site, comment.id, { by, desk, action, label });
  const state = STATE_AFTER[action];
  if (state === undefined) throw new Error(`No state follows from ${action}.`);
  // A judgement anew that is still on its way would come too late to matter; the first with scores is recorded beside the verdict.
  await sql`
    delete from outbox where site = ${site} and kind = 'classify' and subject = ${comment.id}
      and exists (select 1 from decision d where d.site = ${site} and d.comment_id = ${comment.id}
                  and d.revision = ${comment.revision} and d.effective and not d.degraded)`.execute(tx);
  return await changeState(tx, site, comment.id, state, 'verdict');
}

/**
 * Takes a verdict back: the comment stands and waits as it did before.
 *
 * @throws Revised where the comment was changed since, Conflict where another verdict followed or it was undone already.
 */
export async function undoReview(
  db: Kysely<Tables>,
  site: number,
  id: string,
  by: string,
  desk: string | null,
  leaseSeconds: number,
): Promise<{ commentId: string; revision: number; state: CommentState; stateVersion: number; itemId: string | null }> {
  const verdictId = internalId(id);
  if (verdictId === null) throw new NotFound('review', id);
  return await inTransaction(db, async (tx) => {
    const found = await tx
      .selectFrom('verdict as v')
      .innerJoin('comment as c', (join) => join.onRef('c.site', '=', 'v.site').onRef('c.id', '=', 'v.comment_id'))
      .select('c.external_id')
      .where('v.site', '=', site)
      .where('v.id', '=', verdictId)
      .executeTakeFirst();
    if (found === undefined) throw new NotFound('review', id);
    const comment = await lockComment(tx, site, found.external_id);
    const verdict = await tx
      .selectFrom('verdict')
      .selectAll()
      .where('site', '=', site)
      .where('id', '=', verdictId)
      .executeTakeFirstOrThrow();
    if (verdict.undone_at !== null) throw new Conflict('The review was taken back already.');
    if (verdict.revision !== comment.revision) throw new Revised(comment.revision);
    const later = await tx
      .selectFrom('verdict')
      .select('id')
      .where('site', '=', site)
      .where('comment_id', '=', comment.id)
      .where('undone_at', 'is', null)
      .where('id', '>', verdict.id)
      .executeTakeFirst();
    if (later !== undefined) throw new Conflict('Another review followed; take that one back first.');

    await tx
      .updateTable('verdict')
      .set({ undone_at: new Date(), undone_by: by })
      .where('site', '=', site)
      .where('id', '=', verdict.id)
      .execute();
    const earlier = verdict.before as Before;
    const before = await asJudgedSince(tx, site, comment, earlier);
    const item =
      before.item === null ? null : await reopenItem(tx, site, comment.id, before.item, by, desk, leaseSeconds);
    if (earlier.item !== null) await tellFoundSince(tx, site, comment, earlier.item.cause, verdict.decided_at);
    // Whatever a verdict has moved moves back, and with its old cause, also where it stands as before: of a decision that was drawn
    // the desk is told the same as of a doubt.
    const standing =
      STATE_AFTER[verdict.action] === undefined
        ? { state: comment.state, stateVersion: comment.state_version }
        : await changeState(tx, site, comment.id, before.state, before.cause);
    await sql`select pg_notify('premod_outbox', '')`.execute(tx);
    return {
      commentId: found.external_id,
      revision: comment.revision,
      state: item?.shownState ?? standing.state,
      stateVersion: standing.stateVersion,
      itemId: item === null ? null : String(item.id),
    };
  });
}

/**
 * A verdict may have come before the machine's judgement, or before the one with scores. If that is there by now, the comment
 * stands and waits as it says: its work is done, so nobody else would put it anywhere. Where it is doubted, it stays as it stood
 * (published or not) until a person decides.
 */
async function asJudgedSince(
  tx: Transaction<Tables>,
  site: number,
  comment: LockedComment,
  before: Before,
): Promise<Before> {
  // What waited for a person waits again; where a verdict went before, that one stands.
  if (before.item !== null || before.cause === 'verdict') return before;
  const judged = await readJudged(tx, site, comment.id);
  if (judged === undefined) return before;
  const { outcome, degraded } = judged.decision;
  // What overload publishes unweighed is shown where it was shown before; its scores are still to come.
  const isUnweighed = outcome === 'approve' && degraded;
  if (outcome !== 'review')
    return { ...before, state: isUnweighed ? before.state : STATE_OF[outcome], cause: 'decision' };
  const item = await enterQueue(tx, site, entering(comment, 'decision', judged));
  return { state: before.state, cause: 'decision', item: { id: item, cause: 'decision' } };
}

/** While a verdict stood, its comment's item was told nothing: what the machine has found since, it is told when it waits again. */
async function tellFoundSince(
  tx: Transaction<Tables>,
  site: number,
  comment: LockedComment,
  cause: QueueCause,
  since: Date,
): Promise<void> {
  const judged = await readJudged(tx, site, comment.id);
  if (judged !== undefined && judged.decidedAt >= since) await enterQueue(tx, site, entering(comment, cause, judged));
}

type Judged = {
  readonly decision: Decision;
  readonly decidedAt: Date;
  readonly articleId: number;
  readonly reports: number;
};

/** The decision on a comment's text that holds; undefined where there is none yet. */
async function readJudged(tx: Transaction<Tables>, site: number, commentId: number): Promise<Judged | undefined> {
  const { rows } = await sql<
    Pick<Decision, 'outcome' | 'degraded'> & { detail: Decision; decided_at: Date; article: number; reports: number }
  >`
    select d.outcome, d.degraded, d.detail, d.decided_at, c.article_id as article,
           ${reportedBy} as reports
    from comment c join decision d on d.site = c.site and d.comment_id = c.id and d.revision = c.revision and d.effective
    where c.site = ${site} and c.id = ${commentId}`.execute(tx);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { outcome, degraded, detail, decided_at: decidedAt, article: articleId, reports } = row;
  return { decision: { ...detail, outcome, degraded }, decidedAt, articleId, reports };
}

function entering(comment: LockedComment, cause: QueueCause, { decision, articleId, reports }: Judged): Entering {
  const { id: commentId, revision } = comment;
  return { commentId, revision, articleId, cause, decision, reports, enteredAt: new Date() };
}

async function reopenItem(
  tx: Transaction<Tables>,
  site: number,
  commentId: number,
  item: NonNullable<Before['item']>,
  by: string,
  desk: string | null,
  leaseSeconds: number,
): Promise<{ readonly id: number } & Blind> {
  const waiting = await waitingItem(tx, site, commentId);
  const id = waiting?.id ?? item.id;
  const until = desk === null ? null : new Date(Date.now() + leaseSeconds * 1000);
  const { shown_state: shownState } = await tx
    .updateTable('queue_item')
    .set({
      left_at: null,
      cause: item.cause,
      claimed_by: desk === null ? null : by,
      claimed_desk: desk,
      claimed_until: until,
    })
    .where('site', '=', site)
    .where('id', '=', id)
    .returning('shown_state')
    .executeTakeFirstOrThrow();
  await announceItem(tx, site, 'queue.entered', id, { by, action: 'undo' });
  if (desk !== null) await announceItem(tx, site, 'queue.claimed', id, { by, desk });
  return { id, shownState };
}

type LockedComment = {
  readonly id: number;
  readonly revision: number;
  readonly state: CommentState;
  readonly state_cause: StateCause;
  readonly state_version: number;
};

export async function lockComment(tx: Transaction<Tables>, site: number, id: string): Promise<LockedComment> {
  const comment = await tx
    .selectFrom('comment')
    .select(['id', 'revision', 'state', 'state_cause', 'state_version', 'removed_at'])
    .where('site', '=', site)
    .where('external_id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (comment === undefined) throw new NotFound('comment', id);
  if (comment.removed_at !== null) throw new Gone(id);
  return comment;
}

async function waitingItem(tx: Transaction<Tables>, site: number, commentId: number) {
  return await tx
    .selectFrom('queue_item')
    .select(['id', 'cause', 'claimed_by', 'claimed_desk', 'claimed_until', 'shown_state'])
    .where('site', '=', site)
    .where('comment_id', '=', commentId)
    .where('left_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

async function refuseSettled(
  tx: Transaction<Tables>,
  site: number,
  comment: LockedComment,
  review: Review,
  waits: boolean,
): Promise<void> {
  if (waits || review.override) return;
  const settled = await tx
    .selectFrom('verdict')
    .select(['actor', 'action', 'decided_at'])
    .where('site', '=', site)
    .where('comment_id', '=', comment.id)
    .where('revision', '=', comment.revision)
    .where('undone_at', 'is', null)
    .orderBy('id', 'desc')
    .executeTakeFirst();
  if (settled === undefined) return;
  throw new AlreadyReviewed({ by: settled.actor, action: settled.action, at: settled.decided_at.toISOString() });
}
