import type { ReactNode } from 'react';
import type { Label } from '../../core/labels.js';
import { count } from '../format.js';
import { IconGlyph } from '../glyphs.js';
import { Unread } from '../rules/failure.js';
import { LABELS, words } from '../strings.js';
import { useReading } from '../use-reading.js';
import type { PolicyApi } from './api.js';
import { type Handle, ScoreChart } from './chart.js';
import type { Resolved } from './scope.js';
import { effectOf, shareWords } from './share.js';
import { policy } from './words.js';

/** Bins that the table takes together, so that it can be read. */
const BINS_PER_ROW = 5;

/** What the thresholds of a label do to the newest comments: the picture, the shares, and the same as a table. */
export function EffectOnScores({
  api,
  label,
  section,
  held,
  move,
}: {
  readonly api: PolicyApi;
  readonly label: Label;
  readonly section: string | null;
  readonly held: Resolved;
  readonly move: ((handle: Handle, to: number) => void) | null;
}): ReactNode {
  const [reading, again] = useReading(`${label} ${section ?? ''}`, () => api.scores(label, section));
  if (reading.kind === 'loading')
    return <div className="chart is-loading bone" role="status" aria-label={words.side.asking} />;
  if (reading.kind === 'failed') return <Unread what={policy.scoresUnread} reading={reading} again={again} />;
  const { bins, total } = reading.value;
  if (total === 0) return <p className="soft">{policy.noScores}</p>;
  const effect = effectOf(bins, held.review, held.reject);
  return (
    <figure>
      <figcaption className="chart-name">
        <span>{policy.scores(total)}</span>
        <span className="quiet">{policy.rootNote}</span>
      </figcaption>
      <ScoreChart
        name={`${words.capital(LABELS[label])}: ${policy.scores(total)}`}
        bins={bins}
        review={held.review}
        reject={held.reject}
        move={move}
      />
      <dl className="past-row effect" aria-live="polite">
        <dt>
          <IconGlyph icon="tick" size={14} className="is-approve" />
          {policy.published}
        </dt>
        <dd>{shareWords(effect.published)}</dd>
        <dt>
          <IconGlyph icon="clock" size={14} className="is-review" />
          {policy.asked}
        </dt>
        <dd>{shareWords(effect.asked)}</dd>
        <dt>
          <IconGlyph icon="cross" size={14} className="is-reject" />
          {policy.rejected}
        </dt>
        <dd>{shareWords(effect.rejected)}</dd>
      </dl>
      <p className="quiet">{policy.effectNote}</p>
      <details>
        <summary className="link">{policy.table}</summary>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{policy.tableScores}</th>
              <th scope="col" className="num">
                {policy.tableComments}
              </th>
            </tr>
          </thead>
          <tbody>
            {rowsOf(bins).map(({ from, to, comments }) => (
              <tr key={from}>
                <th scope="row">
                  {from.toFixed(1)} – {to.toFixed(1)}
                </th>
                <td className="num">{count(comments)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function rowsOf(bins: readonly number[]) {
  const rows = Math.ceil(bins.length / BINS_PER_ROW);
  return Array.from({ length: rows }, (_, row) => ({
    from: row / rows,
    to: (row + 1) / rows,
    comments: bins.slice(row * BINS_PER_ROW, (row + 1) * BINS_PER_ROW).reduce((sum, n) => sum + n, 0),
  }));
}
