import { type ReactNode, useState } from 'react';
import { clockTime } from '../format.js';
import { inSentence } from '../plain.js';
import { words } from '../strings.js';
import { Comparison } from './comparison.js';
import type { Drafting } from './use-draft.js';
import { shared } from './words.js';

/** Says that somebody else changed the draft while it was typed on here, how the two differ, and lets one of them be chosen. */
export function TypedOver({ drafting }: { readonly drafting: Drafting }): ReactNode {
  const [shown, setShown] = useState(false);
  const { theirs, yaml } = drafting;
  if (theirs === null) return null;
  const by = words.capital(inSentence(theirs.author));
  return (
    <div className="notice changed-since typed-over" role="alert">
      <p>
        {shared.typedOver.said(by, clockTime(theirs.updatedAt, Date.now()))}{' '}
        <button type="button" className="link" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {shared.typedOver.differ}
        </button>
      </p>
      {shown && <Comparison name={shared.typedOver.differ} before={theirs.yaml} after={yaml} />}
      <p className="chosen-do">
        <button type="button" className="button small" onClick={drafting.keepMine}>
          {shared.typedOver.mine}
        </button>{' '}
        <button type="button" className="button small" onClick={drafting.takeTheirs}>
          {shared.typedOver.theirs}
        </button>
      </p>
    </div>
  );
}
