import type { VerdictAction } from '../../core/comment.js';
import type { Label } from '../../core/labels.js';
import type { PipelineView, QueueCounts, QueueItemView } from '../../core/views.js';
import type { SessionView } from '../api.js';
import type { KeptDecision } from '../outbox.js';
import type { Place } from '../place.js';

/** All that the queue page shows. Times are milliseconds since 1970, by this device's clock. */
export type DeskState = {
  readonly access: Access;
  readonly place: Place;
  /** Another page is open: this desk holds no comment. */
  readonly aside: boolean;
  readonly counts: QueueCounts | null;
  readonly sheet: Sheet;
  /** Comments that this desk holds; the first is on the screen, the second is ready. */
  readonly held: readonly QueueItemView[];
  /** What judged the comments, by fingerprint, as far as it was asked for. */
  readonly pipelines: ReadonlyMap<string, PipelineView>;
  /** Items that the person passed over in this list. */
  readonly skipped: readonly string[];
  readonly notice: Notice | null;
  /** The item that another person settled and this one settles otherwise, on purpose; and who that was. */
  readonly overriding: { readonly itemId: string; readonly by: string | null } | null;
  /** Notes that go with the decision on their comment, by its id. They stay in this page. */
  readonly notes: ReadonlyMap<string, string>;
  /** Notes that were begun and not kept, by their comment's id; they go with nothing. */
  readonly begun: ReadonlyMap<string, string>;
  readonly saving: boolean;
  readonly toast: Toast | null;
  readonly offlineSince: number | null;
  /** More comments come than can be judged in time, as the service said last. */
  readonly overloaded: boolean;
  /** Decisions that wait on this device. */
  readonly kept: readonly KeptDecision[];
  /** Who settled the newest comment that left the queue; `by` is null where it was this desk. */
  readonly lastSettled: { readonly by: string | null; readonly at: number } | null;
  /** When this desk's newest decision was saved. */
  readonly lastSavedAt: number | null;
  /** Said to screen readers; never a comment's text. */
  readonly announcement: string;
  /** Grows with every step that should bring the focus to the sheet. */
  readonly focusTurn: number;
  /** How far the service's clock is ahead of this device's, in ms. */
  readonly clockAhead: number;
};

export type Access =
  | { readonly kind: 'asking' }
  | { readonly kind: 'key-needed'; readonly refused: boolean; readonly wasOpen: boolean }
  | { readonly kind: 'open'; readonly session: SessionView };

export type Sheet =
  | { readonly kind: 'loading' }
  | { readonly kind: 'card' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'error'; readonly failure: Failure; readonly retryAt: number };

export type Failure =
  | { readonly kind: 'silent'; readonly seconds: number }
  | { readonly kind: 'unreached' }
  | { readonly kind: 'problem'; readonly title: string; readonly reference: string };

/** Why the comment on the screen can't be decided any more. Stays until it is answered. */
export type Notice =
  | {
      readonly kind: 'taken';
      readonly by: string | null;
      readonly action: VerdictAction | null;
      readonly label: Label | null;
      readonly at: number | null;
    }
  | { readonly kind: 'claimed'; readonly by: string | null }
  | { readonly kind: 'revised'; readonly current: number; readonly at: number | null }
  | { readonly kind: 'gone' };

export type Decision = { readonly action: VerdictAction; readonly label?: Label; readonly note?: string };

export type Toast =
  | {
      readonly kind: 'decided';
      readonly decision: Decision;
      readonly item: QueueItemView;
      readonly until: number;
      /** Null while it only waits on this device. */
      readonly reviewId: string | null;
      readonly key: string;
    }
  | { readonly kind: 'taken-back' }
  | { readonly kind: 'said'; readonly words: string }
  | { readonly kind: 'not-taken-back'; readonly why: string }
  | { readonly kind: 'not-saved'; readonly why: string; readonly decision: Decision }
  | { readonly kind: 'sent'; readonly taken: number; readonly refused: number };

/** @param place null where another page than the queue is open. */
export function initialState(place: Place | null, kept: readonly KeptDecision[]): DeskState {
  return {
    access: { kind: 'asking' },
    place: place ?? { list: 'all', article: null },
    aside: place === null,
    counts: null,
    sheet: { kind: 'loading' },
    held: [],
    pipelines: new Map(),
    skipped: [],
    notice: null,
    overriding: null,
    notes: new Map(),
    begun: new Map(),
    saving: false,
    toast: null,
    offlineSince: null,
    overloaded: false,
    kept,
    lastSettled: null,
    lastSavedAt: null,
    announcement: '',
    focusTurn: 0,
    clockAhead: 0,
  };
}

/** The last eight characters of a problem's instance: short enough to be read out on the telephone. */
export function referenceOf(instance: string): string {
  return instance.slice(-8);
}
