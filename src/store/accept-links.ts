import { type Kysely, sql, type Transaction } from 'kysely';
import type { Issue } from '../core/errors.js';
import type { Accepted, Incoming } from './accepted.js';
import type { Tables } from './schema.js';

/** Answers for comments whose article or parent cannot be; returns the others. */
export async function refuseUnlinkable(
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

/** Links the new comments to their parents, and answers that came before them to the new comments. */
export async function linkThreads(
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

/**
 * Links answers to parents that were being inserted at the very moment when the answer was, so that neither saw the other.
 *
 * @returns how many there were.
 */
export async function linkMissed(db: Kysely<Tables>): Promise<number> {
  const { numAffectedRows } = await sql`
    update comment c set parent_id = p.id from comment p
    where c.parent_id is null and c.parent_external_id is not null and c.removed_at is null
      and p.site = c.site and p.external_id = c.parent_external_id and p.article_id = c.article_id and p.id <> c.id
      and p.removed_at is null`.execute(db);
  return Number(numAffectedRows ?? 0);
}
