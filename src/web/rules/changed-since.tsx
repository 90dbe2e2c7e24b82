import { type ReactNode, useState } from 'react';
import type { DraftChange } from '../../core/revision-views.js';
import { clockTime } from '../format.js';
import { inSentence } from '../plain.js';
import { words } from '../strings.js';
import { useReading } from '../use-reading.js';
import type { RulesApi } from './api.js';
import { Comparison } from './comparison.js';
import { Unread } from './failure.js';
import { optional } from './optional.js';
import { shared } from './words.js';

/** What a draft takes the place of: as it was when the draft was begun, and as it is in force. */
export type TextsSince = { readonly begun: string; readonly now: string };

/** Says that what a draft stands on was published anew since, and shows the difference when it is asked for. */
export function ChangedSince({
  change,
  load,
}: {
  readonly change: DraftChange;
  readonly load: () => Promise<TextsSince>;
}): ReactNode {
  const [shown, setShown] = useState(false);
  return (
    <div className="notice changed-since" role="status">
      <p>
        {saidOf(change)} {shared.bringOver}{' '}
        <button type="button" className="link" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {shared.whatChanged}
        </button>
      </p>
      {shown && <Difference key={change.revision} load={load} />}
    </div>
  );
}

/** Who published what a draft would take back, and when. */
export function saidOf({ by, revision, at }: DraftChange): string {
  return shared.changedSince(words.capital(inSentence(by)), revision, clockTime(at, Date.now()));
}

function Difference({ load }: { readonly load: () => Promise<TextsSince> }): ReactNode {
  const [reading, again] = useReading('since', load);
  if (reading.kind === 'loading') return <p className="quiet">{words.side.asking}</p>;
  if (reading.kind === 'failed') return <Unread what={shared.whatChanged} reading={reading} again={again} />;
  return <Comparison name={shared.whatChanged} before={reading.value.begun} after={reading.value.now} />;
}

/** @param begunOn the revision on whose text the draft of a list was begun */
export async function textsSince(api: RulesApi, name: string, begunOn: number | null): Promise<TextsSince> {
  const [documents, list] = await Promise.all([
    begunOn === null ? {} : api.documents(begunOn),
    optional(api.list(name)),
  ]);
  return { begun: (documents as Readonly<Record<string, string>>)[name] ?? '', now: list?.yaml ?? '' };
}
