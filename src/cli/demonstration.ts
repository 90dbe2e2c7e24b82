import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../config.js';
import { SITE } from '../http/access.js';
import { acceptComments } from '../store/accept.js';
import { putArticle } from '../store/articles.js';
import { readOccupancy, removeDemonstration } from '../store/erase.js';
import { joinStore } from '../store/open.js';
import type { Opened } from './open-service.js';
import { HOME } from './version.js';

const Thread = z.object({
  article: z.object({
    id: z.string(),
    title: z.string(),
    summary: z.string(),
    body: z.string(),
    section: z.string(),
    minutesAgo: z.number(),
  }),
  comments: z.array(
    z.object({
      id: z.string(),
      parentId: z.string().optional(),
      author: z.object({ id: z.string(), name: z.string(), createdAt: z.string().optional() }),
      minutesAgo: z.number(),
      text: z.string(),
    }),
  ),
});

/**
 * Puts the demonstration thread into an embedded store that holds nothing; never into a database of the operator's.
 *
 * @returns whether the store shows the demonstration now.
 */
export async function offerDemonstration(opened: Opened, config: Config, site: number): Promise<boolean> {
  const { store } = opened.wired;
  if (store.kind !== 'embedded') return false;
  const occupancy = await readOccupancy(store.db, site);
  if (occupancy !== 'empty' || !config.demonstration) return occupancy === 'demonstration';
  const thread = Thread.parse(JSON.parse(await readFile(join(HOME, 'demonstration', 'thread.json'), 'utf8')));
  const at = (minutesAgo: number) => new Date(Date.now() - minutesAgo * 60_000).toISOString();
  const { id: articleId, minutesAgo, ...article } = thread.article;
  await putArticle(
    store.db,
    site,
    articleId,
    { ...article, title: `Demonstration: ${article.title}`, publishedAt: at(minutesAgo), language: 'en' },
    { demonstration: true },
  );
  const comments = thread.comments.map(({ minutesAgo: ago, ...comment }) => ({
    ...comment,
    articleId,
    createdAt: at(ago),
  }));
  for (const answer of await acceptComments(store.db, site, comments, 'live')) {
    if (answer.kind === 'failed') throw answer.error;
  }
  return true;
}

/** Removes the demonstration from the running service's store. */
export async function removeDemonstrationCommand(config: Config): Promise<string> {
  const store = await joinStore(config.store);
  try {
    const removed = await removeDemonstration(store.db, SITE);
    return removed === 0
      ? 'There is no demonstration here.'
      : `The demonstration is removed: one article, ${removed} comments.`;
  } finally {
    await store.close();
  }
}
