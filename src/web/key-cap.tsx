import type { ReactNode } from 'react';

/** The key of a button, seen beside its words; screen readers have it from `aria-keyshortcuts`. */
export function KeyCap({ children }: { readonly children: ReactNode }): ReactNode {
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a key cap takes no focus.
  return <kbd aria-hidden="true">{children}</kbd>;
}
