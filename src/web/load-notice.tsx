import type { ReactNode } from 'react';
import { IconGlyph } from './glyphs.js';
import { words } from './strings.js';
import { useDesk } from './use-desk.js';

/**
 * Said while the service is overloaded: why reasons speak of rules alone, and why what is heavy does not move. Without a
 * connection nobody knows whether it still is.
 */
export function LoadNotice(): ReactNode {
  const { state } = useDesk();
  if (!state.overloaded || state.offlineSince !== null) return null;
  return (
    <p className="notice">
      <IconGlyph icon="clock" />
      <span>{words.notice.overloaded}</span>
    </p>
  );
}
