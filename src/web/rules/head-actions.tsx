import type { ReactNode } from 'react';
import type { Reading } from '../use-reading.js';
import { shared } from './words.js';

/** The head's buttons for history and publishing, with how many drafts there are, or why nothing can be published. */
export function HeadActions({
  reading,
  drafts,
  taken,
  history,
  publish,
}: {
  /** Of what is in force: once something was published, what was read before holds no longer. */
  readonly reading: Reading<unknown>['kind'];
  readonly drafts: number;
  /** Whether the service has everything that was typed. */
  readonly taken: boolean;
  readonly history: () => void;
  readonly publish: () => void;
}): ReactNode {
  const whyNot =
    reading !== 'read' ? shared.inForce[reading] : !taken ? shared.notTaken : drafts === 0 ? shared.noDrafts : null;
  return (
    <>
      <span id="publish-state" className={`soft ${whyNot === null ? 'nowrap from-tablet' : 'why-grey'}`}>
        {whyNot ?? shared.drafts(drafts)}
      </span>
      <button type="button" id="history" className="button small" onClick={history}>
        {shared.history}
      </button>
      <button
        type="button"
        id="publish"
        className="button small"
        aria-disabled={whyNot !== null}
        aria-describedby="publish-state"
        onClick={() => whyNot === null && publish()}
      >
        {shared.publish}
      </button>
    </>
  );
}
