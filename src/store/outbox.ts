import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { numberEvents } from './events.js';
import type { Tables } from './schema.js';

/** One piece of work that waits to be handed to the queue. */
export type OutboxRow = {
  readonly site: number;
  readonly seq: number;
  readonly kind: 'classify' | 'embed-article' | 'article-changed' | 'rescore' | 'dry-run';
  readonly lane: 'live' | 'bulk';
  readonly subject: number;
  readonly revision: number;
  readonly pipeline: number;
  readonly ageMs: number;
};

/** Ours alone: whoever holds one does that part of the relay's work for this installation. */
const LOCKS = { deliver: 7_731_002, number: 7_731_003 } as const;

/**
 * One turn of the relay: gives undelivered work to `deliver`.
 *
 * Delivering comes before remembering, so that a crash between the two delivers twice and never not at all.
 *
 * @param deliver hands rows to the queue and returns the job id of each that it handed over; it may keep some back. It is
 *   told how many live comments (at most {@link MANY}) are with the queue already.
 * @returns how many were handed over, or `elsewhere` where another process is the relay at this moment.
 */
export async function deliverOnce(
  db: Kysely<Tables>,
  most: number,
  deliver: (rows: readonly OutboxRow[], outstanding: number) => Promise<ReadonlyMap<number, string>>,
): Promise<number | 'elsewhere'> {
  return await alone(db, 'deliver', async (tx) => {
    const rows = await undelivered(tx, most);
    if (rows.length === 0) return 0;
    const jobs = await deliver(rows, await outstanding(tx));
    const delivered = rows.filter(({ seq }) => jobs.has(seq));
    await sql`
      update outbox o set job_id = n.job, enqueued_at = now()
      from unnest(${delivered.map(({ seq }) => seq)}::bigint[], ${delivered.map(({ seq }) => jobs.get(seq))}::text[])
        as n(seq, job)
      where o.seq = n.seq`.execute(tx);
    return delivered.length;
  });
}

/**
 * One turn of the relay: numbers committed events, so that they can be read. Apart from delivering, so that what people
 * decide is announced also while the queue is away.
 *
 * @returns how many were numbered, or `elsewhere` where another process does it at this moment.
 */
export async function numberOnce(db: Kysely<Tables>, most: number): Promise<number | 'elsewhere'> {
  return await alone(db, 'number', (tx) => numberEvents(tx, most));
}

async function alone<Done>(
  db: Kysely<Tables>,
  part: keyof typeof LOCKS,
  work: (tx: Transaction<Tables>) => Promise<Done>,
): Promise<Done | 'elsewhere'> {
  return await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ held: boolean }>`
      select pg_try_advisory_xact_lock(${LOCKS[part]}) as held`.execute(tx);
    return rows[0]?.held === true ? await work(tx) : 'elsewhere';
  });
}

/** More than so many nobody needs to count. */
const MANY = 64;

async function outstanding(tx: Transaction<Tables>): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::integer as n from (
      select 1 from outbox where job_id is not null and failed_at is null and kind = 'classify' and lane = 'live' limit ${MANY}
    ) counted`.execute(tx);
  return rows[0]?.n ?? 0;
}

async function undelivered(tx: Transaction<Tables>, most: number): Promise<readonly OutboxRow[]> {
  const { rows } = await sql<OutboxRow>`
    select site, seq, kind, lane, subject, revision, pipeline,
           extract(epoch from clock_timestamp() - created_at)::double precision * 1000 as "ageMs"
    from outbox
    where job_id is null and failed_at is null and (due_at is null or due_at <= now())
      -- Its jobs run beside those of live comments, but ask the model behind them: in overload they would only hold their places.
      and (kind <> 'embed-article' or not exists (
        select 1 from site s where s.site = outbox.site and s.overloaded_since is not null))
    order by seq limit ${most}`.execute(tx);
  return rows;
}

/**
 * Work that was handed over some time ago and is not recorded, with the job that should be doing it: of each lane the oldest, so
 * that a lane that is held does not hide what was lost from the other.
 */
export async function overdue(
  db: Kysely<Tables>,
  olderThanMs: number,
): Promise<readonly { readonly jobId: string; readonly lane: OutboxRow['lane'] }[]> {
  const { rows } = await sql<{ jobId: string; lane: OutboxRow['lane'] }>`
    select jobs.job_id as "jobId", lanes.lane from unnest(array['live', 'bulk']) as lanes(lane) cross join lateral (
      select job_id from (
        select o.job_id from outbox o
        where o.lane = lanes.lane and o.job_id is not null and o.failed_at is null
          and o.enqueued_at < now() - make_interval(secs => ${olderThanMs / 1000})
        order by o.enqueued_at limit 1000
      ) oldest group by job_id limit 100
    ) jobs`.execute(db);
  return rows;
}

/** Puts all overdue work of a lane back among what is to be delivered. */
export async function redeliverAll(db: Kysely<Tables>, lane: OutboxRow['lane'], olderThanMs: number): Promise<void> {
  await sql`
    update outbox set job_id = null, enqueued_at = null
    where lane = ${lane} and job_id is not null and failed_at is null
      and enqueued_at < now() - make_interval(secs => ${olderThanMs / 1000})`.execute(db);
  await sql`select pg_notify('premod_outbox', '')`.execute(db);
}

/** Puts the work of lost jobs back among what is to be delivered. */
export async function redeliver(db: Kysely<Tables>, jobIds: readonly string[]): Promise<void> {
  if (jobIds.length === 0) return;
  await sql`update outbox set job_id = null, enqueued_at = null where job_id = any(${jobIds}) and failed_at is null`.execute(
    db,
  );
  await sql`select pg_notify('premod_outbox', '')`.execute(db);
}

/**
 * Current revisions without a decision and without work on its way: there should be none, ever. Found all the same (an
 * operator restored a table, say), they get their work back.
 *
 * @returns how many there were.
 */
export async function adoptUndecided(db: Kysely<Tables>, olderThanMs: number, most: number): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into outbox (site, kind, lane, subject, revision, pipeline)
    select c.site, 'classify', 'bulk', c.id, c.revision, r.pipeline
    from (
      -- Where readers see comments at once, one is published before it is judged: nothing has moved it since it came.
      select site, id from comment where state = 'pending' or state_cause in ('accepted', 'edit')
      -- A person may judge before the machine does; then the verdict has moved it. One that an earlier premod has kept does not
      -- say so; where nothing waited it may be such a one.
      union select site, comment_id from verdict where before->'unjudged' is not null or before->>'item' is null
    ) candidate
    join comment c on c.site = candidate.site and c.id = candidate.id
    join comment_revision r on r.site = c.site and r.comment_id = c.id and r.revision = c.revision
    where c.removed_at is null
      and r.accepted_at < now() - make_interval(secs => ${olderThanMs / 1000})
      and not exists (select 1 from decision d where d.site = c.site and d.comment_id = c.id and d.revision = c.revision)
      and not exists (select 1 from outbox o where o.site = c.site and o.kind = 'classify' and o.subject = c.id
                      and o.revision = c.revision)
    limit ${most}
    on conflict do nothing`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Remembers that work failed for good, for whoever looks after the service. The message holds no comment text. */
export async function markFailed(
  db: Kysely<Tables>,
  site: number,
  kind: OutboxRow['kind'],
  subjects: readonly { readonly subject: number; readonly revision: number }[],
  failure: string,
): Promise<void> {
  await setFailed(db, site, kind, subjects, sql`failure = ${failure}, attempts = attempts + 1`);
}

/**
 * Remembers comments that were judged without scores: they are weighed later. Where that is for want of time they are bulk work
 * from now on, because nobody waits for them any more; to be left out in overload is no failure, and counts as none.
 */
export async function putOffWeighing(
  db: Kysely<Tables>,
  site: number,
  subjects: readonly { readonly subject: number; readonly revision: number }[],
  why: 'model' | 'deadline' | 'overload',
): Promise<void> {
  const set = {
    model: sql`failure = 'The model could not be asked.', attempts = attempts + 1`,
    deadline: sql`failure = 'The model did not answer in time.', attempts = attempts + 1, lane = 'bulk'`,
    overload: sql`failure = 'More comments waited than could be weighed in time.', lane = 'bulk'`,
  };
  await setFailed(db, site, 'classify', subjects, set[why]);
}

async function setFailed(
  db: Kysely<Tables>,
  site: number,
  kind: OutboxRow['kind'],
  subjects: readonly { readonly subject: number; readonly revision: number }[],
  set: RawBuilder<unknown>,
): Promise<void> {
  if (subjects.length === 0) return;
  await sql`
    update outbox set failed_at = now(), ${set}
    where site = ${site} and kind = ${kind}
      and (subject, revision) in (select * from unnest(${subjects.map(({ subject }) => subject)}::bigint[],
                                                       ${subjects.map(({ revision }) => revision)}::integer[]))`.execute(
    db,
  );
}

export type FailedWork = {
  readonly seq: number;
  readonly kind: string;
  readonly comment: string | null;
  readonly revision: number;
  readonly failure: string;
  readonly failedAt: string;
};

/** Work that failed for good, newest work first; `before` is the `seq` of the one before the first. */
export async function readFailures(
  db: Kysely<Tables>,
  site: number,
  limit: number,
  before: number | null = null,
): Promise<readonly FailedWork[]> {
  const { rows } = await sql<{
    seq: number;
    kind: string;
    comment: string | null;
    revision: number;
    failure: string;
    at: Date;
  }>`
    select o.seq, o.kind, c.external_id as comment, o.revision, coalesce(o.failure, '') as failure, o.failed_at as at
    from outbox o left join comment c on o.kind = 'classify' and c.site = o.site and c.id = o.subject
    where o.site = ${site} and o.failed_at is not null and (${before}::bigint is null or o.seq < ${before})
    order by o.seq desc limit ${limit}`.execute(db);
  return rows.map(({ at, ...row }) => ({ ...row, failedAt: at.toISOString() }));
}

/** Puts work that failed some time ago back on its way: the model answers again. */
export async function retryFailed(db: Kysely<Tables>, olderThanMs: number): Promise<number> {
  const { numAffectedRows } = await sql`
    update outbox set failed_at = null, failure = null, job_id = null, enqueued_at = null
    where failed_at < now() - make_interval(secs => ${olderThanMs / 1000} * power(2, least(attempts, 10)))`.execute(db);
  if (Number(numAffectedRows ?? 0) > 0) await sql`select pg_notify('premod_outbox', '')`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Puts failed work back on its way; `seq` narrows it to one. */
export async function retryFailures(db: Kysely<Tables>, site: number, seq: number | null): Promise<number> {
  const { numAffectedRows } = await sql`
    update outbox set failed_at = null, failure = null, job_id = null, enqueued_at = null
    where site = ${site} and failed_at is not null and (${seq}::bigint is null or seq = ${seq})`.execute(db);
  await sql`select pg_notify('premod_outbox', '')`.execute(db);
  return Number(numAffectedRows ?? 0);
}
