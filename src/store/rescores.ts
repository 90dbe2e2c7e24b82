import { type Kysely, sql } from 'kysely';
import type { Outcome } from '../core/decision.js';
import { Conflict, NotFound } from '../core/errors.js';
import type { Label } from '../core/labels.js';
import type { RescoredView } from '../core/views.js';
import { waitsBlind } from './blind-items.js';
import { announce } from './events.js';
import { internalId } from './ids.js';
import { readOverload } from './load.js';
import type { Tables } from './schema.js';
import { sendStretch } from './stretches.js';
import { inTransaction } from './transaction.js';

export type RescoreScope = {
  readonly section: string | null;
  readonly from: string | null;
  readonly to: string | null;
};

export type Rescore = {
  readonly id: string;
  readonly status: 'running' | 'paused' | 'done' | 'failed';
  /** What it waits for while it runs: live comments come first. */
  readonly waitsFor: 'overload' | null;
  readonly mode: 'report' | 'open';
  readonly scope: RescoreScope;
  /** Fingerprint of the pipeline under which comments are judged anew. */
  readonly pipeline: string;
  readonly total: number;
  readonly done: number;
  /** Of those done, how many were judged from stored scores. */
  readonly reused: number;
  /** Of those done, how many could not be weighed, so that nothing is known of them. */
  readonly notWeighed: number;
  readonly flips: readonly { readonly from: Outcome; readonly to: Outcome; readonly count: number }[];
  readonly requestedBy: string;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  /** Why it failed, or why the model keeps it waiting while it runs. */
  readonly error: string | null;
};

/** Starts a rescoring: the comments that are there now, in the order in which they came. */
export async function createRescore(
  db: Kysely<Tables>,
  site: number,
  request: {
    readonly mode: 'report' | 'open';
    readonly scope: RescoreScope;
    readonly pipeline: number;
    readonly by: string;
  },
): Promise<string> {
  return await inTransaction(db, async (tx) => {
    const { rows } = await sql<{ total: number; upto: number }>`
      select count(*)::integer as total, coalesce(max(c.id), 0) as upto ${inScope(site, request.scope)}`.execute(tx);
    const [counted] = rows;
    const { id } = await tx
      .insertInto('rescore')
      .values({
        site,
        status: 'running',
        mode: request.mode,
        scope: JSON.stringify(request.scope),
        pipeline: request.pipeline,
        total: counted?.total ?? 0,
        upto: counted?.upto ?? 0,
        requested_by: request.by,
        finished_at: null,
        error: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await sendStretch(tx, site, { kind: 'rescore', id, pipeline: request.pipeline });
    return String(id);
  });
}

/** Only what was decided is judged anew; what is pending, or waits blind, will be judged anyway. */
export function inScope(site: number, { section, from, to }: RescoreScope) {
  return sql`
    from comment c
    join decision d on d.site = c.site and d.comment_id = c.id and d.revision = c.revision and d.effective
    join article a on a.site = c.site and a.id = c.article_id
    join article_revision ar on ar.site = a.site and ar.article_id = a.id and ar.revision = a.revision
    where c.site = ${site} and c.removed_at is null and not ${waitsBlind}
      and (${section}::text is null or ar.section = ${section})
      and (${from}::timestamptz is null or c.created_at >= ${from}::timestamptz)
      and (${to}::timestamptz is null or c.created_at < ${to}::timestamptz)`;
}

/** Pauses a running rescoring or resumes one that was paused or failed. */
export async function changeRescore(
  db: Kysely<Tables>,
  site: number,
  id: string,
  change: 'pause' | 'resume',
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const row = await tx
      .selectFrom('rescore')
      .select(['id', 'status', 'pipeline', 'done', 'total'])
      .where('site', '=', site)
      .where('id', '=', internalId(id) ?? 0)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) throw new NotFound('rescoring', id);
    if (row.status === 'done') throw new Conflict('The rescoring is done.');
    const status = change === 'pause' ? 'paused' : 'running';
    if (row.status === status) return;
    await tx
      .updateTable('rescore')
      .set({ status, error: null, finished_at: null })
      .where('site', '=', site)
      .where('id', '=', row.id)
      .execute();
    if (change === 'resume') await sendStretch(tx, site, { kind: 'rescore', id: row.id, pipeline: row.pipeline });
    const { done, total } = row;
    await announce(tx, site, 'rescore.progress', { rescoreId: id, status, done, total });
    await sql`select pg_notify('premod_outbox', '')`.execute(tx);
  });
}

/** One rescoring with its counts of flips. @throws NotFound */
export async function readRescore(db: Kysely<Tables>, site: number, id: string): Promise<Rescore> {
  const [found] = await listRescores(db, site, 1, id);
  if (found === undefined) throw new NotFound('rescoring', id);
  return found;
}

/** Rescorings, newest first: one by its id, or those that were started before another. */
export async function listRescores(
  db: Kysely<Tables>,
  site: number,
  limit: number,
  id: string | null = null,
  before: string | null = null,
): Promise<readonly Rescore[]> {
  const rows = await db
    .selectFrom('rescore as r')
    .innerJoin('pipeline as p', (join) => join.onRef('p.site', '=', 'r.site').onRef('p.pipeline', '=', 'r.pipeline'))
    .selectAll('r')
    .select('p.fingerprint')
    .where('r.site', '=', site)
    .$if(id !== null, (query) => query.where('r.id', '=', internalId(id ?? '') ?? 0))
    .$if(before !== null, (query) => query.where('r.id', '<', internalId(before ?? '') ?? 0))
    .orderBy('r.id', 'desc')
    .limit(limit)
    .execute();
  const flips = await db
    .selectFrom('rescore_flip')
    .select(['rescore_id', 'from_outcome as from', 'to_outcome as to', sql<number>`count(*)::integer`.as('count')])
    .where('site', '=', site)
    .where('rescore_id', '=', sql<number>`any(${rows.map((row) => row.id)})`)
    .groupBy(['rescore_id', 'from_outcome', 'to_outcome'])
    .orderBy('count', 'desc')
    .execute();
  const isOverloaded = rows.some(({ status }) => status === 'running') && (await readOverload(db, site)) !== null;
  return rows.map((row) => ({
    id: String(row.id),
    status: row.status,
    waitsFor: isOverloaded && row.status === 'running' ? 'overload' : null,
    mode: row.mode,
    scope: row.scope as RescoreScope,
    pipeline: row.fingerprint,
    total: row.total,
    done: row.done,
    reused: row.reused,
    notWeighed: row.failed,
    flips: flips.filter(({ rescore_id }) => rescore_id === row.id).map(({ from, to, count }) => ({ from, to, count })),
    requestedBy: row.requested_by,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    error: row.error,
  }));
}

export type Flip = {
  readonly commentId: string;
  readonly revision: number;
  readonly from: Outcome;
  readonly to: Outcome;
  readonly label: Label | null;
  readonly severity: number;
  readonly change: number;
  /** A person has judged this revision; the flip is only reported. */
  readonly hasVerdict: boolean;
  readonly opened: boolean;
};

/** A page of the decisions that would flip, worst first: those that would be held back, then those let go, by how far. */
export async function readFlips(
  db: Kysely<Tables>,
  site: number,
  id: string,
  limit: number,
  offset: number,
): Promise<readonly Flip[]> {
  const { rows } = await sql<Flip>`
    select c.external_id as "commentId", f.revision, f.from_outcome as "from", f.to_outcome as "to", f.label, f.severity,
           f.change, f.has_verdict as "hasVerdict", f.opened
    from rescore_flip f join comment c on c.site = f.site and c.id = f.comment_id
    where f.site = ${site} and f.rescore_id = ${internalId(id)}
    order by f.severity desc, f.change desc, f.comment_id limit ${limit} offset ${offset}`.execute(db);
  return rows;
}

/** What the newest rescoring that put a comment's revision before a person found, by the comment's id. */
export async function readRescored(
  db: Kysely<Tables>,
  site: number,
  subjects: readonly { readonly commentId: number; readonly revision: number }[],
): Promise<ReadonlyMap<number, RescoredView>> {
  if (subjects.length === 0) return new Map();
  const { rows } = await sql<
    Pick<RescoredView, 'decision' | 'pipeline'> & { id: number; detail: Omit<RescoredView, 'decision' | 'pipeline'> }
  >`
    select distinct on (f.comment_id) f.comment_id as id, f.to_outcome as decision, f.detail, p.fingerprint as pipeline
    from unnest(${subjects.map(({ commentId }) => commentId)}::bigint[], ${subjects.map(({ revision }) => revision)}::integer[])
      as n(id, revision)
    join rescore_flip f on f.site = ${site} and f.comment_id = n.id and f.revision = n.revision
    join rescore r on r.site = f.site and r.id = f.rescore_id
    join pipeline p on p.site = r.site and p.pipeline = r.pipeline
    where f.opened and f.detail is not null
    order by f.comment_id, f.rescore_id desc`.execute(db);
  return new Map(rows.map(({ id, decision, pipeline, detail }) => [id, { decision, pipeline, ...detail }]));
}
