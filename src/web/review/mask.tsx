import { type KeyboardEvent, type MouseEvent, type ReactNode, useState } from 'react';
import type { DeskLabel } from '../labels.js';
import { unstacked } from '../plain.js';
import { words } from '../strings.js';

/**
 * A slur or a curse, covered but for its first letter. Readable while it is pressed, or while all are unmasked; covered, it
 * is out of the accessibility tree and can't be copied.
 */
export function Mask({
  shown,
  covered,
  label,
  unmasked,
}: {
  readonly shown: string;
  readonly covered: string;
  readonly label: DeskLabel;
  readonly unmasked: boolean;
}): ReactNode {
  const [held, setHeld] = useState(false);
  const open = held || unmasked;
  return (
    <button type="button" className={open ? 'mask is-open' : 'mask'} {...holdHandlers(setHeld, held)}>
      {unstacked(shown)}
      <span className="hid" aria-hidden={!open}>
        {unstacked(covered)}
      </span>
      {!open && <span className="sr">{words.comment.masked(label)}</span>}
    </button>
  );
}

/** Makes a button that works while it is held, by pointer or key. A click without either (a screen reader's) switches. */
export function holdHandlers(set: (held: boolean) => void, held: boolean) {
  return {
    onPointerDown: () => set(true),
    onPointerUp: () => set(false),
    onPointerLeave: () => set(false),
    onPointerCancel: () => set(false),
    onBlur: () => set(false),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === ' ' || event.key === 'Enter') {
        event.preventDefault();
        set(true);
      }
    },
    onKeyUp: (event: KeyboardEvent) => {
      if (event.key === ' ' || event.key === 'Enter') {
        event.preventDefault();
        set(false);
      }
    },
    onClick: (event: MouseEvent) => {
      if (event.detail === 0) set(!held);
    },
  };
}
