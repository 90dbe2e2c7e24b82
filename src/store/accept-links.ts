import { type Kysely, sql, type Transaction } from 'kysely';
import type { Issue } from '../core/errors.js';
import type { Accepted, Incoming } from './accepted.js';
import type { Tables } from './schema.js';

/** Answers for new comments whose article or parent cannot be; returns the others. */
export async function refuseUnlinkable(
  tx: Transaction<Tables>,
  site: number,
  comments: readonly Incoming[],
  answers: Map<string, Accepted>,
): Promise<readonly Incoming[]> {
  const refuse = ({ id }: Incoming, issue: Issue) => answers.set(id, { kind: 'refused', id, issue });
  const known = await knownArticles(tx, site, comments);
  const parents = await parentArticles(tx, site, comments, withInline(known, comments));
  const batch = new Map(comments.map(({ id, parentId }) => [id, parentId ?? null]));
  const linkable: Incoming[] = [];
  for (const comment of comments) {
    const issue = await linkFault(tx, site, comment, parents, batch);
    if (issue === null) linkable.push(comment);
    else refuse(comment, issue);
  }

  // An article that a comment brings is there for the others too, but only where that comment is kept itself.
  const articles = withInline(known, linkable);
  const detail = 'No article has this id; put it first, or send it inline as "article".';
  return linkable.filter((comment) => {
    if (articles.has(comment.articleId)) return true;
    refuse(comment, { pointer: '/articleId', detail });
    return false;
  });
}

/** External ids of the articles that are known of those that the comments name. */
async function knownArticles(
  tx: Transaction<Tables>,
  site: number,
  comments: readonly Incoming[],
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(comments.map(({ articleId }) => articleId))];
  const rows = await tx
    .selectFrom('article')
    .select('external_id')
    .where('site', '=', site)
    .where('external_id', '=', sql<string>`any(${ids})`)
    .execute();
  return new Set(rows.map(({ external_id }) => external_id));
}

function withInline(known: ReadonlySet<string>, comments: readonly Incoming[]): ReadonlySet<string> {
  return new Set([...known, ...comments.flatMap(({ articleId, article }) => (article === undefined ? [] : articleId))]);
}

/** The article of every parent that is known or comes along; all by external ids. */
async function parentArticles(
  tx: Transaction<Tables>,
  site: number,
  comments: readonly Incoming[],
  there: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const articles = new Map(
    comments.flatMap(({ id, articleId }) => (there.has(articleId) ? [[id, articleId] as const] : [])),
  );
  const ids = [...new Set(comments.flatMap(({ parentId }) => parentId ?? []))];
  if (ids.length === 0) return articles;
  const rows = await tx
    .selectFrom('comment as c')
    .innerJoin('article as a', (join) => join.onRef('a.site', '=', 'c.site').onRef('a.id', '=', 'c.article_id'))
    .select(['c.external_id as parent', 'a.external_id as article'])
    .where('c.site', '=', site)
    .where('c.external_id', '=', sql<string>`any(${ids})`)
    .execute();
  for (const { parent, article } of rows) articles.set(parent, article);
  return articles;
}

async function linkFault(
  tx: Transaction<Tables>,
  site: number,
  { id, articleId, parentId }: Incoming,
  parents: ReadonlyMap<string, string>,
  batch: ReadonlyMap<string, string | null>,
): Promise<Issue | null> {
  if (parentId === undefined || parentId === null) return null;
  if (parentId === id) return { pointer: '/parentId', detail: 'A comment cannot answer itself.' };
  const article = parents.get(parentId);
  if (article !== undefined && article !== articleId) {
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
