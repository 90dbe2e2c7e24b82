import type { ReactNode } from 'react';
import { ago } from '../format.js';
import { IconGlyph } from '../glyphs.js';
import { useNow } from '../use-desk.js';
import type { RuleFigures } from './shapes.js';
import { rules } from './words.js';

/** What a rule has done on this site so far: a sentence, and what is remarkable about it. */
export function Figures({ figures }: { readonly figures: RuleFigures }): ReactNode {
  const now = useNow(30_000);
  const { hits, lastFired, agreed, judged, interval, alarm } = figures;
  const parts =
    hits === 0
      ? [rules.neverFired]
      : [
          rules.hits(hits),
          ...(lastFired === null ? [] : [rules.lastFired(ago(now - Date.parse(lastFired)))]),
          judged === 0 ? rules.unjudged : rules.agreement(agreed, judged, interval),
        ];
  return (
    <>
      <p className="quiet">{parts.join('; ')}</p>
      {alarm !== null && (
        <p className="alarm">
          <IconGlyph icon="flag" size={14} className="is-review" />
          {alarm}
        </p>
      )}
    </>
  );
}
