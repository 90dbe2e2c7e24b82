import { type Kysely, sql } from 'kysely';

/**
 * For the audit's figures: how many decisions there were is read from an index alone, and those that say more than "nothing found"
 * from another that holds no others. The statistics are for the second: without them PostgreSQL takes nearly all decisions to have
 * flags, and goes through the whole table.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create index decision_audited on decision (site, decided_at) include (outcome, comment_id, revision, evaluation_id)
    where effective and in_audit`,
  `create index decision_telling on decision (site, decided_at)
    where effective and in_audit and (outcome <> 'approve' or detail->'flags' <> '[]')`,
  `create statistics decision_flags on (detail->'flags') from decision`,
  'analyze decision',
];
