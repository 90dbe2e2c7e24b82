import { type ReactNode, useEffect, useRef } from 'react';
import type { QueueItemView } from '../../core/views.js';
import { clockTime, duration } from '../format.js';
import type { DeskLabel } from '../labels.js';
import { inSentence } from '../plain.js';
import { words } from '../strings.js';
import { useDesk, useNow } from '../use-desk.js';
import { titleOf } from './article.js';
import { Comment } from './comment.js';
import { Margin } from './margin.js';
import { Parent } from './parent.js';

export type CardProps = {
  readonly item: QueueItemView;
  /** The revision that is read; null for the current one. */
  readonly shown: number | null;
  readonly nextVersion: () => void;
  readonly lit: DeskLabel | null;
  readonly setLit: (label: DeskLabel | null) => void;
  readonly maskWords: boolean;
  readonly unmasked: boolean;
  readonly setUnmasked: (unmasked: boolean) => void;
  readonly showContext: () => void;
};

/** The newest turn whose focus was brought here; it outlives the card, which comes and goes. */
let handledTurn = 0;

/** One comment as a proof: words at the left, marks at the right. */
export function Card(props: CardProps): ReactNode {
  const { item, lit, setLit, showContext, maskWords, unmasked } = props;
  const { state } = useDesk();
  const comment = useRef<HTMLElement>(null);
  useEffect(() => {
    if (state.focusTurn === handledTurn) return;
    handledTurn = state.focusTurn;
    comment.current?.focus({ preventScroll: true });
    // Each comment is read from its beginning, wherever the one before was left.
    comment.current?.closest('.scroll')?.scrollTo(0, 0);
    if (matchMedia('(max-width: 899px)').matches) scrollTo(0, 0);
    setLit(null);
  }, [state.focusTurn, setLit]);

  return (
    <article className="page" aria-labelledby="who" key={item.id}>
      <Strip item={item} showContext={showContext} />
      <div className="proof">
        <div className="words">
          {item.parent !== null && <Parent parent={item.parent} maskWords={maskWords} unmasked={unmasked} />}
          <Comment {...props} section={comment} />
        </div>
        <Margin item={item} lit={lit} setLit={setLit} />
      </div>
    </article>
  );
}

function Strip({ item, showContext }: { readonly item: QueueItemView; readonly showContext: () => void }): ReactNode {
  const now = useNow(30_000);
  const { state } = useDesk();
  const { article, cause, enteredAt } = item;
  const why = words.cause[cause];
  const waiting = now + state.clockAhead - Date.parse(enteredAt);
  return (
    <div className="strip">
      <h2 className="headline-row">
        <button type="button" className="headline" dir="auto" onClick={showContext}>
          {titleOf(article)}
        </button>
      </h2>
      <p className="meta">
        {article.section !== null && <span className="from-tablet">{inSentence(article.section)}</span>}
        {article.publishedAt !== null && (
          <span className="from-tablet">{words.strip.published(clockTime(article.publishedAt, now))}</span>
        )}
        <span>{words.strip.waiting(duration(waiting))}</span>
        {why !== null && <span>{why}</span>}
      </p>
    </div>
  );
}
