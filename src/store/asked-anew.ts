import { type Kysely, sql, type Transaction } from 'kysely';
import { judgeAnew } from './article-changes.js';
import type { Tables } from './schema.js';
import { inTransaction } from './transaction.js';

/**
 * Waits by a machine's decision alone: nobody has claimed or escalated it, no reader's report or rescoring has put it there, and it
 * shows its findings. What waits blind, drawn or covering what is, is a person's to judge.
 */
const BY_DECISION_ALONE = sql<boolean>`(
  q.cause = 'decision' and not q.blind and (q.claimed_until is null or q.claimed_until <= now()))`;

/**
 * Has judged anew, as bulk work, what waits for a person by a decision that another pipeline than the one in force has made: what a
 * rule put there that was taken back since. Those of it that are approved now leave the queue ({@link takeAskedAnew}).
 *
 * What was decided without scores is left out: it is weighed anyway.
 *
 * @returns how many were asked about
 */
export async function judgeQueueAnew(db: Kysely<Tables>, site: number): Promise<number> {
  return await inTransaction(db, async (tx) => {
    // In the order in which judging locks them; a comment that is judged at this moment is seen as it is afterwards.
    await sql`
      select 1 from comment c join queue_item q on q.site = c.site and q.comment_id = c.id and q.left_at is null
      where c.site = ${site} and ${BY_DECISION_ALONE} order by c.id for update of c`.execute(tx);
    const { rows } = await sql<{ id: number }>`
      update queue_item q set asked_anew_at = now()
      from site s, comment c
      join decision d on d.site = c.site and d.comment_id = c.id and d.revision = c.revision and d.effective
      where q.site = ${site} and q.left_at is null and ${BY_DECISION_ALONE} and s.site = q.site
        and c.site = q.site and c.id = q.comment_id and c.revision = q.revision
        and c.removed_at is null and c.state_cause = 'decision'
        and d.outcome = 'review' and not d.degraded and d.pipeline <> s.active_pipeline
        and not exists (select 1 from report p where p.site = c.site and p.comment_id = c.id)
        and not exists (select 1 from verdict v where v.site = c.site and v.comment_id = c.id and v.revision = c.revision
                        and v.undone_at is null)
      returning c.id`.execute(tx);
    if (rows.length === 0) return 0;
    await judgeAnew(
      tx,
      sql`select c.site, c.id, c.revision from comment c
          where c.site = ${site} and c.id = any(${rows.map(({ id }) => id)})`,
    );
    await sql`select pg_notify('premod_outbox', '')`.execute(tx);
    return rows.length;
  });
}

/**
 * Answers for which of these comments somebody asked, and takes that back: they are judged now. The items stay locked, so that
 * nobody claims one that is about to leave.
 *
 * @returns the ids of those that may be let go, with the pipeline that must have judged them: the one in force
 */
export async function takeAskedAnew(
  tx: Transaction<Tables>,
  site: number,
  comments: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  if (comments.length === 0) return new Map();
  const { rows } = await sql<{ id: number; free: boolean; pipeline: number }>`
    update queue_item q set asked_anew_at = null from site s
    where q.site = ${site} and q.comment_id = any(${comments}) and q.left_at is null and q.asked_anew_at is not null
      and s.site = q.site
    returning q.comment_id as id, ${BY_DECISION_ALONE} as free, s.active_pipeline as pipeline`.execute(tx);
  return new Map(rows.flatMap(({ id, free, pipeline }) => (free ? [[id, pipeline]] : [])));
}
