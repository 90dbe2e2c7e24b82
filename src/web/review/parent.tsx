import { type ReactNode, useState } from 'react';
import type { CommentView } from '../../core/views.js';
import { clockTime } from '../format.js';
import { IconGlyph } from '../glyphs.js';
import { quoted } from '../highlight.js';
import { unstacked } from '../plain.js';
import { words } from '../strings.js';
import { authorName } from './author.js';
import { Mask } from './mask.js';
import { type Standing, standingOfComment } from './standing.js';

/** What the comment answers, with what became of it. On a narrow page it shows two lines until it is opened. */
export function Parent({
  parent,
  maskWords,
  unmasked,
}: {
  readonly parent: CommentView;
  readonly maskWords: boolean;
  readonly unmasked: boolean;
}): ReactNode {
  const [open, setOpen] = useState(false);
  const paragraphs = quoted(parent.text, parent.spans, { mask: maskWords });
  const gone = parent.state === 'removed';
  return (
    <section className={open ? 'parent is-open' : 'parent'} aria-label={words.comment.parent}>
      <span className="elbow" aria-hidden="true" />
      <p className="byline">
        <bdi className="author">{authorName(parent.author)}</bdi>
        <time dateTime={parent.createdAt}>{clockTime(parent.createdAt, Date.now())}</time>
        <StandingMark standing={standingOfComment(parent)} />
      </p>
      {gone ? (
        <p className="quiet">{words.comment.parentGone}</p>
      ) : (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the text is whole for screen readers; pressing it only lifts the two-line clamp.
        <blockquote dir="auto" lang={parent.language?.code} onClick={() => setOpen(!open)}>
          {paragraphs.map((pieces) => (
            <p key={pieces[0]?.begin}>
              {pieces.map((piece) =>
                piece.kind === 'words' ? (
                  unstacked(piece.text)
                ) : (
                  <Mask key={piece.begin} {...piece} unmasked={unmasked} />
                ),
              )}
            </p>
          ))}
        </blockquote>
      )}
    </section>
  );
}

const MARKS = {
  approve: { icon: 'tick', className: 'is-approve' },
  review: { icon: 'clock', className: 'is-review' },
  reject: { icon: 'cross', className: 'is-reject' },
} as const;

function StandingMark({ standing }: { readonly standing: Standing }): ReactNode {
  return (
    <span className="decision">
      <StandingGlyph standing={standing} />
      {standing.words}
    </span>
  );
}

export function StandingGlyph({ standing }: { readonly standing: Standing }): ReactNode {
  const { icon, className } = MARKS[standing.outcome];
  return <IconGlyph icon={icon} size={14} className={className} />;
}
