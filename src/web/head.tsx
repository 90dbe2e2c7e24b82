import type { ReactNode } from 'react';
import { count } from './format.js';
import { IconGlyph } from './glyphs.js';
import { KeyCap } from './key-cap.js';
import { words } from './strings.js';

export function Head({
  name,
  waiting,
  contextOpen,
  showContext,
  showRail,
}: {
  readonly name: string;
  readonly waiting: number | null;
  readonly contextOpen: boolean;
  /** Null where there is no comment to have a context. */
  readonly showContext: (() => void) | null;
  readonly showRail: () => void;
}): ReactNode {
  return (
    <header className="head">
      <button type="button" className="menu" aria-label={words.queues} onClick={showRail}>
        <IconGlyph icon="menu" />
      </button>
      <h1 dir="auto">{name}</h1>
      {waiting !== null && (
        <span className="quiet nowrap waiting">
          {count(waiting)} <span className="waiting-word">{words.waiting}</span>
        </span>
      )}
      <div className="end">
        <span className="order quiet nowrap">{words.order}</span>
        {showContext !== null && (
          <button
            type="button"
            className="button small to-context"
            aria-expanded={contextOpen}
            aria-controls="context"
            aria-keyshortcuts="c"
            onClick={showContext}
          >
            {words.context}
            <KeyCap>c</KeyCap>
          </button>
        )}
      </div>
    </header>
  );
}
