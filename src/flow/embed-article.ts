import { normalise } from '../core/normalise.js';
import { passagesOf, type TopicOfArticle } from '../core/topic.js';
import { embedHead, type ModelAsk, type WeighDeps } from './weigh.js';

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

/** Title, summary and the passages of the body as vectors. */
export async function embedWhole(
  model: EmbedArticleDeps['model'],
  text: { readonly title: string; readonly summary: string | null; readonly body: string | null },
  ask: ModelAsk,
): Promise<TopicOfArticle> {
  const head = await embedHead(model, text, ask);
  const passages = passagesOf(text.body ?? '').map((passage) => normalise(passage).text);
  return { ...head, passages: passages.length === 0 ? [] : await model.embed(passages, ask) };
}

/** Embeds an article's passages, off the live path; until then its comments are judged on title and summary. */
export async function embedArticle(
  deps: EmbedArticleDeps,
  job: { readonly site: number; readonly articleId: number; readonly revision: number; readonly pipeline: number },
): Promise<void> {
  const text = await deps.readText(job.site, job.articleId, job.revision);
  if (text !== null) {
    const ask = { lane: 'bulk' as const, artefact: await deps.artefactOf(job.site, job.pipeline) };
    await deps.keepVectors(job.site, text.contentHash, ask.artefact, await embedWhole(deps.model, text, ask));
  }
  await deps.finish(job.site, job.articleId, job.revision);
}
