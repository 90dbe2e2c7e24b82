import type { EventView, QueueItemView } from '../../core/views.js';
import { Refused } from '../api.js';
import { watchEvents } from '../events.js';
import { words } from '../strings.js';
import { type Ground, isLocked, lockDesk, lookAgain, wentOffline } from './ground.js';
import type { Holding } from './holding.js';
import type { Notice } from './state.js';

/** Counts are read again this long after the first of a run of events, in ms. */
const COUNTS_MS = 400;
/** One break is a restart of the service; the second in a row is no connection. */
const BREAKS_OFFLINE = 2;

type QueueEvent = Extract<EventView, { itemId: string }>;
type StateEvent = Extract<EventView, { type: 'comment.state' }>;

/** Follows what happens to the queue until the signal ends it. `onBack` is told whenever the service answers again. */
export function watchQueue(ground: Ground, holding: Holding, onBack: () => void, signal: AbortSignal): void {
  let counting: ReturnType<typeof setTimeout> | undefined;
  let breaks = 0;
  let opened = false;

  function countSoon(): void {
    counting ??= setTimeout(() => {
      counting = undefined;
      void count();
    }, COUNTS_MS);
  }

  async function count(): Promise<void> {
    try {
      ground.set({ counts: await ground.api.counts() });
    } catch (error) {
      if (isLocked(error)) lockDesk(ground);
    }
    if (ground.get().sheet.kind === 'empty') void holding.fill();
  }

  function onQueueEvent(event: QueueEvent): void {
    countSoon();
    if (event.type === 'queue.entered') {
      ground.entered.set(event.commentId, event.itemId);
      // Settled and back: escalated, or reported again.
      ground.settled.delete(event.itemId);
      return;
    }
    if (event.desk === ground.desk || ground.settled.has(event.itemId)) return;
    if (
      event.type === 'queue.left' &&
      event.by !== undefined &&
      event.action !== undefined &&
      event.action !== 'undo'
    ) {
      ground.set({ lastSettled: { by: event.by, at: Date.now() } });
    }
    const place = ground.get().held.findIndex(({ id }) => id === event.itemId);
    const item = ground.get().held[place];
    if (item === undefined || event.type === 'queue.released') return;
    if (place > 0) holding.drop(event.itemId);
    else if (event.type === 'queue.claimed') tell({ kind: 'claimed', by: event.by ?? null });
    else if (event.action === undefined || event.action === 'undo') void findOut(item);
    else {
      const at = Date.parse(event.at) - ground.get().clockAhead;
      tell({ kind: 'taken', by: event.by ?? null, action: event.action, label: event.label ?? null, at });
    }
  }

  function onStateEvent(event: StateEvent): void {
    const place = ground.get().held.findIndex(({ commentId }) => commentId === event.id);
    const item = ground.get().held[place];
    if (item === undefined) return;
    const revised = event.revision > item.revision;
    if (!revised && event.state !== 'removed') return;
    if (place > 0) holding.drop(item.id);
    else if (event.state === 'removed') tell({ kind: 'gone' });
    else tell({ kind: 'revised', current: event.revision, at: Date.parse(event.at) - ground.get().clockAhead });
  }

  /** Another store answers than before: what is known of its comments is wrong, and an id may mean another one. */
  function readAnew(): void {
    ground.entered.clear();
    // Nothing is given back: there is nothing of ours in this store.
    ground.set({ held: [], toast: null, lastSettled: null });
    void holding.restart(words.live.readAnew);
  }

  /** It left the queue and no person settled it: a new text, a deletion, or a machine that thinks otherwise now. */
  async function findOut(item: QueueItemView): Promise<void> {
    const notice = await lookAgain(ground, item);
    if (notice !== null && ground.get().held[0]?.id === item.id) tell(notice);
  }

  function tell(notice: Notice): void {
    const { saving, notice: shown } = ground.get();
    // While a decision is on its way its answer says it better.
    if (saving) return;
    if (shown === null || outranks(notice, shown)) ground.set({ notice });
  }

  void watchEvents(
    {
      open: (after, connection) => ground.api.events(after, connection),
      onEvent(event) {
        if (event.type === 'comment.state') onStateEvent(event);
        else if (event.type !== 'rescore.progress') onQueueEvent(event);
      },
      onOpen(missed) {
        const again = opened;
        opened = true;
        breaks = 0;
        ground.set({ offlineSince: null });
        countSoon();
        if (missed) readAnew();
        // Behind a break: is what we hold still ours?
        else if (again) void holding.renew(true);
        onBack();
      },
      onLoad: (overloaded) => ground.set({ overloaded }),
      onLost(error) {
        breaks += 1;
        if (isLocked(error)) lockDesk(ground);
        else if (!(error instanceof Refused) && (breaks >= BREAKS_OFFLINE || !navigator.onLine)) wentOffline(ground);
      },
      wait: waitOrOnline,
    },
    signal,
  );
  signal.addEventListener('abort', () => clearTimeout(counting));
}

const RANKS = { gone: 3, revised: 2, taken: 1, claimed: 0 } as const;

/** A deletion outranks a revision, which outranks the rest; of two revisions the newer counts. */
function outranks(notice: Notice, shown: Notice): boolean {
  if (notice.kind === 'revised' && shown.kind === 'revised') return notice.current > shown.current;
  return RANKS[notice.kind] > RANKS[shown.kind];
}

/** Waits, but not longer than until the browser says that there is a network again. */
function waitOrOnline(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener('online', done);
    signal.addEventListener('abort', done);
  });
}
