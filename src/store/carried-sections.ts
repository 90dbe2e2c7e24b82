import { type Kysely, sql } from 'kysely';
import type { Tables } from './schema.js';

/** A newspaper's work of weeks; so many are read in some milliseconds. */
const NEWEST_ARTICLES = 5_000;
/** Who has more sends something else as a section. */
const MOST = 1_000;

/** The sections that a site's newest articles carry, those of most articles first; those of the demonstration are left out. */
export async function carriedSections(db: Kysely<Tables>, site: number): Promise<readonly string[]> {
  const { rows } = await sql<{ section: string }>`
    select r.section
    from (select * from article where site = ${site} order by id desc limit ${NEWEST_ARTICLES}) a
    -- The limit has each looked up by its key; joined, all revisions of all articles are read.
    cross join lateral (
      select section from article_revision r where r.site = a.site and r.article_id = a.id and r.revision = a.revision limit 1
    ) r
    where r.section <> '' and not a.demonstration
    group by r.section order by count(*) desc, r.section limit ${MOST}`.execute(db);
  return rows.map(({ section }) => section);
}
