import { type ReactNode, type RefObject, useMemo } from 'react';
import { clockTime } from '../format.js';
import { IconGlyph, LabelGlyph } from '../glyphs.js';
import { hasMasks, highlight, type MarkedPiece, type Piece } from '../highlight.js';
import { KeyCap } from '../key-cap.js';
import type { DeskLabel } from '../labels.js';
import { unstacked } from '../plain.js';
import { LABELS, words } from '../strings.js';
import { authorName } from './author.js';
import type { CardProps } from './card.js';
import { holdHandlers, Mask } from './mask.js';
import { findingsOf } from './reasons.js';

/** The comment that is judged, with the stretches that carry a label. Its words are text and nothing else, ever. */
export function Comment({
  item,
  shown,
  nextVersion,
  lit,
  setLit,
  maskWords,
  unmasked,
  setUnmasked,
  section,
}: CardProps & { readonly section: RefObject<HTMLElement | null> }): ReactNode {
  const { comment } = item;
  const earlier =
    shown === null ? undefined : comment.history.find((past) => past.kind === 'revision' && past.revision === shown);
  const text = earlier?.kind === 'revision' ? earlier.text : comment.text;
  // Spans belong to one text; an earlier one is read without them.
  const spans = earlier === undefined ? findingsOf(item).spans : NO_SPANS;
  const paragraphs = useMemo(() => highlight(text, spans, { mask: maskWords }), [text, spans, maskWords]);
  const { parent } = item;
  const masks = maskWords && (hasMasks(text, spans) || (parent !== null && hasMasks(parent.text, parent.spans)));
  const read = shown ?? comment.revision;
  const at = earlier?.at ?? comment.createdAt;
  const draw = { lit, setLit, unmasked };

  return (
    <section
      className="comment"
      id="comment"
      ref={section}
      tabIndex={-1}
      aria-label={words.comment.section(authorName(comment.author))}
    >
      <p className="byline" id="who">
        <bdi className="author">{authorName(comment.author)}</bdi>
        <time dateTime={at}>{clockTime(at, Date.now())}</time>
        {comment.revision > 1 && <span>{words.comment.version(read)}</span>}
        {comment.reports.length > 0 && (
          <span className="decision">
            <IconGlyph icon="flag" size={14} />
            {words.comment.reports(comment.reports.length)}
          </span>
        )}
      </p>
      <div className="text" dir="auto" lang={comment.language?.code}>
        {paragraphs.map(({ begin, pieces }) => (
          <p key={begin} dir="auto">
            <Pieces pieces={pieces} {...draw} />
          </p>
        ))}
      </div>
      {paragraphs.length === 0 && <p className="quiet">{words.comment.empty}</p>}
      <div className="tools">
        {masks && (
          <button
            type="button"
            className="button bare small"
            aria-pressed={unmasked}
            aria-keyshortcuts="m"
            {...holdHandlers(setUnmasked, unmasked)}
          >
            {words.comment.unmask}{' '}
            <span className="key-hint" aria-hidden="true">
              {words.comment.hold} <kbd>m</kbd>
            </span>
          </button>
        )}
        {comment.revision > 1 && (
          <button type="button" className="button bare small" aria-keyshortcuts="v" onClick={nextVersion}>
            {words.comment.showVersion(read > 1 ? read - 1 : comment.revision)} <KeyCap>v</KeyCap>
          </button>
        )}
      </div>
      {earlier !== undefined && <p className="undone">{words.comment.readingVersion(read, comment.revision)}</p>}
    </section>
  );
}

const NO_SPANS = [] as const;

type Draw = {
  readonly lit: DeskLabel | null;
  readonly setLit: (label: DeskLabel | null) => void;
  readonly unmasked: boolean;
};

function Pieces({ pieces, ...draw }: Draw & { readonly pieces: readonly Piece[] }): ReactNode {
  return pieces.map((piece) => <OnePiece key={`${piece.kind} ${piece.begin}`} piece={piece} {...draw} />);
}

function OnePiece({ piece, ...draw }: Draw & { readonly piece: Piece }): ReactNode {
  switch (piece.kind) {
    case 'words':
      return unstacked(piece.text);
    case 'masked':
      return <Mask {...piece} unmasked={draw.unmasked} />;
    case 'marked':
      return <Marked piece={piece} {...draw} />;
  }
}

function Marked({ piece, ...draw }: Draw & { readonly piece: MarkedPiece }): ReactNode {
  const { label, source, depth, washed, chip, pieces } = piece;
  const { lit, setLit } = draw;
  const className = [
    'span',
    label,
    source === 'rule' && 'by-rule',
    depth > 0 && (depth > 1 ? 'depth-2' : 'depth-1'),
    !washed && 'unwashed',
    lit === label && 'is-active',
  ];
  return (
    // The pointer lights the reason; by keyboard the chip does.
    <mark
      className={className.filter(Boolean).join(' ')}
      onPointerEnter={() => setLit(label)}
      onPointerLeave={() => setLit(null)}
    >
      <Pieces pieces={pieces} {...draw} />
      {chip && (
        <button
          type="button"
          className={`chip ${label}`}
          data-chip={label}
          onFocus={() => setLit(label)}
          onBlur={() => setLit(null)}
          onClick={() => document.getElementById(`reason-label-${label}`)?.focus()}
        >
          <LabelGlyph label={label} size={10} />
          {LABELS[label]}
          <span className="sr">, {words.comment.markedBy[source]}</span>
        </button>
      )}
    </mark>
  );
}
