import type { ReactNode } from 'react';
import { clockTime } from '../format.js';
import { inSentence } from '../plain.js';
import type { RulesOverview } from './shapes.js';
import { shared } from './words.js';

/** Which revision of rules or policy is in force, since when and by whom. */
export function Published({
  overview: { revision, origin, publishedAt, publishedBy },
}: {
  readonly overview: Pick<RulesOverview, 'revision' | 'origin' | 'publishedAt' | 'publishedBy'>;
}): ReactNode {
  return (
    <span className="quiet nowrap revision">
      {origin === 'shipped'
        ? shared.shipped(revision)
        : shared.revision(revision, clockTime(publishedAt, Date.now()), inSentence(publishedBy))}
    </span>
  );
}
