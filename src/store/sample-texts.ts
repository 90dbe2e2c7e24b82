import { type Kysely, sql } from 'kysely';
import type { SampledText } from '../core/comment.js';
import type { Tables } from './schema.js';

/** The newest texts of the last seven days, with what was sent with them and the section of their article. */
export async function sampleTexts(db: Kysely<Tables>, site: number, most: number): Promise<readonly SampledText[]> {
  const { rows } = await sql<Omit<SampledText, 'createdAt'> & { createdAt: Date }>`
    select c.id as "commentId", c.revision, r.text, ar.section, r.author, r.created_at as "createdAt"
    from (
      select * from comment
      where site = ${site} and removed_at is null and created_at > now() - interval '7 days' order by id desc limit ${most}
    ) c
    join comment_revision r on r.site = c.site and r.comment_id = c.id and r.revision = c.revision
    join article a on a.site = c.site and a.id = c.article_id
    join article_revision ar on ar.site = a.site and ar.article_id = a.id and ar.revision = a.revision
    order by c.id desc`.execute(db);
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
}
