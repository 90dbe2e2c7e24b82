import { messageOf } from '../core/error-message.js';

export type RoundDeps = {
  round(): Promise<unknown>;
  /** Hears why a round failed; the next one comes all the same. */
  logError(message: string): void;
  readonly everyMs: number;
};

/** Goes a round every so often, until stopped; one that takes longer is not met by the next. */
export function startRounds({ round, logError, everyMs }: RoundDeps): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = round()
      .then(
        () => undefined,
        (error: unknown) => logError(messageOf(error)),
      )
      .finally(() => {
        busy = false;
      });
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
