import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { Tables } from './schema.js';
import { inTransaction } from './transaction.js';

/** An article's comments are judged anew when it has been left alone for so long … */
const QUIET_MINUTES = 10;
/** … or so long after the first change, however often it is saved. */
const MOST_MINUTES = 60;

/**
 * Plans to see whether the comments of articles must be judged anew: one piece of work an article, put off by every change.
 * A text that is being worked on changes many times, and most changes change nothing for its comments.
 */
export async function planJudgingAnew(
  tx: Transaction<Tables>,
  site: number,
  articles: readonly number[],
): Promise<void> {
  if (articles.length === 0) return;
  await sql`
    insert into outbox (site, kind, lane, subject, revision, pipeline, due_at)
    select s.site, 'article-changed', 'bulk', a.id, 0, s.active_pipeline, now() + make_interval(mins => ${QUIET_MINUTES})
    from site s join article a on a.site = s.site and a.id = any(${articles})
    where s.site = ${site}
    on conflict (site, kind, subject, revision, pipeline) do update
      set due_at = least(excluded.due_at, outbox.created_at + make_interval(mins => ${MOST_MINUTES})),
          job_id = null, enqueued_at = null, failed_at = null, failure = null`.execute(tx);
}

/**
 * By which text of its article each comment was last judged. Its decision may be older, and by an earlier pipeline than the one
 * it is pinned to: one that comes out the same again is not written down twice.
 */
const LAST_JUDGED = sql`
  cross join lateral (
    select l.article_revision, l.topic_basis, l.artefact from evaluation l
    where l.site = e.site and l.comment_id = e.comment_id and l.revision = e.revision
      and l.artefact in (e.artefact, pin.artefact)
    order by l.article_revision desc, l.topic_basis = 'provisional', l.artefact = pin.artefact desc limit 1
  ) last`;

/** Comments in force, with what was found in them; what a person has judged is left alone. */
const JUDGED = sql`
  from comment c
  join comment_revision r on r.site = c.site and r.comment_id = c.id and r.revision = c.revision
  join pipeline pin on pin.site = r.site and pin.pipeline = r.pipeline
  join decision d on d.site = c.site and d.comment_id = c.id and d.revision = c.revision and d.effective
  join evaluation e on e.site = d.site and e.id = d.evaluation_id
  ${LAST_JUDGED}`;

const NO_VERDICT = sql`
  not exists (select 1 from verdict v where v.site = c.site and v.comment_id = c.id and v.revision = c.revision
              and v.undone_at is null)`;

/**
 * Has comments judged anew, as bulk work, by the pipeline in force: the one that judged them before may have an artefact that is
 * not on this machine any more.
 *
 * @param chosen selects `site`, `id` and `revision` of each.
 */
export async function judgeAnew(tx: Transaction<Tables>, chosen: RawBuilder<unknown>): Promise<void> {
  await sql`
    with chosen as (
      select n.site, n.id, n.revision, s.active_pipeline as pipeline from (${chosen}) n join site s on s.site = n.site
    ), pinned as (
      update comment_revision r set pipeline = n.pipeline from chosen n
      where r.site = n.site and r.comment_id = n.id and r.revision = n.revision and r.pipeline <> n.pipeline
    )
    insert into outbox (site, kind, lane, subject, revision, pipeline)
    select site, 'classify', 'bulk', id, revision, pipeline from chosen
    on conflict do nothing`.execute(tx);
}

/** Judged on less than the whole article: sees to it at once, because it is now there. */
export async function judgeProvisionalAnew(tx: Transaction<Tables>, site: number, article: number): Promise<void> {
  await judgeAnew(
    tx,
    sql`
    select c.site, c.id, c.revision ${JUDGED}
    where c.site = ${site} and c.article_id = ${article} and c.removed_at is null and last.topic_basis = 'provisional'
      and (d.outcome = 'approve' or d.outcome = 'review' and d.detail->'flags' = '["off_topic"]') and ${NO_VERDICT}`,
  );
}

/** Whether comments are published that were judged by an earlier text of their article. */
export async function isJudgedByEarlier(
  tx: Transaction<Tables>,
  site: number,
  article: number,
  revision: number,
): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select 1 ${JUDGED}
      where c.site = ${site} and c.article_id = ${article} and c.removed_at is null and d.outcome = 'approve'
        and last.article_revision < ${revision} and ${NO_VERDICT}) as found`.execute(tx);
  return rows[0]?.found ?? false;
}

type JudgedBy = { readonly revision: number; readonly contentHash: string; readonly artefact: string };

/**
 * What an article says now, and by which of its earlier texts its published comments were last judged.
 *
 * @returns null where it was removed, or where its newest text waits to be embedded.
 */
export async function readJudged(
  db: Kysely<Tables>,
  site: number,
  article: number,
): Promise<{ readonly revision: number; readonly contentHash: string; readonly judgedBy: readonly JudgedBy[] } | null> {
  const { rows } = await sql<{ revision: number; contentHash: string }>`
    select a.revision, ar.content_hash as "contentHash"
    from article a join article_revision ar on ar.site = a.site and ar.article_id = a.id and ar.revision = a.revision
    where a.site = ${site} and a.id = ${article}
      and not exists (select 1 from outbox o where o.site = a.site and o.kind = 'embed-article' and o.subject = a.id
                      and o.revision = a.revision)`.execute(db);
  const [newest] = rows;
  if (newest === undefined) return null;
  const { rows: judgedBy } = await sql<JudgedBy>`
    select distinct ar.revision, ar.content_hash as "contentHash", last.artefact ${JUDGED}
    join article_revision ar on ar.site = c.site and ar.article_id = c.article_id and ar.revision = last.article_revision
    where c.site = ${site} and c.article_id = ${article} and c.removed_at is null and d.outcome = 'approve'
      and last.article_revision < ${newest.revision} and ${NO_VERDICT}`.execute(db);
  return { ...newest, judgedBy };
}

/** Ends the work; what was last judged by one of these texts is judged anew, unless a person has judged it since. */
export async function finishArticleChanged(
  db: Kysely<Tables>,
  site: number,
  article: number,
  judgedBy: readonly JudgedBy[],
): Promise<void> {
  await inTransaction(db, async (tx) => {
    await judgeAnew(
      tx,
      sql`
      select c.site, c.id, c.revision ${JUDGED}
      join json_to_recordset(${JSON.stringify(judgedBy)}::json) as n(revision integer, artefact text)
        on n.revision = last.article_revision and n.artefact = last.artefact
      where c.site = ${site} and c.article_id = ${article} and c.removed_at is null and d.outcome = 'approve' and ${NO_VERDICT}`,
    );
    // One that was put off again while this ran is kept.
    await sql`
      delete from outbox where site = ${site} and kind = 'article-changed' and subject = ${article}
        and due_at <= now()`.execute(tx);
    await sql`select pg_notify('premod_outbox', '')`.execute(tx);
  });
}
