import { type ReactNode, useState } from 'react';
import type { QueueItemView, ThreadEntry } from '../../core/views.js';
import { clockTime } from '../format.js';
import { unstacked } from '../plain.js';
import { words } from '../strings.js';
import { nameOr } from './author.js';
import { StandingGlyph } from './parent.js';
import { type Standing, standingOfEntry } from './standing.js';

/** Lines that stand there at once, those around the comment. */
const LINES = 6;
/** Deeper answers are drawn no further in. */
const DEEPEST = 3;

/** The comment among its neighbours, each with what became of it. */
export function Thread({ item }: { readonly item: QueueItemView }): ReactNode {
  const [whole, setWhole] = useState(false);
  const { thread, threadSize, commentId } = item;
  const here = thread.findIndex(({ id }) => id === commentId);
  const from = Math.max(0, Math.min(here - Math.floor(LINES / 2), thread.length - LINES));
  const lines = whole ? thread : thread.slice(from, from + LINES);
  const more = thread.length - lines.length;
  const top = Math.min(...thread.map(({ depth }) => depth));
  return (
    <section aria-labelledby="thread">
      <h2>
        <span id="thread">{words.side.thread}</span>
        <span>{words.side.replies(threadSize)}</span>
      </h2>
      <ol className="thread">
        {lines.map((entry) => (
          <Line
            key={entry.id}
            entry={entry}
            depth={Math.min(entry.depth - top, DEEPEST)}
            here={entry.id === commentId}
          />
        ))}
      </ol>
      {more > 0 && (
        <p className="more-lines">
          <button type="button" className="link" onClick={() => setWhole(true)}>
            {thread.length < threadSize ? words.side.moreAround(more) : words.side.moreLines(more)}
          </button>
        </p>
      )}
      {thread.length < threadSize && <p className="quiet">{words.side.shown(lines.length, threadSize)}</p>}
    </section>
  );
}

function Line({
  entry,
  depth,
  here,
}: {
  readonly entry: ThreadEntry;
  readonly depth: number;
  readonly here: boolean;
}): ReactNode {
  const standing = standingOfEntry(entry);
  const className = [depth > 0 && `in-${depth}`, here && 'here'].filter(Boolean).join(' ');
  return (
    <li className={className} aria-current={here || undefined}>
      <StandingGlyph standing={standing} />
      <div className="thread-by">
        <bdi className="firm">{nameOr(entry.authorName, words.comment.nameless)}</bdi>
        <time dateTime={entry.at}>{clockTime(entry.at, Date.now())}</time>
        {!here && <span className="sr">, {standing.words}</span>}
      </div>
      <Words entry={entry} here={here} standing={standing} />
    </li>
  );
}

/** A rejected neighbour is named, not quoted: nobody needs to read it twice. */
function Words({
  entry,
  here,
  standing,
}: {
  readonly entry: ThreadEntry;
  readonly here: boolean;
  readonly standing: Standing;
}) {
  if (here) return <p>{words.side.thisComment}</p>;
  if (standing.outcome === 'reject') return <p className="quiet">{words.capital(standing.words)}</p>;
  return <p dir="auto">{unstacked(entry.text)}</p>;
}
