import { type Kysely, sql } from 'kysely';
import type { Decision } from '../core/decision.js';
import type { IncomingReport } from '../core/incoming.js';
import type { ReportAnswer } from '../core/views.js';
import { changeState } from './events.js';
import { enterQueue } from './queue-items.js';
import { lockComment } from './reviews.js';
import type { Tables } from './schema.js';
import { inTransaction } from './transaction.js';

/**
 * Keeps a reader's report; one reader counts once. Enough of them bring a comment back before a person. What a machine
 * approved is held back meanwhile; what a person approved stays where that person put it.
 *
 * @param reportsToReview how many reports bring it back.
 * @throws NotFound, Gone.
 */
export async function recordReport(
  db: Kysely<Tables>,
  site: number,
  id: string,
  report: IncomingReport,
  reportsToReview: number,
): Promise<ReportAnswer> {
  return await inTransaction(db, async (tx) => {
    const comment = await lockComment(tx, site, id);
    const reportedAt = new Date();
    await tx
      .insertInto('report')
      .values({
        site,
        comment_id: comment.id,
        revision: comment.revision,
        reporter: report.reporter,
        reason: report.reason,
        note: report.note ?? null,
        reported_at: reportedAt,
      })
      .onConflict((conflict) => conflict.columns(['site', 'comment_id', 'reporter']).doNothing())
      .execute();
    const { rows } = await sql<Situation>`
      select (select count(*)::integer from report r where r.site = c.site and r.comment_id = c.id) as reports,
             (select count(*)::integer from report r where r.site = c.site and r.comment_id = c.id
              and r.reported_at > coalesce((select max(v.decided_at) from verdict v where v.site = c.site
                and v.comment_id = c.id and v.undone_at is null), '-infinity')) as fresh,
             exists (select 1 from queue_item q where q.site = c.site and q.comment_id = c.id and q.left_at is null) as waits,
             exists (select 1 from verdict v where v.site = c.site and v.comment_id = c.id and v.revision = c.revision
                     and v.undone_at is null and v.action = 'approve') as approved_by_person,
             c.article_id, d.outcome, d.detail, d.degraded
      from comment c left join decision d on d.site = c.site and d.comment_id = c.id and d.revision = c.revision and d.effective
      where c.site = ${site} and c.id = ${comment.id}`.execute(tx);
    const [now] = rows;
    if (now === undefined) throw new Error('A locked comment disappeared.');
    const decision: Decision | null =
      now.outcome === null || now.detail === null
        ? null
        : { ...now.detail, outcome: now.outcome, degraded: now.degraded ?? false };

    const brings = comment.state === 'published' && now.fresh >= reportsToReview;
    if (now.waits || brings) {
      await enterQueue(tx, site, {
        commentId: comment.id,
        revision: comment.revision,
        articleId: now.article_id,
        cause: 'report',
        decision,
        reports: now.reports,
        enteredAt: reportedAt,
      });
    }
    const standing =
      brings && !now.waits && !now.approved_by_person
        ? await changeState(tx, site, comment.id, 'pending', 'report')
        : { state: comment.state, stateVersion: comment.state_version };
    await sql`select pg_notify('premod_outbox', '')`.execute(tx);
    return { id, revision: comment.revision, ...standing, reports: now.reports, inReview: now.waits || brings };
  });
}

type Situation = {
  reports: number;
  /** Since the last verdict: what a person has weighed does not count twice. */
  fresh: number;
  waits: boolean;
  approved_by_person: boolean;
  article_id: number;
  outcome: Decision['outcome'] | null;
  detail: Pick<Decision, 'flags' | 'reasons' | 'spans'> | null;
  degraded: boolean | null;
};
