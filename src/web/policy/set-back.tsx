import type { ReactNode } from 'react';
import { settings } from './setting-words.js';

/** Takes back what a scope says itself, so that it inherits again, and goes on in the field that it is for. */
export function SetBack({
  name,
  field,
  setBack,
}: {
  /** What is set back, in words. */
  readonly name: string;
  /** The id of its field. */
  readonly field: string;
  readonly setBack: () => void;
}): ReactNode {
  return (
    <button
      type="button"
      className="link set-back"
      aria-label={settings.setBackName(name)}
      onClick={() => {
        setBack();
        // The button goes with what it takes back.
        document.getElementById(field)?.focus();
      }}
    >
      {settings.setBack}
    </button>
  );
}
