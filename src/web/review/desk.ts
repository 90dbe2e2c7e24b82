import type { CommentView } from '../../core/views.js';
import { type Api, createApi, Unreached } from '../api.js';
import { createOutbox, type Keeper } from '../outbox.js';
import type { Place } from '../place.js';
import { LISTS } from '../strings.js';
import { createDeciding, type Deciding, randomKey } from './deciding.js';
import { failureOf, type Ground, isLocked, lockDesk, wentOffline } from './ground.js';
import { createHolding, type Holding } from './holding.js';
import { type DeskState, initialState } from './state.js';
import { watchQueue } from './watching.js';

/** The queue page without its pictures: what it knows, and what a person can do. */
export type Desk = Omit<Deciding, 'sendKept'> &
  Pick<Holding, 'retryNow'> & {
    subscribe(listener: () => void): () => void;
    getState(): DeskState;
    openWith(key: string): void;
    goTo(place: Place): void;
    /** Another page is open: what was held is given back, and nothing is taken until `goTo`. */
    stepAside(): void;
    /** Asks the service for another page of the desk. A refused key locks the desk, no answer is told as being offline. */
    ask: Api['call'];
    /** Reads what was passed over in this list. */
    readSkipped(): void;
    dismissToast(): void;
    /** A comment as the service has it now; null where there was no answer. */
    read(commentId: string): Promise<CommentView | null>;
    /** Asks once what a pipeline is made of; where no answer comes, the next comment asks again. */
    learnPipeline(id: string): Promise<void>;
  };

const TICK_MS = 10_000;
/** Somebody who touched nothing for this long is not reading, in ms. */
const AWAY_MS = 5 * 60_000;
const KEY_NAME = 'premod.key';
const SESSION_RETRY_MS = 5_000;

/**
 * Opens the desk: asks who is there, takes the first comments, follows the events.
 *
 * @param place null where another page than the queue is open: nothing is taken then.
 */
export function openDesk(place: Place | null): Desk {
  const outbox = createOutbox(storage('localStorage'));
  const keys = storage('sessionStorage');
  let key = keys?.getItem(KEY_NAME) ?? null;
  const listeners = new Set<() => void>();
  let state = initialState(place, outbox.list());
  let watching: AbortController | null = null;
  let lastTouch = Date.now();
  let asking: ReturnType<typeof setTimeout> | undefined;
  let sessionPause = SESSION_RETRY_MS;

  const learning = new Set<string>();

  const desk = randomKey();
  const ground: Ground = {
    desk,
    outbox,
    settled: new Set(),
    entered: new Map(),
    present: () => document.visibilityState === 'visible' && Date.now() - lastTouch < AWAY_MS,
    unfocused: () =>
      document.activeElement === null ||
      document.activeElement === document.body ||
      document.activeElement.closest('#comment') !== null,
    get: () => state,
    set(change) {
      const wasOffline = state.offlineSince !== null;
      const wasLocked = state.access.kind === 'key-needed';
      state = { ...state, ...change };
      if (wasOffline && state.offlineSince === null) queueMicrotask(back);
      if (!wasLocked && state.access.kind === 'key-needed') stopWatching();
      for (const listener of listeners) listener();
    },
    api: createApi({
      desk,
      key: () => key,
      onClock: (clockAhead) => {
        // The header has whole seconds, so smaller changes say nothing.
        if (Math.abs(clockAhead - state.clockAhead) > 1_500) ground.set({ clockAhead });
      },
    }),
  };
  const holding = createHolding(ground);
  const deciding = createDeciding(ground, holding);

  function back(): void {
    if (state.access.kind !== 'open') return;
    void deciding.sendKept();
    // A service that answers with an error is asked again when its pause is over.
    const failing = state.sheet.kind === 'error' && state.sheet.failure.kind === 'problem';
    if (state.held.length < 2 && !failing) void holding.fill();
  }

  async function ask(): Promise<void> {
    clearTimeout(asking);
    try {
      const session = await ground.api.session();
      sessionPause = SESSION_RETRY_MS;
      ground.set({ access: { kind: 'open', session }, offlineSince: null });
      await deciding.sendKept();
      void holding.fill();
      watching ??= new AbortController();
      watchQueue(ground, holding, back, watching.signal);
    } catch (error) {
      if (isLocked(error)) {
        const refused = key !== null;
        key = null;
        keys?.removeItem(KEY_NAME);
        ground.set({ access: { kind: 'key-needed', refused, wasOpen: false } });
        return;
      }
      asking = setTimeout(() => void ask(), sessionPause);
      ground.set({ sheet: { kind: 'error', failure: failureOf(error), retryAt: Date.now() + sessionPause } });
      sessionPause = Math.min(2 * sessionPause, 60_000);
    }
  }

  function stopWatching(): void {
    watching?.abort();
    watching = null;
  }

  for (const touch of ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchstart'] as const) {
    addEventListener(touch, () => (lastTouch = Date.now()), { passive: true, capture: true });
  }
  setInterval(() => {
    if (state.access.kind !== 'open') return;
    void holding.renew();
    // What others hold comes free without a word when their lease runs out.
    if (state.sheet.kind === 'empty' && (state.counts?.waiting ?? 0) > 0) void holding.fill();
    // Another page of this browser may have kept or sent some.
    const kept = outbox.list();
    if (kept.length !== state.kept.length) ground.set({ kept });
    if (kept.length > 0) void deciding.sendKept();
  }, TICK_MS);
  addEventListener('pagehide', () => {
    const held = state.held.filter(({ claim }) => claim !== null).map(({ id }) => id);
    if (held.length > 0 && state.access.kind === 'open') ground.api.releaseOnLeaving(held);
  });
  // Came back out of the browser's cache: what was held has been given back.
  addEventListener('pageshow', (event) => {
    if (event.persisted) void holding.restart(null);
  });
  void ask();

  return {
    ...deciding,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getState: () => state,
    openWith(given) {
      // Nothing else fits into a header, so nothing else is a key.
      if (!/^[\x21-\x7e]+$/.test(given))
        return ground.set({ access: { kind: 'key-needed', refused: true, wasOpen: false } });
      key = given;
      keys?.setItem(KEY_NAME, given);
      ground.set({ access: { kind: 'asking' } });
      void ask();
    },
    goTo(next) {
      ground.set({ place: next, aside: false });
      void holding.restart(LISTS[next.list]);
    },
    stepAside() {
      if (state.aside) return;
      ground.set({ aside: true, toast: null });
      void holding.restart(null);
    },
    async ask(method, path, sent) {
      try {
        const answer = await ground.api.call<never>(method, path, sent);
        ground.set({ offlineSince: null });
        return answer;
      } catch (error) {
        if (isLocked(error)) lockDesk(ground);
        if (error instanceof Unreached) wentOffline(ground);
        throw error;
      }
    },
    readSkipped() {
      ground.set({ skipped: [], sheet: { kind: 'loading' } });
      void holding.fill(LISTS[state.place.list]);
    },
    retryNow() {
      if (state.access.kind === 'open') return holding.retryNow();
      ground.set({ sheet: { kind: 'loading' } });
      void ask();
    },
    read: (commentId) => ground.api.comment(commentId).catch(() => null),
    dismissToast: () => ground.set({ toast: null }),
    async learnPipeline(id) {
      if (learning.has(id)) return;
      learning.add(id);
      try {
        const pipeline = await ground.api.pipeline(id);
        ground.set({ pipelines: new Map(state.pipelines).set(id, pipeline) });
      } catch (error) {
        learning.delete(id);
        if (isLocked(error)) lockDesk(ground);
      }
    },
  };
}

type SessionKeeper = Keeper & { removeItem(name: string): void };

/** Browsers may refuse to store anything; the desk works without. */
function storage(name: 'localStorage' | 'sessionStorage'): SessionKeeper | null {
  try {
    return window[name];
  } catch {
    return null;
  }
}
