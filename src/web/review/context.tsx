import { type ReactNode, useState } from 'react';
import type { ArticleView, CommentView, QueueItemView } from '../../core/views.js';
import { count, percent } from '../format.js';
import { inSentence, unstacked } from '../plain.js';
import { words } from '../strings.js';
import { usePipeline } from '../use-desk.js';
import { titleOf, webAddress } from './article.js';
import { Thread } from './thread.js';

/** The article, the thread and what judged the comment. Beside the card, a drawer, or under the card. */
export function Context({ item }: { readonly item: QueueItemView | null }): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a column that scrolls must be reachable by keyboard.
    <aside className="side" id="context" aria-label={words.context} tabIndex={0}>
      {item !== null && (
        <>
          <Article key={item.article.id} article={item.article} />
          <Thread key={item.commentId} item={item} />
          <JudgedBy comment={item.comment} />
        </>
      )}
    </aside>
  );
}

/** Paragraphs of the body that stand there at once. */
const BEGINNING = 2;

function Article({ article }: { readonly article: ArticleView }): ReactNode {
  const [whole, setWhole] = useState(false);
  const paragraphs = (article.body ?? '').split(/\n+/).filter((paragraph) => paragraph.trim() !== '');
  const { comments, waiting, rejected } = article.counts;
  const url = webAddress(article.url);
  return (
    <section className="story" id="story" aria-labelledby="story-title">
      <h2>
        <span id="story-title">{words.side.article}</span>
        {url !== null && (
          <a className="link" href={url} target="_blank" rel="noreferrer">
            {words.side.open}
          </a>
        )}
      </h2>
      <p className="standfirst" dir="auto">
        {inSentence(article.summary ?? '') || titleOf(article)}
      </p>
      {article.stub && <p className="quiet">{words.side.stub}</p>}
      {paragraphs.slice(0, whole ? undefined : BEGINNING).map((paragraph, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the paragraphs of one revision stay in their order.
        <p key={index} dir="auto">
          {unstacked(paragraph)}
        </p>
      ))}
      {paragraphs.length > BEGINNING && (
        <p className="more-lines">
          <button type="button" className="link" aria-expanded={whole} onClick={() => setWhole(!whole)}>
            {whole ? words.side.lessText : words.side.moreText}
          </button>
        </p>
      )}
      <dl className="facts">
        <dt>{words.side.comments}</dt>
        <dd>{count(comments)}</dd>
        <dt>{words.side.waiting}</dt>
        <dd>{count(waiting)}</dd>
        <dt>{words.side.rejected}</dt>
        <dd>{percent(rejected, comments)}</dd>
      </dl>
    </section>
  );
}

function JudgedBy({ comment }: { readonly comment: CommentView }): ReactNode {
  const { language, pipeline, degraded } = comment;
  const made = usePipeline(pipeline);
  return (
    <section aria-labelledby="pipeline">
      <h2>
        <span id="pipeline">{words.side.judgedBy}</span>
      </h2>
      <dl className="facts">
        {pipeline !== null && (
          <>
            <dt>{words.side.model}</dt>
            <dd className="code">{made?.model ?? words.side.asking}</dd>
            <dt>{words.side.rules}</dt>
            <dd>{made === undefined ? words.side.asking : words.side.revision(made.ruleRevision)}</dd>
            <dt>{words.side.policy}</dt>
            <dd>{made === undefined ? words.side.asking : words.side.revision(made.policyRevision)}</dd>
            <dt>{words.side.normaliser}</dt>
            <dd className="code">{made?.normaliser ?? words.side.asking}</dd>
          </>
        )}
        <dt>{words.side.pipeline}</dt>
        <dd className="code">{pipeline ?? words.side.notJudged}</dd>
        <dt>{words.side.language}</dt>
        <dd>
          {language === null
            ? words.side.languageUnknown
            : `${language.code}, ${words.side.languageSource[language.source]}`}
        </dd>
      </dl>
      {degraded && <p className="soft">{words.side.degraded}</p>}
    </section>
  );
}
