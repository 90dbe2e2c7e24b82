import { normalise } from '../core/normalise.js';
import { passagesOf, type TopicOfArticle } from '../core/topic.js';
import { embedHead, type WeighDeps } from './weigh.js';

export type EmbedArticleDeps = {
  readonly model: Pick<WeighDeps['model'], 'embed'>;
  artefactOf(site: number, pipeline: number): Promise<string>;
  /** Null where the article was removed. */
  readText(
    site: number,
    id: number,
    revision: number,
  ): Promise<{ title: string; summary: string | null; body: string | null; contentHash: string } | null>;
  keepVectors(site: number, contentHash: string, artefact: string, vectors: TopicOfArticle): Promise<void>;
  /** Ends the work, and has judged anew those comments that were judged on less than the article says now. */
  finish(site: number, id: number, revision: number): Promise<void>;
};

/** Embeds an article's passages, off the live path; until then its comments are judged on title and summary. */
export async function embedArticle(
  deps: EmbedArticleDeps,
  job: { readonly site: number; readonly articleId: number; readonly revision: number; readonly pipeline: number },
): Promise<void> {
  const text = await deps.readText(job.site, job.articleId, job.revision);
  if (text !== null) {
    const ask = { lane: 'bulk' as const, artefact: await deps.artefactOf(job.site, job.pipeline) };
    const head = await embedHead(deps.model, text, ask);
    const passages = passagesOf(text.body ?? '').map((passage) => normalise(passage).text);
    const vectors = passages.length === 0 ? [] : await deps.model.embed(passages, ask);
    await deps.keepVectors(job.site, text.contentHash, ask.artefact, { ...head, passages: vectors });
  }
  await deps.finish(job.site, job.articleId, job.revision);
}
