import { type Kysely, sql } from 'kysely';
import type { Tables } from './schema.js';

/** Long work over stored comments that jobs carry on one after another, each a stretch; its row in the outbox stays until it has ended. */
export type Stretches = { readonly kind: 'rescore' | 'dry-run'; readonly id: number };

/** Hands the work to a job, where it is not on its way already; so it also goes from one job to the next. */
export async function sendStretch(
  db: Kysely<Tables>,
  site: number,
  { kind, id, pipeline = 0 }: Stretches & { readonly pipeline?: number },
): Promise<void> {
  await sql`
    insert into outbox (site, kind, lane, subject, revision, pipeline) values (${site}, ${kind}, 'bulk', ${id}, 0, ${pipeline})
    on conflict (site, kind, subject, revision, pipeline)
      do update set job_id = null, enqueued_at = null, failed_at = null, failure = null, due_at = null`.execute(db);
  await sql`select pg_notify('premod_outbox', '')`.execute(db);
}

/** Gives the work up: it has ended, or was paused. */
export async function dropStretches(db: Kysely<Tables>, site: number, { kind, id }: Stretches): Promise<void> {
  await sql`delete from outbox where site = ${site} and kind = ${kind} and subject = ${id}`.execute(db);
}
