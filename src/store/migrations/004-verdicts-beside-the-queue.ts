import { type Kysely, sql } from 'kysely';

/** Lets the sweeper find what a person judged before the machine did without reading every verdict. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index verdict_beside_queue on verdict (site, comment_id) where before->>'item' is null`.execute(db);
}
