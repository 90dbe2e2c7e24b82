import { type Kysely, sql } from 'kysely';

/**
 * Which rules are in alarm, and when somebody last looked, so that the beginning and the end of an alarm are told once, whichever
 * process finds them. Neither table refers to another one: nobody who goes on meanwhile waits for this.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table rule_alarm (
    site integer not null, rule text not null, began_at timestamptz not null, seen_at timestamptz not null,
    primary key (site, rule)
  )`,
  'create table rule_look (site integer primary key, looked_at timestamptz not null)',
];
