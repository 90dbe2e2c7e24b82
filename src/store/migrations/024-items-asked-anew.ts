import { type Kysely, sql } from 'kysely';

/**
 * When somebody asked to have judged anew what waits for a person, by what is in force now: only what was asked about is let go by a
 * machine.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table queue_item add column asked_anew_at timestamptz').execute(db);
}
