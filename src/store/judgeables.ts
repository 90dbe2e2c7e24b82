import { type Kysely, sql } from 'kysely';
import type { AuthorFacts } from '../core/comment.js';
import type { Counted } from '../core/rules.js';
import type { Tables } from './schema.js';

/** One text of a comment with all that it is weighed against. */
export type Judgeable = {
  readonly commentId: number;
  readonly revision: number;
  readonly pipeline: number;
  readonly text: string;
  /** The sender's word for its language. */
  readonly language: string | null;
  /** As the sender wrote it; RFC 3339. */
  readonly createdAt: string;
  readonly acceptedAt: Date;
  /** When this text was decided on last, if perhaps without scores; null where it never was. RFC 3339. */
  readonly decidedAt: string | null;
  readonly author: AuthorFacts;
  /** What was counted when it was judged before. */
  readonly counted?: Counted;
  readonly article: {
    readonly id: number;
    readonly externalId: string;
    readonly revision: number;
    readonly contentHash: string;
    readonly title: string;
    readonly summary: string | null;
    readonly section: string | null;
    readonly language: string | null;
  };
  readonly parent: { readonly text: string; readonly revision: number } | null;
};

/**
 * Loads revisions to be judged. What was erased, or is no longer its comment's newest text, is left out: it needs no
 * judgement any more.
 */
export async function loadJudgeables(
  db: Kysely<Tables>,
  site: number,
  subjects: readonly { readonly commentId: number; readonly revision: number }[],
): Promise<readonly Judgeable[]> {
  const { rows } = await sql<JudgeableRow>`
    select c.id, c.revision, r.pipeline, r.text, r.language, r.author, r.created_at, r.accepted_at, d.facts->'counted' as counted,
           coalesce((d.facts->>'decidedAt')::timestamptz, d.decided_at) as decided_at,
           ar.article_id, a.external_id as article_external_id, ar.revision as article_revision, ar.content_hash, ar.title,
           ar.summary, ar.section,
           ar.language as article_language, pr.text as parent_text, pr.revision as parent_revision
    from unnest(${subjects.map(({ commentId }) => commentId)}::bigint[], ${subjects.map(({ revision }) => revision)}::integer[])
      as wanted(id, revision)
    -- Fenced (offset 0), so that each comment and its parent are one look into an index: joined plainly, PostgreSQL reads all
    -- comments of the article for each of them while it has no statistics.
    cross join lateral (
      select k.* from comment k
      where k.site = ${site} and k.id = wanted.id and k.revision = wanted.revision and k.removed_at is null offset 0
    ) c
    join comment_revision r on r.site = c.site and r.comment_id = c.id and r.revision = c.revision
    join article a on a.site = c.site and a.id = c.article_id
    join article_revision ar on ar.site = a.site and ar.article_id = a.id and ar.revision = a.revision
    left join lateral (
      select q.site, q.id, q.revision, q.article_id, q.removed_at from comment q
      where q.site = c.site and q.external_id = c.parent_external_id offset 0
    ) p on p.article_id = c.article_id and p.id <> c.id and p.removed_at is null
    left join comment_revision pr on pr.site = p.site and pr.comment_id = p.id and pr.revision = p.revision
    left join lateral (
      select e.facts, e.decided_at from decision e
      where e.site = c.site and e.comment_id = c.id and e.revision = c.revision and e.effective offset 0
    ) d on true`.execute(db);
  return rows.map((row) => ({
    commentId: row.id,
    revision: row.revision,
    pipeline: row.pipeline,
    text: row.text,
    language: row.language,
    createdAt: row.created_at.toISOString(),
    acceptedAt: row.accepted_at,
    decidedAt: row.decided_at?.toISOString() ?? null,
    author: row.author,
    ...(row.counted !== null && { counted: row.counted }),
    article: {
      id: row.article_id,
      externalId: row.article_external_id,
      revision: row.article_revision,
      contentHash: row.content_hash,
      title: row.title,
      summary: row.summary,
      section: row.section,
      language: row.article_language,
    },
    parent: row.parent_text === null ? null : { text: row.parent_text, revision: row.parent_revision ?? 0 },
  }));
}

type JudgeableRow = {
  id: number;
  revision: number;
  pipeline: number;
  text: string;
  language: string | null;
  author: AuthorFacts;
  created_at: Date;
  accepted_at: Date;
  decided_at: Date | null;
  counted: Counted | null;
  article_id: number;
  article_external_id: string;
  article_revision: number;
  content_hash: string;
  title: string;
  summary: string | null;
  section: string | null;
  article_language: string | null;
  parent_text: string | null;
  parent_revision: number | null;
};
