export type Pace = {
  /** So many comments were taken in whose senders do not wait for a decision. */
  accepted(count: number): void;
  /** Resolves when a job may begin: at once, or, while comments pour in, a little later. */
  turn(): Promise<void>;
};

const WINDOW_MS = 500;
/** More than so many within the window come faster than any two processors judge them. */
const MANY = 100;
const SPACING_MS = 250;

/**
 * Lets taking in go before judging where both share a machine: while more comments come than could be judged anyway, jobs begin
 * one after the other with a pause between them. What waits is kept; what is not taken in is lost to its sender.
 *
 * @param now in milliseconds, never going back.
 */
export function createPace(now: () => number): Pace {
  let windowBegan = now();
  let inWindow = 0;
  let before = 0;
  let nextTurn = 0;

  const roll = () => {
    const passed = now() - windowBegan;
    if (passed < WINDOW_MS) return;
    before = passed < 2 * WINDOW_MS ? inWindow : 0;
    inWindow = 0;
    windowBegan = now();
  };

  return {
    accepted(count) {
      roll();
      inWindow += count;
    },
    async turn() {
      roll();
      if (Math.max(before, inWindow) < MANY) return;
      nextTurn = Math.max(nextTurn, now()) + SPACING_MS;
      await new Promise((done) => setTimeout(done, nextTurn - SPACING_MS - now()));
    },
  };
}
