import { type Kysely, sql } from 'kysely';
import { NotFound } from '../core/errors.js';
import type { Evaluation } from '../core/evaluation.js';
import type { DryRunChangeView, DryRunView } from '../core/revision-views.js';
import { waitsBlind } from './blind-items.js';
import { internalId } from './ids.js';
import { type Judgeable, loadJudgeables } from './judgeables.js';
import { readOverload } from './load.js';
import { activePipeline } from './pipelines.js';
import type { RevisionKind } from './revisions.js';
import type { Tables } from './schema.js';
import { dropStretches, sendStretch } from './stretches.js';
import { inTransaction } from './transaction.js';

/** Which comments are asked: those written in a stretch of time, of them the newest. Times are RFC 3339. */
export type DryRunScope = { readonly from: string | null; readonly until: string | null };

/** So many dry runs are kept; older ones go when a new one begins. */
const KEPT = 30;

/** What is tried, as the content of a revision; the rest is judged by as the pipeline has it. */
export type Candidate = { readonly kind: RevisionKind; readonly content: unknown };

/**
 * Starts a dry run, against the pipeline that is active, over the newest `limit` comments of its scope that were decided.
 *
 * @throws NotFound where the service has never started on this store.
 */
export async function createDryRun(
  db: Kysely<Tables>,
  site: number,
  request: {
    readonly drafts: readonly string[];
    readonly scope: DryRunScope;
    readonly limit: number;
    readonly candidate: Candidate;
    /** The rules whose matches are counted. */
    readonly watched: readonly string[];
    readonly by: string;
  },
): Promise<string> {
  return await inTransaction(db, async (tx) => {
    const pipeline = await activePipeline(tx, site);
    if (pipeline === null) throw new NotFound('pipeline', 'active');
    const { rows } = await sql<{ total: number; first: number; upto: number }>`
      select count(*)::integer as total, coalesce(min(id), 1) as first, coalesce(max(id), 0) as upto from (
        select c.id ${inScope(site, request.scope)} order by c.id desc limit ${request.limit}
      ) newest`.execute(tx);
    const { total, first, upto } = rows[0] ?? { total: 0, first: 1, upto: 0 };
    const { id } = await tx
      .insertInto('dry_run')
      .values({
        site,
        status: 'running',
        drafts: JSON.stringify(request.drafts),
        scope: JSON.stringify(request.scope),
        pipeline,
        [request.candidate.kind]: JSON.stringify(request.candidate.content),
        total,
        cursor: first - 1,
        upto,
        matched: JSON.stringify(Object.fromEntries(request.watched.map((rule) => [rule, 0]))),
        requested_by: request.by,
        finished_at: null,
        error: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await sql`
      delete from dry_run where site = ${site} and status <> 'running' and id not in (
        select id from dry_run where site = ${site} order by id desc limit ${KEPT}
      )`.execute(tx);
    await sendStretch(tx, site, { kind: 'dry-run', id });
    return String(id);
  });
}

function inScope(site: number, { from, until }: DryRunScope) {
  return sql`
    from comment c
    join decision d on d.site = c.site and d.comment_id = c.id and d.revision = c.revision and d.effective
    where c.site = ${site} and c.removed_at is null and not ${waitsBlind}
      and (${from}::timestamptz is null or c.created_at >= ${from}::timestamptz)
      and (${until}::timestamptz is null or c.created_at < ${until}::timestamptz)`;
}

/** What a running dry run needs to go on; null where it has ended, or never was. */
export async function readRunningDryRun(
  db: Kysely<Tables>,
  site: number,
  id: number,
): Promise<{
  readonly pipeline: number;
  readonly cursor: number;
  readonly upto: number;
  readonly scope: DryRunScope;
  readonly candidate: Candidate;
  readonly watched: readonly string[];
} | null> {
  const row = await db
    .selectFrom('dry_run')
    .select(['pipeline', 'cursor', 'upto', 'scope', 'rules', 'policy', 'matched'])
    .where('site', '=', site)
    .where('id', '=', id)
    .where('status', '=', 'running')
    .executeTakeFirst();
  if (row === undefined) return null;
  const { matched, scope, rules, policy, ...rest } = row;
  const candidate: Candidate = rules === null ? { kind: 'policy', content: policy } : { kind: 'rules', content: rules };
  return { ...rest, candidate, scope: scope as DryRunScope, watched: Object.keys(matched) };
}

/** Comments after the cursor, each with the best scores that are stored of it: the artefact's own, of the whole article, newest. */
export async function loadDryRunChunk(
  db: Kysely<Tables>,
  site: number,
  at: { readonly cursor: number; readonly upto: number; readonly scope: DryRunScope },
  target: { readonly artefact: string; readonly normaliser: string },
  size: number,
): Promise<{
  readonly items: readonly { readonly judgeable: Judgeable; readonly stored: Evaluation | null }[];
  readonly last: number | null;
}> {
  const { rows } = await sql<{ id: number; revision: number }>`
    select c.id, c.revision ${inScope(site, at.scope)} and c.id > ${at.cursor} and c.id <= ${at.upto}
    order by c.id limit ${size}`.execute(db);
  const judgeables = await loadJudgeables(
    db,
    site,
    rows.map(({ id, revision }) => ({ commentId: id, revision })),
  );
  const { rows: evaluations } = await sql<{ comment_id: number; content: Evaluation }>`
    select distinct on (e.comment_id) e.comment_id, e.content
    from unnest(${rows.map(({ id }) => id)}::bigint[], ${rows.map(({ revision }) => revision)}::integer[]) as n(id, revision)
    join evaluation e on e.site = ${site} and e.comment_id = n.id and e.revision = n.revision
    order by e.comment_id, (e.artefact = ${target.artefact} and e.normaliser = ${target.normaliser}) desc,
             e.topic_basis <> 'provisional' desc, e.id desc`.execute(db);
  const stored = new Map(evaluations.map(({ comment_id, content }) => [comment_id, content]));
  const items = judgeables.map((judgeable) => ({ judgeable, stored: stored.get(judgeable.commentId) ?? null }));
  return { items, last: rows.at(-1)?.id ?? null };
}

/**
 * Keeps what a chunk found and moves the cursor, in one transaction, so that a chunk counts once however often it runs.
 *
 * @returns `stale` where the cursor has moved on or the dry run has ended: nothing was kept, the runner stops.
 */
export async function recordDryRunChunk(
  db: Kysely<Tables>,
  site: number,
  id: number,
  chunk: {
    readonly cursor: number;
    readonly last: number;
    readonly done: number;
    readonly unscored: number;
    readonly matched: Readonly<Record<string, number>>;
    readonly changes: readonly (Omit<DryRunChangeView, 'commentId' | 'text'> & { readonly commentId: number })[];
  },
): Promise<'kept' | 'stale'> {
  return await inTransaction(db, async (tx) => {
    const run = await tx
      .selectFrom('dry_run')
      .select(['cursor', 'matched'])
      .where('site', '=', site)
      .where('id', '=', id)
      .where('status', '=', 'running')
      .forUpdate()
      .executeTakeFirst();
    if (run === undefined || run.cursor !== chunk.cursor) return 'stale';
    const matched = Object.fromEntries(
      Object.entries(run.matched).map(([rule, count]) => [rule, count + (chunk.matched[rule] ?? 0)]),
    );
    if (chunk.changes.length > 0) {
      await sql`
        insert into dry_run_change (site, dry_run_id, comment_id, revision, from_outcome, to_outcome, rules, reasons)
        select ${site}, ${id}, n."commentId", n.revision, n."from", n."to",
               array(select jsonb_array_elements_text(n.rules)), n.reasons
        from json_to_recordset(${JSON.stringify(chunk.changes)}::json)
          as n("commentId" bigint, revision integer, "from" text, "to" text, rules jsonb, reasons jsonb)
        -- One that was erased meanwhile has nothing to be shown.
        join comment_revision r on r.site = ${site} and r.comment_id = n."commentId" and r.revision = n.revision
        on conflict do nothing`.execute(tx);
    }
    await tx
      .updateTable('dry_run')
      .set({
        cursor: chunk.last,
        done: sql<number>`done + ${chunk.done}`,
        unscored: sql<number>`unscored + ${chunk.unscored}`,
        matched: JSON.stringify(matched),
      })
      .where('site', '=', site)
      .where('id', '=', id)
      .execute();
    return 'kept';
  });
}

/** Ends a dry run: it is done, or failed with a reason that holds no comment text. */
export async function finishDryRun(
  db: Kysely<Tables>,
  site: number,
  id: number,
  end: { readonly status: 'done' } | { readonly status: 'failed'; readonly error: string },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    await tx
      .updateTable('dry_run')
      .set({
        status: end.status,
        finished_at: new Date(),
        error: end.status === 'failed' ? end.error : null,
        // Comments that were erased or changed on the way were counted at the start and not met.
        ...(end.status === 'done' && { total: sql<number>`done` }),
      })
      .where('site', '=', site)
      .where('id', '=', id)
      .where('status', '=', 'running')
      .execute();
    await dropStretches(tx, site, { kind: 'dry-run', id });
  });
}

/** @param kind what it tries. @throws NotFound */
export async function readDryRun(
  db: Kysely<Tables>,
  site: number,
  kind: RevisionKind,
  id: string,
): Promise<DryRunView> {
  const row = await db
    .selectFrom('dry_run')
    .selectAll()
    .where('site', '=', site)
    .where('id', '=', internalId(id) ?? 0)
    .where(kind, 'is not', null)
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('dry run', id);
  const changes = await db
    .selectFrom('dry_run_change')
    .select(['from_outcome as from', 'to_outcome as to', sql<number>`count(*)::integer`.as('count')])
    .where('site', '=', site)
    .where('dry_run_id', '=', row.id)
    .groupBy(['from_outcome', 'to_outcome'])
    .orderBy('count', 'desc')
    .execute();
  const waits = row.status === 'running' && (await readOverload(db, site)) !== null;
  const judged = row.done - row.unscored;
  const byRule = Object.entries(row.matched)
    .map(([rule, matched]) => ({ rule, matched, share: judged === 0 ? 0 : matched / judged }))
    .sort((a, b) => b.matched - a.matched || (a.rule < b.rule ? -1 : 1));
  return {
    id: String(row.id),
    status: row.status,
    waitsFor: waits ? 'overload' : null,
    drafts: row.drafts,
    total: row.total,
    done: row.done,
    unscored: row.unscored,
    changes,
    byRule,
    requestedBy: row.requested_by,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    error: row.error,
  };
}

/** A page of the decisions that would change, in the order in which the comments came; `after` is our number of the last one. */
export async function readDryRunChanges(
  db: Kysely<Tables>,
  site: number,
  id: string,
  limit: number,
  after: number | null,
): Promise<readonly (DryRunChangeView & { readonly number: number })[]> {
  const { rows } = await sql<DryRunChangeView & { number: number }>`
    select c.external_id as "commentId", d.revision, d.from_outcome as "from", d.to_outcome as "to", d.rules, d.reasons,
           r.text, d.comment_id as number
    from dry_run_change d
    join comment c on c.site = d.site and c.id = d.comment_id
    join comment_revision r on r.site = d.site and r.comment_id = d.comment_id and r.revision = d.revision
    where d.site = ${site} and d.dry_run_id = ${internalId(id)} and d.comment_id > ${after ?? 0}
    order by d.comment_id limit ${limit}`.execute(db);
  return rows;
}
