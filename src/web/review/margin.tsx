import { type ReactNode, useMemo } from 'react';
import type { CommentView, QueueItemView } from '../../core/views.js';
import { count, month, score } from '../format.js';
import { type Icon, IconGlyph, LabelGlyph } from '../glyphs.js';
import { KeyCap } from '../key-cap.js';
import { type DeskLabel, digitOf, isDeskLabel } from '../labels.js';
import { inSentence, unstacked } from '../plain.js';
import { LABELS, words } from '../strings.js';
import { usePipeline } from '../use-desk.js';
import { authorName } from './author.js';
import { linesOf, type MarginReason, marginReasons } from './reasons.js';

type Lighting = { readonly lit: DeskLabel | null; readonly setLit: (label: DeskLabel | null) => void };

/** The marks beside the words: why a person is asked, who wrote it, who reported it. */
export function Margin({ item, ...lighting }: Lighting & { readonly item: QueueItemView }): ReactNode {
  const pipeline = usePipeline(item.comment.pipeline);
  const reasons = useMemo(() => marginReasons(item, linesOf(pipeline, item.article)), [item, pipeline]);
  return (
    <div className="margin">
      <section aria-labelledby="why">
        <h2 id="why">{words.margin.title}</h2>
        <ul className="reasons">
          {reasons.map((reason) => (
            <Reason key={reason.id} reason={reason} {...lighting} />
          ))}
        </ul>
        {reasons.length === 0 && <p className="soft">{words.margin.none}</p>}
      </section>
      <Author comment={item.comment} />
      <Reports comment={item.comment} />
    </div>
  );
}

function Reason({ reason, lit, setLit }: Lighting & { readonly reason: MarginReason }): ReactNode {
  const { id, label, head, weight, sentences, source } = reason;
  const active = label !== null && label === lit;
  const className = ['reason', label, weight === 'below' && 'below', active && 'is-active'];
  return (
    <li
      className={className.filter(Boolean).join(' ')}
      onPointerEnter={() => isDeskLabel(label) && setLit(label)}
      onPointerLeave={() => setLit(null)}
    >
      <div className="reason-head">
        {isDeskLabel(label) ? (
          <>
            <KeyCap>{digitOf(label)}</KeyCap>
            <button
              type="button"
              id={`reason-${id}`}
              className={`label ${label}`}
              aria-keyshortcuts={String(digitOf(label))}
              onFocus={() => setLit(label)}
              onBlur={() => setLit(null)}
              onClick={() => showPassage(label)}
            >
              <LabelGlyph label={label} size={11} />
              <b>{LABELS[label]}</b>
            </button>
          </>
        ) : (
          <span className="label">
            {label === null && <IconGlyph icon={HEAD_ICONS[head ?? ''] ?? 'clock'} size={14} />}
            <b>{head ?? (label === null ? '' : LABELS[label])}</b>
          </span>
        )}
        {label !== null && (
          <span className="score num">{reason.score === null ? words.margin.notScored : score(reason.score)}</span>
        )}
      </div>
      {sentences.map((sentence) => (
        <p key={sentence} dir="auto">
          {unstacked(sentence)}
        </p>
      ))}
      <div className="reason-foot">
        <span className="quiet">{inSentence(source)}</span>
      </div>
    </li>
  );
}

const HEAD_ICONS: Readonly<Record<string, Icon>> = {
  [words.margin.head.report]: 'flag',
  [words.margin.head.escalated]: 'raise',
};

/** Brings the first passage of a label into view and lets its chip have the focus. */
function showPassage(label: DeskLabel): void {
  const chip = document.querySelector<HTMLElement>(`.comment [data-chip="${label}"]`);
  chip?.scrollIntoView({ block: 'nearest' });
  chip?.focus({ preventScroll: true });
}

function Author({ comment }: { readonly comment: CommentView }): ReactNode {
  const { author } = comment;
  const since = author.createdAt === undefined ? '' : month(author.createdAt);
  return (
    <section aria-labelledby="author">
      <h2 id="author">{words.margin.author}</h2>
      <p className="author-name">
        <bdi className="firm">{authorName(author)}</bdi>
        <span className="quiet">{since === '' ? words.margin.sinceUnknown : words.margin.since(since)}</span>
      </p>
      <dl className="facts">
        <dt>{words.margin.approved}</dt>
        <dd>{count(author.approved)}</dd>
        <dt>{words.margin.rejected}</dt>
        <dd>{count(author.rejected)}</dd>
        <dt>{words.margin.lastTen}</dt>
        <dd className="lastten">
          {author.lastTen.length === 0 ? (
            <span className="quiet">{words.margin.nothingSettled}</span>
          ) : (
            <>
              <span className="sr">
                {words.margin.lastTenWords(author.lastTen.map((outcome) => words.done(outcome, null).toLowerCase()))}
              </span>
              {author.lastTen.map((outcome, index) => (
                <IconGlyph
                  // biome-ignore lint/suspicious/noArrayIndexKey: the tenth is the tenth.
                  key={index}
                  icon={outcome === 'approve' ? 'tick' : 'cross'}
                  size={12}
                  className={`is-${outcome}`}
                />
              ))}
            </>
          )}
        </dd>
        {author.role !== undefined && (
          <>
            <dt>{words.margin.role}</dt>
            <dd dir="auto">{inSentence(author.role)}</dd>
          </>
        )}
        {author.trusted !== undefined && (
          <>
            <dt>{words.margin.trusted}</dt>
            <dd>{author.trusted ? words.margin.yes : words.margin.no}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

/** Notes that are listed; the figures count all. */
const NOTES = 5;

function Reports({ comment }: { readonly comment: CommentView }): ReactNode {
  const { reports } = comment;
  if (reports.length === 0) return null;
  const byReason = new Map<string, number>();
  for (const { reason } of reports) byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  const notes = reports.flatMap(({ note, at }) => (note === null ? [] : [{ note, at }])).slice(-NOTES);
  return (
    <section aria-labelledby="reports">
      <h2 id="reports">{words.margin.reports}</h2>
      <dl className="facts">
        {[...byReason].map(([reason, n]) => (
          <div key={reason} className="fact">
            <dt dir="auto">{inSentence(reason)}</dt>
            <dd>{count(n)}</dd>
          </div>
        ))}
      </dl>
      {notes.map(({ note, at }) => (
        <p key={`${at} ${note}`} className="report-note" dir="auto">
          {words.margin.quoted(unstacked(note))}
        </p>
      ))}
    </section>
  );
}
