import { type Kysely, sql } from 'kysely';
import type { Wait } from '../core/overload.js';
import type { Tables } from './schema.js';

/** For how many seconds a site has been overloaded, null where it is not; by the database's clock, which all processes share. */
export async function readOverload(db: Kysely<Tables>, site: number): Promise<number | null> {
  const { rows } = await sql<{ seconds: number | null }>`
    select extract(epoch from now() - overloaded_since)::float8 as seconds from site where site = ${site}`.execute(db);
  return rows[0]?.seconds ?? null;
}

/**
 * Of each article, the live comment that has waited longest for its judgement, where that is at least so many seconds. What failed
 * for good before and is tried again is left out: its age is that of its failure.
 */
export async function readLongestWaits(
  db: Kysely<Tables>,
  site: number,
  leastSeconds: number,
): Promise<readonly Wait[]> {
  const { rows } = await sql<Wait>`
    select a.external_id as article, ar.section, max(w.seconds) as seconds
    from (
      select c.article_id, extract(epoch from now() - min(o.created_at))::float8 as seconds
      from outbox o join comment c on c.site = o.site and c.id = o.subject
      where o.site = ${site} and o.kind = 'classify' and o.lane = 'live' and o.failed_at is null and o.attempts = 0
        and o.created_at <= now() - make_interval(secs => ${leastSeconds})
      group by c.article_id
    ) w
    join article a on a.site = ${site} and a.id = w.article_id
    join article_revision ar on ar.site = a.site and ar.article_id = a.id and ar.revision = a.revision
    group by a.external_id, ar.section`.execute(db);
  return rows;
}

/** Keeps that overload began or ended. @returns whether this call did; another process may have been faster. */
export async function keepOverload(db: Kysely<Tables>, site: number, overloaded: boolean): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update site set overloaded_since = case when ${overloaded} then now() end
    where site = ${site} and (overloaded_since is not null) <> ${overloaded}`.execute(db);
  return Number(numAffectedRows ?? 0) > 0;
}
