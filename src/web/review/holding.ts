import type { QueueItemView } from '../../core/views.js';
import { Refused, Unreached } from '../api.js';
import { words } from '../strings.js';
import { failureOf, type Ground, isLocked, lockDesk, lookAgain, noticeOf, showNext, wentOffline } from './ground.js';

/** The one on the screen and the one that is ready. */
const HOLD = 2;
/** Leases are renewed when less than this is left, in ms. */
const RENEW_MS = 2 * 60_000;
const RETRY_FIRST_MS = 5_000;
const RETRY_LONGEST_MS = 60_000;

export type Holding = {
  /** Takes comments until two are held. `done` is said before the next author's name. */
  fill(done?: string): Promise<void>;
  /** Renews the leases that end soon, while somebody reads; `all` asks for every one, to see whether it is still ours. */
  renew(all?: boolean): Promise<void>;
  /** Gives all back, shows the skeleton, and takes anew. */
  restart(done: string | null): Promise<void>;
  /** Takes an item off this desk without a word to the service. */
  drop(itemId: string): void;
  retryNow(): void;
};

export function createHolding(ground: Ground): Holding {
  let filling: Promise<void> | null = null;
  let again = false;
  /** Grows when what is on its way is not wanted any more. */
  let turn = 0;
  /** What to say when the next comment comes; undefined where nothing waits to be said. */
  let pending: string | null | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let pause = RETRY_FIRST_MS;

  /** @returns whether asking again at once makes sense. */
  async function fillOnce(): Promise<boolean> {
    const { place, skipped, held, access, aside } = ground.get();
    if (held.length >= HOLD || access.kind !== 'open' || aside) return true;
    const mine = turn;
    try {
      const { items, counts } = await ground.api.claim(HOLD, place, skipped);
      if (mine !== turn) {
        await giveBackUnwanted(items);
        return true;
      }
      pause = RETRY_FIRST_MS;
      clearTimeout(retry);
      accept(items);
      ground.set({ counts, offlineSince: null });
      return true;
    } catch (error) {
      if (mine !== turn) return true;
      if (isLocked(error)) {
        lockDesk(ground);
        return false;
      }
      if (error instanceof Unreached) wentOffline(ground);
      clearTimeout(retry);
      retry = setTimeout(() => void fill(), pause);
      if (ground.get().held.length === 0) {
        ground.set({ sheet: { kind: 'error', failure: failureOf(error), retryAt: Date.now() + pause } });
      }
      pause = Math.min(2 * pause, RETRY_LONGEST_MS);
      return false;
    }
  }

  function accept(items: readonly QueueItemView[]): void {
    const before = ground.get();
    const kept = before.held.map((item, place) => renewed(item, place, items));
    const fresh = items.filter(
      ({ id }) =>
        !ground.settled.has(id) && !before.skipped.includes(id) && !before.held.some((item) => item.id === id),
    );
    const held = [...kept, ...fresh];
    if (held.length === 0) {
      const said =
        pending === undefined ? {} : { announcement: words.live.nothing(pending), focusTurn: before.focusTurn + 1 };
      ground.set({ held, sheet: { kind: 'empty' }, ...said });
    } else if (kept.length === 0 && pending !== undefined) showNext(ground, held, pending);
    else if (before.sheet.kind === 'empty' || before.sheet.kind === 'error') {
      // It came by itself: nobody who is doing something else is torn away from it.
      showNext(ground, held, null, ground.unfocused() ? 'take' : 'leave');
    } else ground.set({ held, sheet: { kind: 'card' } });
    pending = undefined;
  }

  /** What is being read stays as it is and says so when it was revised; what is only ready is simply newer. */
  function renewed(item: QueueItemView, place: number, items: readonly QueueItemView[]): QueueItemView {
    const fresh = items.find(({ id }) => id === item.id);
    if (fresh === undefined) return item;
    if (place > 0) return fresh;
    if (fresh.revision > item.revision && ground.get().notice === null) {
      ground.set({ notice: { kind: 'revised', current: fresh.revision, at: null } });
    }
    return { ...item, claim: fresh.claim };
  }

  async function giveBackUnwanted(items: readonly QueueItemView[]): Promise<void> {
    const wanted = new Set(ground.get().held.map(({ id }) => id));
    await giveBack(items.map(({ id }) => id).filter((id) => !wanted.has(id)));
  }

  /** To be waited for before the next claim, which may take the same comments again. */
  async function giveBack(ids: readonly string[]): Promise<void> {
    // If this fails the lease runs out by itself.
    if (ids.length > 0) await ground.api.release(ids).catch(() => undefined);
  }

  async function fill(done?: string): Promise<void> {
    if (done !== undefined) pending = done;
    again = true;
    filling ??= (async () => {
      while (again) {
        again = false;
        if (!(await fillOnce())) again = false;
      }
      filling = null;
    })();
    await filling;
  }

  async function renewOne(item: QueueItemView): Promise<void> {
    try {
      const { items, counts } = await ground.api.claimThese([item.id]);
      ground.set({ counts, offlineSince: null });
      ground.set({ held: ground.get().held.map((held, place) => renewed(held, place, items)) });
    } catch (error) {
      if (isLocked(error)) return lockDesk(ground);
      if (error instanceof Unreached) return wentOffline(ground);
      if (!(error instanceof Refused) || ground.settled.has(item.id)) return;
      if (![404, 409, 410].includes(error.problem.status)) return;
      if (ground.get().held[0]?.id !== item.id) return drop(item.id);
      const notice = noticeOf(error.problem) ?? (await lookAgain(ground, item));
      const { held, notice: shown } = ground.get();
      if (notice !== null && shown === null && held[0]?.id === item.id) ground.set({ notice });
    }
  }

  function drop(itemId: string): void {
    ground.set({ held: ground.get().held.filter(({ id }) => id !== itemId) });
    void fill();
  }

  return {
    fill,
    drop,
    async renew(all = false) {
      const { held, notice, clockAhead } = ground.get();
      const ending = held.filter(
        ({ claim }) => claim !== null && (all || Date.parse(claim.until) - (Date.now() + clockAhead) < RENEW_MS),
      );
      if (notice !== null || !(all || ground.present())) return;
      for (const item of ending) await renewOne(item);
    },
    async restart(done) {
      turn += 1;
      pending = done;
      ground.settled.clear();
      const before = ground.get().held.map(({ id }) => id);
      ground.set({ held: [], skipped: [], notice: null, saving: false, sheet: { kind: 'loading' } });
      await giveBack(before);
      await fill();
    },
    retryNow() {
      clearTimeout(retry);
      ground.set({ sheet: ground.get().held.length > 0 ? { kind: 'card' } : { kind: 'loading' } });
      void fill();
    },
  };
}
