import { type Kysely, sql } from 'kysely';

/** Work may be put off until a time; without one it is due at once. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table outbox add column due_at timestamptz`.execute(db);
}
