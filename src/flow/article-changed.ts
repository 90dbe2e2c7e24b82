import { articleDistance, type TopicOfArticle } from '../core/topic.js';

/** One text of an article as comments on it were judged by it. */
type JudgedBy = { readonly revision: number; readonly contentHash: string; readonly artefact: string };

export type ArticleChangedDeps = {
  /**
   * What the article says now, and by which of its earlier texts published comments were last judged. Null where it was
   * removed, or where its newest text is not embedded yet: whoever embeds it asks again.
   */
  readJudged(
    site: number,
    articleId: number,
  ): Promise<{
    readonly revision: number;
    readonly contentHash: string;
    readonly judgedBy: readonly JudgedBy[];
  } | null>;
  /** Null where this artefact never embedded that text. */
  vectorsOf(contentHash: string, artefact: string): Promise<TopicOfArticle | null>;
  /** Ends this work; the published comments that were last judged by one of these texts are judged anew, as bulk work. */
  finish(site: number, articleId: number, judgedBy: readonly JudgedBy[]): Promise<void>;
};

/**
 * How far an article must move before its comments are judged anew, as {@link articleDistance} measures it. Measured with
 * minilm-heads-2026-11-21 on the demonstration's article (eight passages): a corrected word or a sentence more in every
 * paragraph 0.01, an update at the end 0.005, one passage replaced 0.03, all sentences in another order 0.04; a quarter
 * replaced 0.08, a headline about something else 0.10, half replaced 0.32, another article 0.88.
 */
const MOVED = 0.06;

/**
 * Sees to the comments of an article that was changed, when its editors have left it alone for a while: those that were judged
 * by a text from which it has moved away are judged anew. They can only be put before a person by that.
 */
export async function articleChanged(
  deps: ArticleChangedDeps,
  job: { readonly site: number; readonly articleId: number },
): Promise<void> {
  const article = await deps.readJudged(job.site, job.articleId);
  const left: JudgedBy[] = [];
  for (const text of article?.judgedBy ?? []) {
    const before = await deps.vectorsOf(text.contentHash, text.artefact);
    const after = article === null ? null : await deps.vectorsOf(article.contentHash, text.artefact);
    // What cannot be compared may have moved.
    if (before === null || after === null || articleDistance(before, after) > MOVED) left.push(text);
  }
  await deps.finish(job.site, job.articleId, left);
}
