import { type Kysely, sql } from 'kysely';

/** A dry run tries rules or a policy, and says why each decision would change. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // Null: as the pipeline has them.
  'alter table dry_run alter column rules drop not null, alter column policy drop not null',
  // Until now rules were tried, beside the policy of their pipeline.
  'update dry_run set policy = null',
  'alter table dry_run add constraint dry_run_tries_one check ((rules is null) <> (policy is null))',
  `alter table dry_run_change add column reasons jsonb not null default '[]'`,
];
