import type { ReactNode } from 'react';
import { Comparison } from '../rules/comparison.js';
import { Unread } from '../rules/failure.js';
import { words } from '../strings.js';
import { useReading } from '../use-reading.js';
import type { PolicyApi } from './api.js';
import { policy } from './words.js';

/** What one revision of the policy changed from another, line by line. */
export function PolicyDifference({
  api,
  revision,
  against,
}: {
  readonly api: PolicyApi;
  readonly revision: number;
  readonly against: number;
}): ReactNode {
  const [reading, again] = useReading(`${revision} ${against}`, () =>
    Promise.all([api.revision(against), api.revision(revision)]),
  );
  if (reading.kind === 'loading') return <p className="quiet">{words.side.asking}</p>;
  if (reading.kind === 'failed') return <Unread what={policy.panel} reading={reading} again={again} />;
  const [before, after] = reading.value;
  return <Comparison name={policy.panel} before={before.yaml} after={after.yaml} />;
}
