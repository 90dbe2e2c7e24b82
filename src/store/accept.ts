import { type Kysely, sql, type Transaction } from 'kysely';
import type { IncomingArticle } from '../core/incoming.js';
import { insertFresh } from './accept-fresh.js';
import { lockKnown, meetKnown } from './accept-known.js';
import { linkThreads, refuseUnlinkable } from './accept-links.js';
import type { Accepted, Incoming, Lane } from './accepted.js';
import { dropUnusedArticles, keepInlineArticles } from './articles.js';
import { moderationOf } from './moderation.js';
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
  // Known ones first: what they bring along is not needed, and one that was deleted is gone, whatever it names.
  const unknown = await meetAll(tx, site, comments, lane, answers);
  let open = await refuseUnlinkable(tx, site, unknown, answers);
  // Only what will be kept brings its article.
  const brought = await keepInlineArticles(tx, site, inlineArticles(open));
  const moderation = await moderationOf(
    tx,
    site,
    open.map(({ articleId }) => articleId),
  );
  const closed = open.filter(({ articleId }) => moderation.get(articleId) === 'closed');
  for (const { id, articleId } of closed) answers.set(id, { kind: 'closed', id, articleId });
  open = open.filter((comment) => !closed.includes(comment));
  let raced = false;
  for (let pass = 0; open.length > 0; pass += 1) {
    if (pass > 3) throw new Error('Comments with the same ids kept arriving; the transaction is given up.');
    const inserted = await insertFresh(tx, site, open, lane, 'too');
    for (const [id, answer] of inserted) answers.set(id, answer);
    const kept = open.filter(({ id }) => inserted.has(id));
    const ids = [...inserted.values()].flatMap((answer) => (answer.kind === 'accepted' ? answer.commentId : []));
    if (ids.length > 0) await linkThreads(tx, site, ids, kept);
    if (kept.length === open.length) break;
    raced = true;
    // An id that somebody else was inserting at this moment is known now, perhaps under another article.
    open = await meetAll(
      tx,
      site,
      open.filter(({ id }) => !inserted.has(id)),
      lane,
      answers,
    );
  }
  if (raced || closed.length > 0) await dropUnusedArticles(tx, site, brought);
  await sql`select pg_notify('premod_outbox', '')`.execute(tx);
  return answers;
}

/** Answers for comments whose ids are known; returns the others. */
async function meetAll(
  tx: Transaction<Tables>,
  site: number,
  comments: readonly Incoming[],
  lane: Lane,
  answers: Map<string, Accepted>,
): Promise<readonly Incoming[]> {
  const known = await lockKnown(tx, site, comments);
  for (const comment of comments) {
    const standing = known.get(comment.id);
    if (standing !== undefined) answers.set(comment.id, await meetKnown(tx, site, standing, comment, lane));
  }
  return comments.filter(({ id }) => !known.has(id));
}

function inlineArticles(comments: readonly Incoming[]): ReadonlyMap<string, IncomingArticle> {
  return new Map(comments.flatMap(({ articleId, article }) => (article === undefined ? [] : [[articleId, article]])));
}
