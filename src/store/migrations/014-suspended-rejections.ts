import { type Kysely, sql } from 'kysely';

/** What a policy may not reject for by what an artefact has measured: found once for both, and part of every pipeline that has both. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table suspension (
    site integer not null, policy_revision integer not null, artefact text not null, suspended jsonb not null,
    found_at timestamptz not null default now(),
    primary key (site, policy_revision, artefact),
    foreign key (site, policy_revision) references policy_revision (site, revision)
  )`,
  // Pipelines of before suspended nothing.
  `alter table pipeline add column suspended jsonb not null default '[]'`,
];
