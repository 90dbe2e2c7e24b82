import type { ReactNode } from 'react';
import type { DeskLabel } from './labels.js';

const LABEL_PATHS: Readonly<Record<DeskLabel, string>> = {
  incitement: 'M6 .8 11.6 11H.4z',
  dehumanisation:
    'M6 .5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11Zm0 1.7A3.8 3.8 0 0 0 3.2 8.6L8.6 3.2A3.8 3.8 0 0 0 6 2.2Zm2.8 1.2L3.4 8.8a3.8 3.8 0 0 0 5.4-5.4Z',
  hate: 'M6 .2 11.8 6 6 11.8.2 6z',
  threat: 'M.6 4.5h5.6V1L11.8 6l-5.6 5V7.5H.6z',
  insult: 'M1.2 1.2h9.6v9.6H1.2z',
  profanity:
    'M4.9.5h2.2v3.6l3.1-1.8 1.1 1.9L8.2 6l3.1 1.8-1.1 1.9-3.1-1.8v3.6H4.9V7.9L1.8 9.7.7 7.8 3.8 6 .7 4.2l1.1-1.9 3.1 1.8z',
  spam: 'M.8 1.2h10.4v2.2H.8zm0 3.7h10.4v2.2H.8zm0 3.7h10.4v2.2H.8z',
  off_topic:
    'M4.6 3.2a4.2 4.2 0 1 1 0 8.4 4.2 4.2 0 0 1 0-8.4Zm0 1.8a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8ZM10 .4a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.4Z',
};

/** The silhouette of a label; its colour is `--mark` of the element around it. */
export function LabelGlyph({ label, size }: { readonly label: DeskLabel; readonly size: 10 | 11 }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 12 12" fill="currentColor" aria-hidden="true">
      <path fillRule="evenodd" d={LABEL_PATHS[label]} />
    </svg>
  );
}

const ICON_PATHS = {
  tick: 'm3 8.5 3.4 3.4L13 4.6',
  cross: 'm4 4 8 8m0-8-8 8',
  clock: 'M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2ZM8 4.8V8l2.2 1.6',
  raise: 'M8 13V5m-3.4 3L8 4.6 11.4 8M3.5 2.2h9',
  edit: 'm10.6 3.2 2.2 2.2L5.6 12.6l-2.8.6.6-2.8z',
  person: 'M8 2.8a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2ZM3 13.2c.5-2.6 2.4-4 5-4s4.5 1.4 5 4',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  offline: 'M2 6.2a8.6 8.6 0 0 1 3-2M7 3.6a8.6 8.6 0 0 1 7 2.6M4.4 8.9a5 5 0 0 1 2.4-1.4M8 12.4h.01M2.6 2.6l10.8 10.8',
  search: 'M7 2.8a4.2 4.2 0 1 1 0 8.4A4.2 4.2 0 0 1 7 2.8ZM10.2 10.2l3.3 3.3',
  plus: 'M8 3.5v9M3.5 8h9',
  down: 'm4.5 6.4 3.5 3.5 3.5-3.5',
  flag: 'M4 13.5V2.8h8l-1.6 3 1.6 3H4',
} as const;

export type Icon = keyof typeof ICON_PATHS;

const STROKES: Readonly<Partial<Record<Icon, number>>> = { tick: 1.9, more: 2.4 };

export function IconGlyph({
  icon,
  size = 16,
  className,
}: {
  readonly icon: Icon;
  readonly size?: 14 | 16 | 12;
  readonly className?: string;
}): ReactNode {
  return (
    <svg
      width={size}
      height={size}
      className={className}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={STROKES[icon] ?? 1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={ICON_PATHS[icon]} />
    </svg>
  );
}
