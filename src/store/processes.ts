import { hostname } from 'node:os';
import { type Kysely, sql } from 'kysely';
import type { Tables } from './schema.js';

export type ProcessRole = 'serve' | 'web' | 'work';

/** Says that this process is alive, and what it can do. */
export async function sayAlive(
  db: Kysely<Tables>,
  id: string,
  role: ProcessRole,
  detail: Record<string, unknown>,
): Promise<void> {
  await db
    .insertInto('process')
    .values({ id, role, host: hostname(), pid: process.pid, detail: JSON.stringify(detail) })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ seen_at: sql`now()`, detail: JSON.stringify(detail) }),
    )
    .execute();
  await sql`delete from process where seen_at < now() - interval '1 hour'`.execute(db);
}

/** Whether somebody works: the newest sign of life of a process that judges comments is not older than this. */
export async function somebodyWorks(db: Kysely<Tables>, withinMs: number): Promise<boolean> {
  const { rows } = await sql<{ works: boolean }>`
    select exists (select 1 from process where role in ('serve', 'work')
                   and seen_at > now() - make_interval(secs => ${withinMs / 1000})) as works`.execute(db);
  return rows[0]?.works ?? false;
}

export async function sayGone(db: Kysely<Tables>, id: string): Promise<void> {
  await db.deleteFrom('process').where('id', '=', id).execute();
}

/** Tells this installation's jobs from another's on the same Redis. */
export async function readInstallation(db: Kysely<Tables>): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from installation`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('The table installation is empty.');
  return row.id;
}

export type Backlog = {
  /** Comments that no machine has judged yet. */
  readonly undecided: number;
  /** Since when the oldest of them waits; null where none does. */
  readonly oldestSeconds: number | null;
  readonly failed: number;
  readonly waiting: number;
};

export async function readBacklog(db: Kysely<Tables>): Promise<Backlog> {
  const { rows } = await sql<{ undecided: number; oldest: number | null; failed: number; waiting: number }>`
    select count(*) filter (where kind = 'classify' and failed_at is null)::integer as undecided,
           extract(epoch from now() - min(created_at) filter (where kind = 'classify' and lane = 'live' and failed_at is null))::float8 as oldest,
           count(*) filter (where failed_at is not null)::integer as failed,
           (select count(*)::integer from queue_item where left_at is null) as waiting
    from outbox`.execute(db);
  const row = rows[0];
  return {
    undecided: row?.undecided ?? 0,
    oldestSeconds: row?.oldest ?? null,
    failed: row?.failed ?? 0,
    waiting: row?.waiting ?? 0,
  };
}
