import type { VerdictAction } from '../core/comment.js';
import type { QueueList } from '../core/views.js';
import { type DeskLabel, labelOfDigit } from './labels.js';
import type { Address, Page } from './place.js';

export type Command =
  | { readonly kind: 'decide'; readonly action: Exclude<VerdictAction, 'reject'> }
  | { readonly kind: 'reject' }
  | { readonly kind: 'undo' }
  | { readonly kind: 'skip' }
  | { readonly kind: 'previous' }
  | { readonly kind: 'note' }
  | { readonly kind: 'unmask' }
  | { readonly kind: 'version' }
  | { readonly kind: 'context' }
  | { readonly kind: 'keys' }
  | { readonly kind: 'light'; readonly label: DeskLabel }
  | { readonly kind: 'go'; readonly to: Address }
  | { readonly kind: 'begin-go' }
  | { readonly kind: 'close' };

/** What of a key event matters. */
export type Press = {
  readonly key: string;
  readonly repeat: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly isComposing: boolean;
};

/** The key of each list, pressed after `g`. */
export const LIST_KEYS: Readonly<Record<QueueList, string>> = {
  all: 'q',
  incitement: 'i',
  hate: 'h',
  reported: 'p',
  disagreement: 'd',
  escalated: 'e',
  stale: 'o',
};

/** The key of each other page, pressed after `g`. */
export const PAGE_KEYS: Readonly<Record<Exclude<Page, 'queue'>, string>> = { rules: 'r', policy: 't' };

const SINGLE: Readonly<Record<string, Command>> = {
  a: { kind: 'decide', action: 'approve' },
  r: { kind: 'reject' },
  e: { kind: 'decide', action: 'escalate' },
  q: { kind: 'decide', action: 'request-edit' },
  z: { kind: 'undo' },
  j: { kind: 'skip' },
  k: { kind: 'previous' },
  n: { kind: 'note' },
  m: { kind: 'unmask' },
  v: { kind: 'version' },
  c: { kind: 'context' },
  g: { kind: 'begin-go' },
  '?': { kind: 'keys' },
};

/** How long `g` waits for the second key, in ms. */
export const GO_MS = 1_500;

/**
 * The command that a key press stands for; null where it stands for none.
 *
 * Nothing repeats while a key is held down, so that leaning on the keyboard decides one comment and not forty.
 *
 * @param context.typing the press goes into a field.
 * @param context.singleKeys false where the person switched single-letter keys off; only Escape is left then.
 * @param context.going `g` was pressed less than {@link GO_MS} ago.
 */
export function commandOf(
  press: Press,
  context: { readonly typing: boolean; readonly singleKeys: boolean; readonly going: boolean },
): Command | null {
  if (press.ctrlKey || press.metaKey || press.altKey || press.isComposing || press.repeat) return null;
  if (press.key === 'Escape') return { kind: 'close' };
  if (context.typing || !context.singleKeys || press.key.length !== 1) return null;
  const key = press.key.toLowerCase();
  if (context.going) {
    const to = goalOf(key);
    return to === null ? null : { kind: 'go', to };
  }
  const label = /^[1-9]$/.test(key) ? labelOfDigit(Number(key)) : undefined;
  return label === undefined ? (SINGLE[key] ?? null) : { kind: 'light', label };
}

function goalOf(key: string): Address | null {
  const list = (Object.keys(LIST_KEYS) as QueueList[]).find((name) => LIST_KEYS[name] === key);
  if (list !== undefined) return { page: 'queue', place: { list, article: null } };
  if (key === PAGE_KEYS.rules) return { page: 'rules', list: null, rule: null };
  return key === PAGE_KEYS.policy ? { page: 'policy', open: null } : null;
}
