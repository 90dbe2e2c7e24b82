import type { ReactNode } from 'react';
import { words } from '../strings.js';
import { useReading } from '../use-reading.js';
import { Comparison } from './comparison.js';
import { Unread } from './failure.js';
import type { RevisionDiff } from './shapes.js';
import { shared } from './words.js';

/** What one revision changed from another, rule by rule or setting by setting. */
export function RevisionDifference({
  what,
  difference,
  revision,
  against,
}: {
  readonly what: string;
  readonly difference: (revision: number, against: number) => Promise<RevisionDiff>;
  readonly revision: number;
  readonly against: number;
}): ReactNode {
  const [reading, again] = useReading(`${revision} ${against}`, () => difference(revision, against));
  if (reading.kind === 'loading') return <p className="quiet">{words.side.asking}</p>;
  if (reading.kind === 'failed') return <Unread what={what} reading={reading} again={again} />;
  const { added, removed, changed } = reading.value;
  const all = [
    ...changed.map((part) => ({ ...part, how: shared.changed })),
    ...added.map((part) => ({ ...part, before: '', how: shared.added })),
    ...removed.map((part) => ({ ...part, after: '', how: shared.removed })),
  ];
  if (all.length === 0) return <p className="quiet">{shared.same}</p>;
  return (
    <ul className="differences">
      {all.map(({ id, before, after, how }) => (
        <li key={id}>
          <p>
            <b className="firm">{id}</b> <span className="quiet">{how}</span>
          </p>
          <Comparison name={id} before={before ?? ''} after={after ?? ''} />
        </li>
      ))}
    </ul>
  );
}
