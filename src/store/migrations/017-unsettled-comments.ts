import { type Kysely, sql } from 'kysely';

/** Lets the sweeper find comments that nobody may have judged without reading every comment. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index comment_unsettled on comment (site, id) where state = 'pending' or state_cause in ('accepted', 'edit')`.execute(
    db,
  );
}
