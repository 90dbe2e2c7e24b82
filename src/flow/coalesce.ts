/**
 * Gathers single calls that come while one is under way and runs them together: at one caller nothing waits, at many the
 * work of a transaction is shared. Items with the same key never meet in one run, so each sees what the one before it did.
 *
 * @param run does the work for several items at once; answers in their order, or throws for all of them.
 * @param most how many items one run may take.
 */
export function coalesce<Item, Answer>(
  run: (items: readonly Item[]) => Promise<readonly Answer[]>,
  keyOf: (item: Item) => string,
  most: number,
): (item: Item) => Promise<Answer> {
  type Waiting = { item: Item; settle: (answer: Answer) => void; fail: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let running = false;

  async function drain(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const keys = new Set<string>();
      const now: Waiting[] = [];
      const later: Waiting[] = [];
      for (const one of waiting) {
        const key = keyOf(one.item);
        if (now.length >= most || keys.has(key)) later.push(one);
        else now.push(one);
        keys.add(key);
      }
      waiting = later;
      try {
        const answers = await run(now.map(({ item }) => item));
        for (const [index, { settle }] of now.entries()) settle(answers[index] as Answer);
      } catch (error) {
        for (const { fail } of now) fail(error);
      }
    }
    running = false;
  }

  return (item) =>
    new Promise((settle, fail) => {
      waiting.push({ item, settle, fail });
      if (!running) void drain();
    });
}
