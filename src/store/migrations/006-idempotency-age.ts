import { type Kysely, sql } from 'kysely';

/** Lets the sweeper find old idempotency keys without reading every key of the day. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index idempotency_age on idempotency (created_at)`.execute(db);
}
