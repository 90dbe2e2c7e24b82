import { type Kysely, sql } from 'kysely';

/**
 * An item that waited without its findings and left the queue without a verdict (its comment was edited or erased) stays untold: what
 * it was would tell a draw of the audit from a doubt. Of earlier ones nobody knows any more how they left.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  'alter table queue_item add column unjudged boolean not null default false',
  'create index queue_untold on queue_item (site, comment_id) where blind and (left_at is null or unjudged)',
];
