import { type Kysely, sql } from 'kysely';

/**
 * A verdict says itself whether the machine had judged its text, so that the sweeper finds those that came first wherever their
 * comment waited, and looks at few others. An earlier premod, which may go on beside this one, does not say it: what was judged
 * where nothing waited may be such a verdict.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `update verdict v set before = before || '{"unjudged": true}'
  where not exists (
    select 1 from decision d where d.site = v.site and d.comment_id = v.comment_id and d.revision = v.revision)`,
  'drop index verdict_beside_queue',
  `create index verdict_on_unjudged on verdict (site, comment_id)
    where before->'unjudged' is not null or before->>'item' is null`,
];
