import { type Kysely, sql } from 'kysely';
import type { Decision, Outcome } from '../core/decision.js';
import type { Evaluation } from '../core/evaluation.js';
import { severityOf } from '../core/urgency.js';
import { type EvaluationKey, keepEvaluations } from './evaluations.js';
import { announce } from './events.js';
import { type Judgeable, loadJudgeables } from './judgeables.js';
import { enterQueue } from './queue-items.js';
import { inScope, type RescoreScope } from './rescores.js';
import type { Tables } from './schema.js';
import { dropStretches } from './stretches.js';
import { inTransaction } from './transaction.js';

export type RescoreChunk = {
  readonly items: readonly {
    readonly judgeable: Judgeable;
    readonly before: { readonly outcome: Outcome; readonly severity: number };
    /** The scores of the target artefact, where they are stored already. */
    readonly stored: Evaluation | null;
  }[];
  /** The last comment's id; the next chunk begins after it. Null where nothing is left. */
  readonly last: number | null;
};

export type RescoreTarget = { readonly artefact: string; readonly normaliser: string };

/** What a running rescoring needs to go on; null where it was paused, ended, or never was. */
export async function readRunning(
  db: Kysely<Tables>,
  site: number,
  id: number,
): Promise<{
  readonly pipeline: number;
  readonly cursor: number;
  readonly upto: number;
  readonly scope: RescoreScope;
  /** How often in a row it has waited for the model. */
  readonly waits: number;
} | null> {
  const row = await db
    .selectFrom('rescore as r')
    .leftJoin('outbox as o', (join) =>
      join.onRef('o.site', '=', 'r.site').on('o.kind', '=', 'rescore').onRef('o.subject', '=', 'r.id'),
    )
    .select(['r.pipeline', 'r.cursor', 'r.upto', 'r.scope', 'o.attempts'])
    .where('r.site', '=', site)
    .where('r.id', '=', id)
    .where('r.status', '=', 'running')
    .executeTakeFirst();
  if (row === undefined) return null;
  const { attempts, scope, ...at } = row;
  return { ...at, scope: scope as RescoreScope, waits: attempts ?? 0 };
}

/** A model that is started again answers after seconds; one that an operator has to mend is not asked more often than this. */
const MOST_WAIT_SECONDS = 60;

/** Puts a rescoring off for some seconds, twice as long each time, and says in it what it waits for. */
export async function waitForModel(db: Kysely<Tables>, site: number, id: number): Promise<void> {
  await inTransaction(db, async (tx) => {
    const waiting = await tx
      .updateTable('rescore')
      .set({ error: 'The model does not answer. The rescoring goes on by itself when it does.' })
      .where('site', '=', site)
      .where('id', '=', id)
      .where('status', '=', 'running')
      .returning('id')
      .executeTakeFirst();
    if (waiting === undefined) return await dropStretches(tx, site, { kind: 'rescore', id });
    await sql`
      update outbox set job_id = null, enqueued_at = null, attempts = attempts + 1,
        due_at = now() + make_interval(secs => least(${MOST_WAIT_SECONDS}, power(2, least(attempts, 10))))
      where site = ${site} and kind = 'rescore' and subject = ${id}`.execute(tx);
  });
}

export async function loadRescoreChunk(
  db: Kysely<Tables>,
  site: number,
  at: { readonly cursor: number; readonly upto: number; readonly scope: RescoreScope },
  target: RescoreTarget,
  size: number,
): Promise<RescoreChunk> {
  const { rows } = await sql<{
    id: number;
    revision: number;
    outcome: Outcome;
    detail: Pick<Decision, 'flags' | 'reasons' | 'spans'>;
    degraded: boolean;
  }>`
    select c.id, c.revision, d.outcome, d.detail, d.degraded ${inScope(site, at.scope)}
      and c.id > ${at.cursor} and c.id <= ${at.upto}
    order by c.id limit ${size}`.execute(db);
  const judgeables = await loadJudgeables(
    db,
    site,
    rows.map(({ id, revision }) => ({ commentId: id, revision })),
  );
  const byId = new Map(judgeables.map((judgeable) => [judgeable.commentId, judgeable]));
  const stored = await storedEvaluations(db, site, judgeables, target);
  const items = rows.flatMap(({ id, outcome, detail, degraded }) => {
    const judgeable = byId.get(id);
    if (judgeable === undefined) return [];
    const { severity } = severityOf({ ...detail, outcome, degraded });
    return [{ judgeable, before: { outcome, severity }, stored: stored.get(id) ?? null }];
  });
  return { items, last: rows.at(-1)?.id ?? null };
}

async function storedEvaluations(
  db: Kysely<Tables>,
  site: number,
  judgeables: readonly Judgeable[],
  { artefact, normaliser }: RescoreTarget,
): Promise<ReadonlyMap<number, Evaluation>> {
  const keys = judgeables.map((judgeable) => ({
    comment: judgeable.commentId,
    revision: judgeable.revision,
    article: judgeable.article.revision,
    parent: judgeable.parent?.revision ?? 0,
  }));
  const { rows } = await sql<{ comment_id: number; content: Evaluation }>`
    select distinct on (e.comment_id) e.comment_id, e.content
    from json_to_recordset(${JSON.stringify(keys)}::json) as n(comment bigint, revision integer, article integer, parent integer)
    join evaluation e on e.site = ${site} and e.comment_id = n.comment and e.revision = n.revision
      and e.article_revision = n.article and e.parent_revision = n.parent and e.artefact = ${artefact}
      and e.normaliser = ${normaliser} and e.topic_basis <> 'provisional'
    order by e.comment_id, e.id desc`.execute(db);
  return new Map(rows.map(({ comment_id, content }) => [comment_id, content]));
}

export type Rejudged = {
  readonly commentId: number;
  readonly revision: number;
  readonly articleId: number;
  readonly before: { readonly outcome: Outcome; readonly severity: number };
  readonly decision: Decision;
  /** Null where stored scores were used. */
  readonly evaluation: { readonly key: EvaluationKey; readonly content: Evaluation } | null;
};

/**
 * Keeps what a chunk found and moves the cursor, in one transaction, so that a chunk counts once however often it runs.
 *
 * @returns `stale` where the cursor has moved on or the rescoring was paused: nothing was kept, the runner stops.
 */
export async function recordRescoreChunk(
  db: Kysely<Tables>,
  site: number,
  id: number,
  chunk: {
    readonly cursor: number;
    readonly last: number;
    readonly rejudged: readonly Rejudged[];
    readonly unweighed: number;
  },
  at: Date,
): Promise<'kept' | 'stale'> {
  return await inTransaction(db, async (tx) => {
    const rescore = await tx
      .selectFrom('rescore')
      .select(['status', 'cursor', 'mode', 'total', 'done', 'error'])
      .where('site', '=', site)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (rescore === undefined || rescore.status !== 'running' || rescore.cursor !== chunk.cursor) return 'stale';

    await keepEvaluations(
      tx,
      site,
      chunk.rejudged.flatMap(({ evaluation }) => evaluation ?? []),
      at,
    );
    const flips = await keepFlips(tx, site, id, chunk.rejudged);
    if (rescore.mode === 'open') await openFlips(tx, site, id, chunk.rejudged, flips, at);
    const done = rescore.done + chunk.rejudged.length + chunk.unweighed;
    await tx
      .updateTable('rescore')
      .set({
        cursor: chunk.last,
        done,
        reused: sql<number>`reused + ${chunk.rejudged.filter(({ evaluation }) => evaluation === null).length}`,
        failed: sql<number>`failed + ${chunk.unweighed}`,
        error: null,
      })
      .where('site', '=', site)
      .where('id', '=', id)
      .execute();
    // The model is back: its next absence is a new one.
    if (rescore.error !== null) {
      await sql`update outbox set attempts = 0 where site = ${site} and kind = 'rescore' and subject = ${id}`.execute(
        tx,
      );
    }
    await announce(tx, site, 'rescore.progress', {
      rescoreId: String(id),
      status: 'running',
      done,
      total: Math.max(rescore.total, done),
    });
    await sql`select pg_notify('premod_outbox', '')`.execute(tx);
    return 'kept';
  });
}

/** Flips whose comment still stands as it was judged; returns those comments' ids. */
async function keepFlips(
  tx: Kysely<Tables>,
  site: number,
  rescore: number,
  rejudged: readonly Rejudged[],
): Promise<ReadonlySet<number>> {
  const rows = rejudged.flatMap(({ commentId, revision, before, decision }) => {
    if (before.outcome === decision.outcome) return [];
    const { severity, label } = severityOf(decision);
    const change = Math.abs(severity - before.severity);
    const { outcome: to, flags, reasons, spans } = decision;
    const detail = { flags, reasons, spans };
    return [{ commentId, revision, from: before.outcome, to, label, severity, change, detail }];
  });
  if (rows.length === 0) return new Set();
  const { rows: kept } = await sql<{ comment_id: number; has_verdict: boolean }>`
    insert into rescore_flip (site, rescore_id, comment_id, revision, from_outcome, to_outcome, label, severity, change,
                              detail, has_verdict)
    select ${site}, ${rescore}, n."commentId", n.revision, n."from", n."to", n.label, n.severity, n.change, n.detail,
           exists (select 1 from verdict v where v.site = c.site and v.comment_id = c.id and v.revision = c.revision
                   and v.undone_at is null)
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as n("commentId" bigint, revision integer, "from" text, "to" text, label text, severity double precision,
           change double precision, detail jsonb)
    join comment c on c.site = ${site} and c.id = n."commentId" and c.revision = n.revision and c.removed_at is null
    on conflict do nothing
    returning comment_id, has_verdict`.execute(tx);
  return new Set(kept.filter(({ has_verdict }) => !has_verdict).map(({ comment_id }) => comment_id));
}

/** Puts flipped comments before a person. A person's verdict is left alone, and so is what waits already. */
async function openFlips(
  tx: Parameters<typeof enterQueue>[0],
  site: number,
  rescore: number,
  rejudged: readonly Rejudged[],
  flips: ReadonlySet<number>,
  at: Date,
): Promise<void> {
  for (const { commentId, revision, articleId, decision } of rejudged) {
    if (!flips.has(commentId)) continue;
    const waiting = await tx
      .selectFrom('queue_item')
      .select('id')
      .where('site', '=', site)
      .where('comment_id', '=', commentId)
      .where('left_at', 'is', null)
      .executeTakeFirst();
    if (waiting !== undefined) continue;
    await enterQueue(tx, site, {
      commentId,
      revision,
      articleId,
      cause: 'rescore',
      decision,
      reports: 0,
      enteredAt: at,
    });
    await sql`update rescore_flip set opened = true
              where site = ${site} and rescore_id = ${rescore} and comment_id = ${commentId}`.execute(tx);
  }
}

/** Ends a rescoring: it is done, or failed with a reason that holds no comment text; or hands it over to another job. */
export async function finishRescore(
  db: Kysely<Tables>,
  site: number,
  id: number,
  end: { readonly status: 'done' } | { readonly status: 'failed'; readonly error: string },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const row = await tx
      .updateTable('rescore')
      .set({
        status: end.status,
        finished_at: new Date(),
        error: end.status === 'failed' ? end.error : null,
        // Comments that were erased or changed on the way were counted at the start and not met: the bar becomes true.
        ...(end.status === 'done' && { total: sql<number>`done` }),
      })
      .where('site', '=', site)
      .where('id', '=', id)
      .where('status', '=', 'running')
      .returning(['done', 'total'])
      .executeTakeFirst();
    await dropStretches(tx, site, { kind: 'rescore', id });
    if (row === undefined) return;
    await announce(tx, site, 'rescore.progress', { rescoreId: String(id), status: end.status, ...row });
    await sql`select pg_notify('premod_outbox', '')`.execute(tx);
  });
}

/** Gives the work of a rescoring up that was paused or has ended; one that was resumed meanwhile keeps it. */
export async function dropRescoreWork(db: Kysely<Tables>, site: number, id: number): Promise<void> {
  await inTransaction(db, async (tx) => {
    const rescore = await tx
      .selectFrom('rescore')
      .select('status')
      .where('site', '=', site)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (rescore?.status !== 'running') await dropStretches(tx, site, { kind: 'rescore', id });
  });
}
