import { type ReactNode, useState } from 'react';
import type { ArticleView, CommentView, QueueItemView } from '../../core/views.js';
import { clockTime, count, percent } from '../format.js';
import { inSentence, unstacked } from '../plain.js';
import type { Open } from '../queue.js';
import { words } from '../strings.js';
import { useDesk, usePipeline } from '../use-desk.js';
import { titleOf, webAddress } from './article.js';
import { Thread } from './thread.js';

type Opening = { readonly setOpen: (open: Open) => void };

/** The article, the thread, the notes and what judged the comment. Beside the card, a drawer, or under the card. */
export function Context({ item, ...opening }: Opening & { readonly item: QueueItemView | null }): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a column that scrolls must be reachable by keyboard.
    <aside className="side" id="context" aria-label={words.context} tabIndex={0}>
      {item !== null && (
        <>
          <Article key={item.article.id} article={item.article} />
          <Thread key={item.commentId} item={item} />
          <Notes comment={item.comment} {...opening} />
          <JudgedBy comment={item.comment} {...opening} />
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
  const { comments, waiting, escalated, rejected } = article.counts;
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
        <dd>{count(waiting - escalated)}</dd>
        {escalated > 0 && (
          <>
            <dt>{words.side.escalated}</dt>
            <dd>{count(escalated)}</dd>
          </>
        )}
        <dt>{words.side.rejected}</dt>
        <dd>{percent(rejected, comments)}</dd>
      </dl>
    </section>
  );
}

/** What moderators wrote when they decided on this comment. */
function Notes({ comment, setOpen }: Opening & { readonly comment: CommentView }): ReactNode {
  const { state } = useDesk();
  const disabled = state.saving || state.notice !== null;
  const verdicts = comment.history.flatMap((past) => (past.kind === 'verdict' ? [past.verdict] : []));
  const notes = verdicts.flatMap(({ id, note, by, at }) => (note === null ? [] : [{ id, note, by, at }]));
  return (
    <section className="notes" aria-labelledby="notes">
      <h2>
        <span id="notes">{words.side.notes}</span>
        <button type="button" className="link" aria-disabled={disabled} onClick={() => !disabled && setOpen('note')}>
          {words.side.addNote}
        </button>
      </h2>
      {notes.length === 0 && <p className="quiet">{words.side.noNotes}</p>}
      {notes.map(({ id, note, by, at }) => (
        <div key={id}>
          <p dir="auto">{unstacked(note)}</p>
          <p className="quiet">{words.side.noteBy(inSentence(by), clockTime(at, Date.now()))}</p>
        </div>
      ))}
    </section>
  );
}

function JudgedBy({ comment, setOpen }: Opening & { readonly comment: CommentView }): ReactNode {
  const { language, pipeline, degraded } = comment;
  const made = usePipeline(pipeline);
  return (
    <section aria-labelledby="pipeline">
      <h2>
        <span id="pipeline">{words.side.judgedBy}</span>
        <button type="button" className="link" onClick={() => setOpen('history')}>
          {words.side.history}
        </button>
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
