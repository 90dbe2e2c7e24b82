import { type Kysely, sql } from 'kysely';

/**
 * A draft keeps the revision on whose text it was begun, so that what was published since is not taken back unseen. Of the drafts
 * that are there the newest one is taken that was in force when they were changed last; nothing of those that came with a newer
 * premod, which take no text's place.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  'alter table draft add column begun_on integer',
  ...[
    ['rules', 'rule_revision'],
    ['policy', 'policy_revision'],
  ].map(
    ([kind, table]) => `update draft d set begun_on = (
      select max(r.revision) from ${table} r where r.site = d.site and r.published_at <= d.updated_at)
    where d.kind = '${kind}' and d.base is null`,
  ),
];
