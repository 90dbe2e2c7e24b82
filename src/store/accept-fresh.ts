import { type Kysely, sql } from 'kysely';
import type { CommentState } from '../core/comment.js';
import { type Accepted, type Incoming, type Lane, sha256 } from './accepted.js';
import { activePolicy, moderationAt } from './moderation.js';
import type { Tables } from './schema.js';

/**
 * Inserts comments that nobody knows yet: comment, revision pinned to the active pipeline, the work to judge it and the
 * announcement, in one statement. Most comments need no more, and one statement is one wait for the database where a
 * transaction of single steps is ten.
 *
 * Left out, and without an answer, are comments whose id is known or is being inserted at this moment, whose article is
 * unknown or closed, or whose answers came before them.
 */
export async function insertFresh(
  db: Kysely<Tables>,
  site: number,
  comments: readonly Incoming[],
  lane: Lane,
  awaited: 'too' | 'left out',
): Promise<ReadonlyMap<string, Accepted>> {
  if (comments.length === 0) return new Map();
  const rows = comments.map((comment) => ({
    id: comment.id,
    article: comment.articleId,
    parent: comment.parentId ?? null,
    writer: comment.author.id,
    author: comment.author,
    text: comment.text,
    sha256: sha256(comment.text).toString('hex'),
    version: comment.version ?? null,
    edited: comment.editedAt ?? null,
    language: comment.language ?? null,
    created: comment.createdAt,
  }));
  // In the order of their ids, so that two transactions with the same comments wait for one another and never in a ring.
  const { rows: inserted } = await sql<{ id: number; external_id: string; state: CommentState }>`
    with n as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json)
        as n(id text, article text, parent text, writer text, author jsonb, text text, sha256 text, version bigint,
             edited timestamptz, language text, created timestamptz)
    ),
    active as (${activePolicy(site)}),
    kept as (
      insert into comment (site, external_id, article_id, parent_external_id, author_external_id, revision, state,
                           state_cause, state_version, created_at)
      select ${site}, n.id, a.id, n.parent, n.writer, 1, case m.moderation when 'after' then 'published' else 'pending' end,
             'accepted', 1, n.created
      from n join article a on a.site = ${site} and a.external_id = n.article
      -- Fenced (offset 0), so that it is one look into an index, also while there are no statistics.
      cross join lateral (
        select r.section from article_revision r
        where r.site = a.site and r.article_id = a.id and r.revision = a.revision offset 0
      ) ar
      cross join active
      cross join lateral (
        select ${moderationAt(sql`active.policy`, sql`a.external_id`, sql`coalesce(ar.section, '')`)} as moderation
      ) m
      -- A value, not "not exists": that becomes a join, which reads the whole table while there are no statistics.
      where m.moderation <> 'closed' and (${awaited === 'too'} or (
        select w.id from comment w where w.site = ${site} and w.parent_external_id = n.id and w.parent_id is null limit 1
      ) is null)
      order by n.id
      on conflict (site, external_id) do nothing
      returning id, external_id, state
    ),
    revised as (
      insert into comment_revision (site, comment_id, revision, text, text_sha256, version, edited_at, language, author,
                                    created_at, pipeline)
      select ${site}, kept.id, 1, n.text, decode(n.sha256, 'hex'), n.version, n.edited, n.language, n.author,
             n.created, active.pipeline
      from kept join n on n.id = kept.external_id cross join active
    ),
    work as (
      insert into outbox (site, kind, lane, subject, revision, pipeline)
      select ${site}, 'classify', ${lane}, kept.id, 1, active.pipeline from kept cross join active order by kept.id
    ),
    announced as (
      insert into event (site, type, comment_id, content, at)
      select ${site}, 'comment.state', kept.id,
             jsonb_build_object('id', n.id, 'articleId', n.article, 'revision', 1, 'state', kept.state, 'cause', 'accepted',
                                'stateVersion', 1), now()
      from kept join n on n.id = kept.external_id order by kept.id
    )
    select kept.id, kept.external_id, kept.state, (select pg_notify('premod_outbox', '')) from kept`.execute(db);
  return new Map(
    inserted.map(({ id, external_id, state }) => [
      external_id,
      { kind: 'accepted', id: external_id, commentId: id, revision: 1, state, stateVersion: 1 },
    ]),
  );
}
