import type { Lane } from './site.js';

export type Pace = {
  /** So many comments were taken in on a lane whose senders do not wait for a decision. */
  accepted(lane: Lane, count: number): void;
  /** Until it settles, somebody waits for a decision: live jobs are not held back, nor are those that were being held back. */
  awaited<Answer>(answer: Promise<Answer>): Promise<Answer>;
  /** Resolves when a job of this lane may begin: at once, or, while comments pour in, a little later. */
  turn(lane: Lane): Promise<void>;
};

const WINDOW_MS = 500;
/** More than so many within the window come faster than any two processors judge them. */
const MANY = 100;
const SPACING_MS = 250;

/**
 * Lets taking in go before judging where both share a machine: while more comments come than could be judged anyway, jobs begin
 * one after the other with a pause between them. What waits is kept; what is not taken in is lost to its sender.
 *
 * A batch holds back only jobs of the bulk lane: whoever posts a single comment meanwhile does not wait for it. Live jobs are
 * held back only where it is single comments that pour in, and only while none of their senders waits for a decision.
 *
 * @param now in milliseconds, never going back.
 */
export function createPace(now: () => number): Pace {
  const arrivals: Readonly<Record<Lane, Arrivals>> = { live: countArrivals(now), bulk: countArrivals(now) };
  const nextTurn: Record<Lane, number> = { live: 0, bulk: 0 };
  let waiting = 0;
  const heldBack = new Set<() => void>();

  const poursIn = (lane: Lane) => {
    const single = arrivals.live.recent();
    if (lane === 'live') return waiting === 0 && single >= MANY;
    return single >= MANY || arrivals.bulk.recent() >= MANY;
  };

  return {
    accepted(lane, count) {
      arrivals[lane].add(count);
    },
    async awaited(answer) {
      waiting += 1;
      nextTurn.live = now();
      for (const begin of heldBack) begin();
      try {
        return await answer;
      } finally {
        waiting -= 1;
      }
    },
    async turn(lane) {
      if (!poursIn(lane)) return;
      const begin = Math.max(nextTurn[lane], now());
      nextTurn[lane] = begin + SPACING_MS;
      await new Promise<void>((done) => {
        const go = () => {
          clearTimeout(timer);
          heldBack.delete(go);
          done();
        };
        const timer = setTimeout(go, begin - now());
        if (lane === 'live') heldBack.add(go);
      });
    },
  };
}

type Arrivals = { add(count: number): void; recent(): number };

/** How many came within the fuller of two windows: the one that runs and the one before it. */
function countArrivals(now: () => number): Arrivals {
  let windowBegan = now();
  let inWindow = 0;
  let before = 0;
  const roll = () => {
    const passed = now() - windowBegan;
    if (passed < WINDOW_MS) return;
    before = passed < 2 * WINDOW_MS ? inWindow : 0;
    inWindow = 0;
    windowBegan = now();
  };
  return {
    add(count) {
      roll();
      inWindow += count;
    },
    recent() {
      roll();
      return Math.max(before, inWindow);
    },
  };
}
