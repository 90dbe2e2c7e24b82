import { type Kysely, sql, type Transaction } from 'kysely';
import type { Decision } from '../core/decision.js';
import type { IncomingReport } from '../core/incoming.js';
import type { Settings } from '../core/policy.js';
import type { Place } from '../core/policy-resolve.js';
import { bringBack, type ReporterRecord } from '../core/reporters.js';
import type { ReportAnswer } from '../core/views.js';
import { changeState } from './events.js';
import { enterQueue, reportedBy, reportItem } from './queue-items.js';
import { lockComment } from './reviews.js';
import type { Tables } from './schema.js';
import { inTransaction } from './transaction.js';

/**
 * Keeps a reader's report of the text that stands; one reader counts once. Enough of them bring a comment back before a person. What a machine
 * approved is held back meanwhile; what a person approved stays where that person put it.
 *
 * @param reportSettings how many reports bring a comment back there, and how they count.
 * @throws NotFound, Gone.
 */
export async function recordReport(
  db: Kysely<Tables>,
  site: number,
  id: string,
  report: IncomingReport,
  reportSettings: (place: Place) => Settings['reports'],
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
      .onConflict((conflict) => conflict.columns(['site', 'comment_id', 'revision', 'reporter']).doNothing())
      .execute();
    const { rows } = await sql<Situation>`
      select ${reportedBy} as reports,
             exists (select 1 from verdict v where v.site = c.site and v.comment_id = c.id and v.revision = c.revision
                     and v.undone_at is null and v.action = 'approve') as approved_by_person,
             c.article_id, a.external_id as article, ar.section, d.outcome, d.detail, d.degraded
      from comment c
      join article a on a.site = c.site and a.id = c.article_id
      join article_revision ar on ar.site = a.site and ar.article_id = a.id and ar.revision = a.revision
      left join decision d on d.site = c.site and d.comment_id = c.id and d.revision = c.revision and d.effective
      where c.site = ${site} and c.id = ${comment.id}`.execute(tx);
    const [now] = rows;
    if (now === undefined) throw new Error('A locked comment disappeared.');
    const decision: Decision | null =
      now.outcome === null || now.detail === null
        ? null
        : { ...now.detail, outcome: now.outcome, degraded: now.degraded ?? false };

    const reporters = await freshReporters(tx, site, comment.id);
    const settings = reportSettings({ article: now.article, section: now.section });
    const brings = comment.state === 'published' && bringBack(reporters, settings);
    const waits = await reportItem(tx, site, comment.id, now.reports);
    if (!waits && brings) {
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
      brings && !now.approved_by_person
        ? await holdBack(tx, site, comment.id)
        : { state: comment.state, stateVersion: comment.state_version };
    await sql`select pg_notify('premod_outbox', '')`.execute(tx);
    return { id, revision: comment.revision, ...standing, reports: now.reports, inReview: waits || brings };
  });
}

/** From now on it waits as every reported comment does, also where it waited as an item that was drawn. */
async function holdBack(tx: Transaction<Tables>, site: number, commentId: number) {
  await sql`
    update queue_item set shown_state = null
    where site = ${site} and comment_id = ${commentId} and left_at is null and shown_state is not null`.execute(tx);
  return await changeState(tx, site, commentId, 'pending', 'report');
}

/**
 * Who has reported a comment since a person last judged it, each with how their reports of other comments ended: what the person
 * who judged after the report decided about the text that was reported.
 */
async function freshReporters(
  tx: Transaction<Tables>,
  site: number,
  commentId: number,
): Promise<readonly ReporterRecord[]> {
  const { rows } = await sql<ReporterRecord>`
    select count(*) filter (where ended.action = 'reject')::integer as "right",
           count(*) filter (where ended.action = 'approve')::integer as wrong
    from (
      select distinct f.site, f.comment_id, f.reporter from report f
      where f.site = ${site} and f.comment_id = ${commentId}
        and f.reported_at > coalesce((select max(v.decided_at) from verdict v where v.site = f.site
          and v.comment_id = f.comment_id and v.undone_at is null), '-infinity')
    ) r
    left join report o on o.site = r.site and o.reporter = r.reporter and o.comment_id <> r.comment_id
    left join lateral (
      select v.action from verdict v
      where v.site = o.site and v.comment_id = o.comment_id and v.revision = o.revision and v.undone_at is null
        and v.decided_at > o.reported_at and v.action in ('approve', 'reject')
      order by v.id desc limit 1
    ) ended on true
    group by r.reporter`.execute(tx);
  return rows;
}

type Situation = {
  reports: number;
  approved_by_person: boolean;
  article_id: number;
  article: string;
  section: string | null;
  outcome: Decision['outcome'] | null;
  detail: Pick<Decision, 'flags' | 'reasons' | 'spans'> | null;
  degraded: boolean | null;
};
