import { z } from 'zod';
import { type ArticleChangedDeps, articleChanged } from '../flow/article-changed.js';
import type { GivenJob, NewJob } from './broker.js';
import { readPayload } from './payload.js';

const ArticleChangedPayload = z.strictObject({ site: z.int(), articleId: z.int() });

export const ARTICLE_CHANGED = 'article-changed';

export function articleChangedJob(work: {
  readonly site: number;
  readonly seq: number;
  readonly subject: number;
  readonly turn: string;
}): NewJob {
  const { site, subject: articleId } = work;
  return { id: `${ARTICLE_CHANGED}-${work.seq}-${work.turn}`, name: ARTICLE_CHANGED, data: { site, articleId } };
}

/** Processes one article-changed job; running it twice asks for the same judgements once. */
export function articleChangedProcessor(
  deps: ArticleChangedDeps & { giveUp(site: number, articleId: number): Promise<void> },
) {
  return async (job: GivenJob): Promise<void> => {
    const payload = readPayload(ArticleChangedPayload, job);
    try {
      await articleChanged(deps, payload);
    } catch (error) {
      if (job.lastAttempt) await deps.giveUp(payload.site, payload.articleId);
      throw error;
    }
  };
}
