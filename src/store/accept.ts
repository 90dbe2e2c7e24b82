import { createHash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { CommentState } from '../core/comment.js';
import type { Issue } from '../core/errors.js';
import type { IncomingArticle, IncomingComment } from '../core/incoming.js';
import { keepInlineArticles } from './articles.js';
import { announceStates } from './events.js';
import { leaveQueue } from './queue-items.js';
import type { Tables } from './schema.js';
import { inTransaction } from './transaction.js';

type Incoming = IncomingComment & { readonly createdAt: string };
type Lane = 'live' | 'bulk';

type Standing = {
  readonly id: string;
  readonly commentId: number;
  readonly revision: number;
  readonly state: CommentState;
  readonly stateVersion: number;
};
type Accepted =
  | (Standing & { readonly kind: 'accepted' | 'known' })
  | { readonly kind: 'gone'; readonly id: string }
  | { readonly kind: 'refused'; readonly id: string; readonly issue: Issue };

type Known = {
  readonly id: number;
  readonly external_id: string;
  readonly article_id: number;
  readonly revision: number;
  readonly state: CommentState;
  readonly state_version: number;
  readonly removed_at: Date | null;
  /** Null where the comment was deleted. */
  readonly text_sha256: Buffer | null;
  readonly version: number | null;
  readonly edited_at: Date | null;
};

/**
 * Keeps comments and the work that they cause, all in one transaction. The pipeline is pinned here: a revision is judged
 * by what was active when it was accepted, however late that is.
 *
 * @param comments with ids that differ from one another.
 * @returns one answer a comment, in the order given.
 */
export async function acceptComments(
  db: Kysely<Tables>,
  site: number,
  comments: readonly Incoming[],
  lane: Lane,
): Promise<readonly Accepted[]> {
  if (comments.length === 0) return [];
  return await inTransaction(db, async (tx) => {
    const answers = new Map<string, Accepted>();
    const articles = await articlesOf(tx, site, comments);
    const linkable = await refuseUnlinkable(tx, site, comments, articles, answers);

    // An id that somebody else is inserting at this moment shows up as known in the second pass.
    let open = linkable;
    for (let pass = 0; open.length > 0; pass += 1) {
      if (pass > 3) throw new Error('Comments with the same ids kept arriving; the transaction is given up.');
      const known = await lockKnown(tx, site, open);
      for (const comment of open) {
        const standing = known.get(comment.id);
        if (standing !== undefined)
          answers.set(comment.id, await meetKnown(tx, site, standing, comment, articles, lane));
      }
      const fresh = open.filter((comment) => !known.has(comment.id));
      for (const [id, commentId] of await insertFresh(tx, site, fresh, articles, lane)) {
        answers.set(id, { kind: 'accepted', id, commentId, revision: 1, state: 'pending', stateVersion: 1 });
      }
      open = fresh.filter((comment) => !answers.has(comment.id));
    }
    await sql`select pg_notify('premod_outbox', '')`.execute(tx);
    return comments.map((comment) => answers.get(comment.id) as Accepted);
  });
}

/** External id → internal id of every article that the comments name; inline articles are kept on the way. */
async function articlesOf(
  tx: Transaction<Tables>,
  site: number,
  comments: readonly Incoming[],
): Promise<ReadonlyMap<string, number>> {
  const inline = new Map<string, IncomingArticle>();
  for (const { articleId, article } of comments) if (article !== undefined) inline.set(articleId, article);
  if (inline.size > 0) await keepInlineArticles(tx, site, inline);
  const ids = [...new Set(comments.map(({ articleId }) => articleId))];
  const rows = await tx
    .selectFrom('article')
    .select(['id', 'external_id'])
    .where('site', '=', site)
    .where('external_id', '=', sql<string>`any(${ids})`)
    .execute();
  return new Map(rows.map(({ id, external_id }) => [external_id, id]));
}

/** Answers for comments whose article or parent cannot be; returns the others. */
async function refuseUnlinkable(
  tx: Transaction<Tables>,
  site: number,
  comments: readonly Incoming[],
  articles: ReadonlyMap<string, number>,
  answers: Map<string, Accepted>,
): Promise<readonly Incoming[]> {
  const parentIds = [...new Set(comments.flatMap(({ parentId }) => parentId ?? []))];
  const parents =
    parentIds.length === 0
      ? []
      : await tx
          .selectFrom('comment')
          .select(['external_id', 'article_id'])
          .where('site', '=', site)
          .where('external_id', '=', sql<string>`any(${parentIds})`)
          .execute();
  const parentArticles = new Map(parents.map(({ external_id, article_id }) => [external_id, article_id]));
  for (const { id, articleId } of comments) {
    const article = articles.get(articleId);
    if (article !== undefined && !parentArticles.has(id)) parentArticles.set(id, article);
  }

  const batch = new Map(comments.map(({ id, parentId }) => [id, parentId ?? null]));
  const linkable: Incoming[] = [];
  for (const comment of comments) {
    const issue = await linkFault(tx, site, comment, articles, parentArticles, batch);
    if (issue === null) linkable.push(comment);
    else answers.set(comment.id, { kind: 'refused', id: comment.id, issue });
  }
  return linkable;
}

async function linkFault(
  tx: Transaction<Tables>,
  site: number,
  { id, articleId, parentId }: Incoming,
  articles: ReadonlyMap<string, number>,
  parentArticles: ReadonlyMap<string, number>,
  batch: ReadonlyMap<string, string | null>,
): Promise<Issue | null> {
  const article = articles.get(articleId);
  if (article === undefined) {
    return { pointer: '/articleId', detail: 'No article has this id; put it first, or send it inline as "article".' };
  }
  if (parentId === undefined || parentId === null) return null;
  if (parentId === id) return { pointer: '/parentId', detail: 'A comment cannot answer itself.' };
  const parentArticle = parentArticles.get(parentId);
  if (parentArticle !== undefined && parentArticle !== article) {
    return { pointer: '/parentId', detail: 'The parent belongs to another article.' };
  }
  if (await answersItself(tx, site, id, parentId, batch)) {
    return { pointer: '/parentId', detail: 'The comment would answer itself through the comments between.' };
  }
  return null;
}

/** A thread deeper than this is taken to be a cycle. */
const DEEPEST_THREAD = 1_000;

/** Whether going up from `parentId` leads back to `id`. Only possible where something waits for `id` already. */
async function answersItself(
  tx: Transaction<Tables>,
  site: number,
  id: string,
  parentId: string,
  batch: ReadonlyMap<string, string | null>,
): Promise<boolean> {
  const awaited =
    [...batch.values()].includes(id) ||
    (await tx
      .selectFrom('comment')
      .select('id')
      .where('site', '=', site)
      .where('parent_external_id', '=', id)
      .limit(1)
      .executeTakeFirst()) !== undefined;
  if (!awaited) return false;
  let current: string | null = parentId;
  for (let depth = 0; current !== null; depth += 1) {
    if (current === id || depth > DEEPEST_THREAD) return true;
    const inBatch = batch.get(current);
    if (inBatch !== undefined) {
      current = inBatch;
      continue;
    }
    const row: { parent_external_id: string | null } | undefined = await tx
      .selectFrom('comment')
      .select('parent_external_id')
      .where('site', '=', site)
      .where('external_id', '=', current)
      .executeTakeFirst();
    current = row?.parent_external_id ?? null;
  }
  return false;
}

async function lockKnown(
  tx: Transaction<Tables>,
  site: number,
  comments: readonly Incoming[],
): Promise<ReadonlyMap<string, Known>> {
  const ids = comments.map(({ id }) => id);
  // Locked first and read in a statement of its own: a joined row that is read while waiting for the lock would be the one
  // from before the wait.
  const { rows: locked } = await sql<{ id: number }>`
    select id from comment where site = ${site} and external_id = any(${ids}) order by id for update`.execute(tx);
  const { rows } = await sql<Known>`
    select c.id, c.external_id, c.article_id, c.revision, c.state, c.state_version, c.removed_at,
           r.text_sha256, r.version, r.edited_at
    from comment c
    left join comment_revision r on r.site = c.site and r.comment_id = c.id and r.revision = c.revision
    where c.site = ${site} and c.id = any(${locked.map(({ id }) => id)})`.execute(tx);
  return new Map(rows.map((row) => [row.external_id, row]));
}

/** A comment whose id is known: the same text again, an older one, or a new revision. */
async function meetKnown(
  tx: Transaction<Tables>,
  site: number,
  known: Known,
  comment: Incoming,
  articles: ReadonlyMap<string, number>,
  lane: Lane,
): Promise<Accepted> {
  if (known.removed_at !== null) return { kind: 'gone', id: comment.id };
  if (articles.get(comment.articleId) !== known.article_id) {
    const detail = 'The comment is known under another article; a comment does not move.';
    return { kind: 'refused', id: comment.id, issue: { pointer: '/articleId', detail } };
  }
  const same = known.text_sha256 !== null && sha256(comment.text).equals(known.text_sha256);
  if (same || isOlder(comment, known)) {
    if (same) await rememberNewer(tx, site, known, comment);
    return await standingOf(tx, site, known, comment);
  }

  const revision = known.revision + 1;
  const stateVersion = known.state_version + 1;
  await sql`
    update comment set revision = ${revision}, state = 'pending', state_cause = 'edit', state_version = ${stateVersion}
    where site = ${site} and id = ${known.id}`.execute(tx);
  // What waited for a person, and what was to be judged, was the text before.
  await leaveQueue(tx, site, known.id);
  await sql`delete from outbox where site = ${site} and kind = 'classify' and subject = ${known.id}`.execute(tx);
  await sql`
    with ${revisionInserts(site, lane, sql`select ${known.id}::bigint as id, ${revision}::integer as revision`, [comment])}
    select 1`.execute(tx);
  await announceStates(tx, site, [known.id]);
  return { kind: 'accepted', id: comment.id, commentId: known.id, revision, state: 'pending', stateVersion };
}

/** How the text that was sent stands: an older text that is kept is answered for as what it was. */
async function standingOf(tx: Transaction<Tables>, site: number, known: Known, comment: Incoming): Promise<Accepted> {
  const earlier = await tx
    .selectFrom('comment_revision')
    .select('revision')
    .where('site', '=', site)
    .where('comment_id', '=', known.id)
    .where('text_sha256', '=', sha256(comment.text))
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst();
  return {
    kind: 'known',
    id: comment.id,
    commentId: known.id,
    revision: earlier?.revision ?? known.revision,
    state: known.state,
    stateVersion: known.state_version,
  };
}

function isOlder(comment: Incoming, known: Known): boolean {
  if (comment.version !== undefined && known.version !== null && comment.version !== known.version) {
    return comment.version < known.version;
  }
  return (
    comment.editedAt !== undefined &&
    known.edited_at !== null &&
    Date.parse(comment.editedAt) < known.edited_at.getTime()
  );
}

/** The same text under a newer version number: what lies between is older from now on. */
async function rememberNewer(tx: Transaction<Tables>, site: number, known: Known, comment: Incoming): Promise<void> {
  if (comment.version === undefined && comment.editedAt === undefined) return;
  await sql`
    update comment_revision
    set version = greatest(version, ${comment.version ?? null}::bigint),
        edited_at = greatest(edited_at, ${comment.editedAt ?? null}::timestamptz)
    where site = ${site} and comment_id = ${known.id} and revision = ${known.revision}`.execute(tx);
}

/** Inserts comments that are not known; returns the ids of those that nobody else inserted meanwhile. */
async function insertFresh(
  tx: Transaction<Tables>,
  site: number,
  comments: readonly Incoming[],
  articles: ReadonlyMap<string, number>,
  lane: Lane,
): Promise<ReadonlyMap<string, number>> {
  if (comments.length === 0) return new Map();
  // In the order of their ids, so that two transactions with the same comments wait for one another and never in a ring.
  const sorted = [...comments].sort((a, b) => (a.id < b.id ? -1 : 1));
  const rows = sorted.map((comment) => ({
    id: comment.id,
    article: articles.get(comment.articleId),
    parent: comment.parentId ?? null,
    author: comment.author.id,
    created: comment.createdAt,
  }));
  const { rows: inserted } = await sql<{ id: number; external_id: string }>`
    insert into comment (site, external_id, article_id, parent_external_id, author_external_id, revision, state, state_cause,
                         state_version, created_at)
    select ${site}, n.id, n.article, n.parent, n.author, 1, 'pending', 'accepted', 1, n.created
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as n(id text, article bigint, parent text, author text, created timestamptz)
    on conflict (site, external_id) do nothing
    returning id, external_id`.execute(tx);
  if (inserted.length === 0) return new Map();
  const ids = inserted.map(({ id }) => id);
  const kept = new Map(inserted.map(({ id, external_id }) => [external_id, id]));
  const ours = sorted.filter(({ id }) => kept.has(id));
  await sql`
    with ${revisionInserts(site, lane, sql`select id, external_id, 1 as revision from comment where site = ${site} and id = any(${ids})`, ours)}
    select 1`.execute(tx);
  await linkThreads(tx, site, ids, ours);
  await announceStates(tx, site, ids);
  return kept;
}

/** The revision's text, pinned to the active pipeline, and the work to judge it. */
function revisionInserts(site: number, lane: Lane, subjects: ReturnType<typeof sql>, comments: readonly Incoming[]) {
  const rows = comments.map((comment) => ({
    external_id: comment.id,
    text: comment.text,
    sha256: sha256(comment.text).toString('hex'),
    version: comment.version ?? null,
    edited: comment.editedAt ?? null,
    language: comment.language ?? null,
    author: comment.author,
    created: comment.createdAt,
  }));
  const single = rows.length === 1;
  return sql`subject as (${subjects}),
    active as (select active_pipeline as pipeline from site where site = ${site}),
    kept as (
      insert into comment_revision (site, comment_id, revision, text, text_sha256, version, edited_at, language, author,
                                    created_at, pipeline)
      select ${site}, s.id, s.revision, n.text, decode(n.sha256, 'hex'), n.version, n.edited, n.language, n.author, n.created,
             active.pipeline
      from json_to_recordset(${JSON.stringify(rows)}::json)
        as n(external_id text, text text, sha256 text, version bigint, edited timestamptz, language text, author jsonb,
             created timestamptz)
      join subject s on ${single ? sql`true` : sql`s.external_id = n.external_id`}
      cross join active
      returning comment_id, revision, pipeline
    ),
    work as (
      insert into outbox (site, kind, lane, subject, revision, pipeline)
      select ${site}, 'classify', ${lane}, comment_id, revision, pipeline from kept order by comment_id
    )`;
}

/** Links the new comments to their parents, and answers that came before them to the new comments. */
async function linkThreads(
  tx: Transaction<Tables>,
  site: number,
  ids: readonly number[],
  comments: readonly Incoming[],
): Promise<void> {
  if (comments.some(({ parentId }) => parentId !== undefined && parentId !== null)) {
    await sql`
      update comment c set parent_id = p.id from comment p
      where c.site = ${site} and c.id = any(${ids}) and p.site = c.site and p.external_id = c.parent_external_id
        and p.article_id = c.article_id and p.removed_at is null`.execute(tx);
  }
  await sql`
    update comment c set parent_id = p.id from comment p
    where p.site = ${site} and p.id = any(${ids}) and c.site = p.site and c.parent_external_id = p.external_id
      and c.parent_id is null and c.article_id = p.article_id and c.id <> p.id`.execute(tx);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
