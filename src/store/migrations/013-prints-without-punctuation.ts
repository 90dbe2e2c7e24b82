import { type Kysely, sql } from 'kysely';

/** Prints no longer tell texts apart by their punctuation: those of the old kind go, and are made anew when a rule next asks. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`update comment_revision set text_print = null where text_print is not null`.execute(db);
}
