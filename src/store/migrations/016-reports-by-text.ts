import { type Kysely, sql } from 'kysely';

/** A reader can report each text of a comment once; before, a comment once, so that what its author made of it later was never told. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table report drop constraint report_site_comment_id_reporter_key, add unique (site, comment_id, revision, reporter)`.execute(
    db,
  );
}
