import { type Kysely, sql } from 'kysely';
import { NotFound } from '../core/errors.js';
import type { ArticleView } from '../core/views.js';
import type { Tables } from './schema.js';

type ArticleRow = {
  id: number;
  external_id: string;
  stub: boolean;
  revision: number;
  title: string;
  summary: string | null;
  body: string | null;
  url: string | null;
  section: string | null;
  published_at: Date | null;
  language: string | null;
  comments: number;
  waiting: number;
  escalated: number;
  rejected: number;
};

/** Articles by their internal ids, with how many comments they have. */
export async function readArticles(
  db: Kysely<Tables>,
  site: number,
  ids: readonly number[],
): Promise<ReadonlyMap<number, ArticleView>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<ArticleRow>`
    select a.id, a.external_id, a.stub, a.revision, r.title, r.summary, r.body, r.url, r.section, r.published_at, r.language,
           n.comments, w.waiting, w.escalated, n.rejected
    from article a
    join article_revision r on r.site = a.site and r.article_id = a.id and r.revision = a.revision
    cross join lateral (
      select count(*)::integer as comments,
             -- What was drawn and still waits does not count as rejected yet.
             count(*) filter (where c.state = 'withheld')::integer - (
               select count(*)::integer from queue_item q join comment w on w.site = q.site and w.id = q.comment_id
               where q.site = a.site and q.article_id = a.id and q.left_at is null and q.shown_state is not null
                 and w.state = 'withheld') as rejected
      from comment c where c.site = a.site and c.article_id = a.id and c.removed_at is null
    ) n
    cross join lateral (
      select count(*)::integer as waiting, count(*) filter (where q.cause = 'escalated')::integer as escalated
      from queue_item q where q.site = a.site and q.article_id = a.id and q.left_at is null
    ) w
    where a.site = ${site} and a.id = any(${[...new Set(ids)]})`.execute(db);
  return new Map(rows.map((row) => [row.id, toView(row)]));
}

/** @throws NotFound */
export async function readArticle(db: Kysely<Tables>, site: number, id: string): Promise<ArticleView> {
  const row = await db
    .selectFrom('article')
    .select('id')
    .where('site', '=', site)
    .where('external_id', '=', id)
    .executeTakeFirst();
  const view = row === undefined ? undefined : (await readArticles(db, site, [row.id])).get(row.id);
  if (view === undefined) throw new NotFound('article', id);
  return view;
}

function toView(row: ArticleRow): ArticleView {
  return {
    id: row.external_id,
    title: row.title,
    summary: row.summary,
    body: row.body,
    url: row.url,
    section: row.section,
    publishedAt: row.published_at?.toISOString() ?? null,
    language: row.language,
    revision: row.revision,
    stub: row.stub,
    counts: { comments: row.comments, waiting: row.waiting, escalated: row.escalated, rejected: row.rejected },
  };
}
