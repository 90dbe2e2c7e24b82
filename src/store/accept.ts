import { type Kysely, sql, type Transaction } from 'kysely';
import type { IncomingArticle } from '../core/incoming.js';
import { insertFresh } from './accept-fresh.js';
import { lockKnown, meetKnown } from './accept-known.js';
import { linkThreads, refuseUnlinkable } from './accept-links.js';
import type { Accepted, Incoming, Lane } from './accepted.js';
import { keepInlineArticles } from './articles.js';
import type { Tables } from './schema.js';
import { inTransaction } from './transaction.js';

/**
 * Keeps comments and the work that they cause, durably and each wholly or not at all. The pipeline is pinned here: a
 * revision is judged by what was active when it was accepted, however late that is.
 *
 * @param comments with ids that differ from one another.
 * @returns one answer a comment, in the order given.
 * @throws where none was kept. Where some were kept before the failure, they are answered and the others are `failed`.
 */
export async function acceptComments(
  db: Kysely<Tables>,
  site: number,
  comments: readonly Incoming[],
  lane: Lane,
): Promise<readonly Accepted[]> {
  const plain = comments.filter(({ article, parentId }) => article === undefined && (parentId ?? null) === null);
  const answers = new Map(await insertFresh(db, site, plain, lane, 'left out'));
  const others = comments.filter(({ id }) => !answers.has(id));
  if (others.length > 0) {
    try {
      const rest = await inTransaction(db, (tx) => acceptOthers(tx, site, others, lane));
      for (const [id, answer] of rest) answers.set(id, answer);
    } catch (error) {
      if (answers.size === 0 || !(error instanceof Error)) throw error;
      for (const { id } of others) answers.set(id, { kind: 'failed', id, error });
    }
  }
  return comments.map((comment) => answers.get(comment.id) as Accepted);
}

/** Comments that bring an article, answer another comment, are known, or cannot be kept. */
async function acceptOthers(
  tx: Transaction<Tables>,
  site: number,
  comments: readonly Incoming[],
  lane: Lane,
): Promise<ReadonlyMap<string, Accepted>> {
  const answers = new Map<string, Accepted>();
  const articles = await articlesOf(tx, site, comments);
  // An id that somebody else is inserting at this moment shows up as known in the second pass.
  let open = await refuseUnlinkable(tx, site, comments, articles, answers);
  for (let pass = 0; open.length > 0; pass += 1) {
    if (pass > 3) throw new Error('Comments with the same ids kept arriving; the transaction is given up.');
    const known = await lockKnown(tx, site, open);
    for (const comment of open) {
      const standing = known.get(comment.id);
      if (standing !== undefined) answers.set(comment.id, await meetKnown(tx, site, standing, comment, articles, lane));
    }
    const fresh = open.filter((comment) => !known.has(comment.id));
    const inserted = await insertFresh(tx, site, fresh, lane, 'too');
    for (const [id, answer] of inserted) answers.set(id, answer);
    const kept = fresh.filter(({ id }) => inserted.has(id));
    const ids = [...inserted.values()].flatMap((answer) => (answer.kind === 'accepted' ? answer.commentId : []));
    if (ids.length > 0) await linkThreads(tx, site, ids, kept);
    open = fresh.filter((comment) => !answers.has(comment.id));
  }
  await sql`select pg_notify('premod_outbox', '')`.execute(tx);
  return answers;
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
