import { type Kysely, sql } from 'kysely';

/** Why a rescoring judged a comment otherwise, so that whoever it is put before sees it. It goes with the comment. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table rescore_flip add column detail jsonb`.execute(db);
  await sql`create index rescore_flip_of_comment on rescore_flip (site, comment_id)`.execute(db);
}
