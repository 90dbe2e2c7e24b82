import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../src/store/schema.js';

/** What is read, and how many decisions are fetched for it, whatever the planner makes of so few. */
export async function decisionsFetched<Read>(
  db: Kysely<Tables>,
  read: (db: Kysely<Tables>) => Promise<Read>,
): Promise<{ readonly answer: Read; readonly fetched: number }> {
  return await db.transaction().execute(async (tx) => {
    await sql`set local enable_seqscan = off`.execute(tx);
    await sql`set local enable_bitmapscan = off`.execute(tx);
    // What the connection has read before may not have been passed on yet, and is among the figures then.
    const readSoFar = async () => {
      const { rows } = await sql<{ read: number }>`
        select (seq_tup_read + idx_tup_fetch)::integer as read
        from pg_stat_xact_user_tables where relid = 'decision'::regclass`.execute(tx);
      return rows[0]?.read ?? 0;
    };
    const before = await readSoFar();
    const answer = await read(tx);
    return { answer, fetched: (await readSoFar()) - before };
  });
}
