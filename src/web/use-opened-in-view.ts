import { useEffect, useRef } from 'react';

/** Below this width the panes stand below one another; styles/rules.css has it too. */
const STACKED = '(max-width: 899px)';

/**
 * On a phone, brings the heading of what was opened into sight: it stands below the list in which it was chosen, where nothing
 * else shows that it was opened.
 *
 * @param opened names it; the one with which the page began stays where it is.
 * @param heading the heading's id.
 */
export function useOpenedInView(opened: string, heading: string): void {
  const before = useRef(opened);
  useEffect(() => {
    if (before.current === opened) return;
    before.current = opened;
    if (window.matchMedia(STACKED).matches) document.getElementById(heading)?.scrollIntoView();
  }, [opened, heading]);
}
