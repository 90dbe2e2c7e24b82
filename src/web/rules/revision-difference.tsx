import type { ReactNode } from 'react';
import { words } from '../strings.js';
import { useReading } from '../use-reading.js';
import type { RulesApi } from './api.js';
import { Comparison } from './comparison.js';
import { Unread } from './failure.js';
import { rules, shared } from './words.js';

/** What one revision changed from another, rule by rule. */
export function RevisionDifference({
  api,
  revision,
  against,
}: {
  readonly api: RulesApi;
  readonly revision: number;
  readonly against: number;
}): ReactNode {
  const [reading, again] = useReading(`${revision} ${against}`, () => api.difference(revision, against));
  if (reading.kind === 'loading') return <p className="quiet">{words.side.asking}</p>;
  if (reading.kind === 'failed') return <Unread what={rules.panel} reading={reading} again={again} />;
  const { added, removed, changed } = reading.value;
  const all = [
    ...changed.map((rule) => ({ ...rule, how: shared.changed })),
    ...added.map((rule) => ({ ...rule, before: '', how: shared.added })),
    ...removed.map((rule) => ({ ...rule, after: '', how: shared.removed })),
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
