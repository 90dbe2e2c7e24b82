import { type Kysely, sql } from 'kysely';

/** Since when more live comments wait than can be judged in time, for all processes; and the way to those that wait longest. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table site add column overloaded_since timestamptz`.execute(db);
  await sql`
    create index outbox_live on outbox (created_at) where kind = 'classify' and lane = 'live' and failed_at is null`.execute(
    db,
  );
}
