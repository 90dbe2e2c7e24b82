import { type Kysely, sql } from 'kysely';

/**
 * Prints of texts are made when a rule asks for repetitions, no longer when a text is accepted: what has none yet is looked up by
 * the same index as what has one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop index comment_of_text`.execute(db);
  await sql`create index comment_of_text on comment_revision (site, text_print, created_at)`.execute(db);
}
