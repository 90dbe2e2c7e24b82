import { z } from 'zod';
import { type EmbedArticleDeps, embedArticle } from '../flow/embed-article.js';
import type { GivenJob, NewJob } from './broker.js';
import { readPayload } from './payload.js';

const EmbedArticlePayload = z.strictObject({ site: z.int(), articleId: z.int(), revision: z.int(), pipeline: z.int() });

export const EMBED_ARTICLE = 'embed-article';

export function embedArticleJob(work: {
  readonly site: number;
  readonly seq: number;
  readonly subject: number;
  readonly revision: number;
  readonly pipeline: number;
}): NewJob {
  const { site, subject: articleId, revision, pipeline } = work;
  return { id: `${EMBED_ARTICLE}-${work.seq}`, name: EMBED_ARTICLE, data: { site, articleId, revision, pipeline } };
}

/** Processes one embed-article job; running it twice keeps the same vectors. */
export function embedArticleProcessor(
  deps: EmbedArticleDeps & { giveUp(site: number, articleId: number, revision: number): Promise<void> },
) {
  return async (job: GivenJob): Promise<void> => {
    const payload = readPayload(EmbedArticlePayload, job);
    try {
      await embedArticle(deps, payload);
    } catch (error) {
      if (job.lastAttempt) await deps.giveUp(payload.site, payload.articleId, payload.revision);
      throw error;
    }
  };
}
