import { messageOf } from '../core/error-message.js';

/** What a process knows of the load at this moment. */
export type Load = {
  /** For how many seconds more live comments have waited than can be judged in time; null where it is not so. */
  overloadedSeconds(): number | null;
  /** Calls back when that begins or ends, and at once where it is so already; returns how to stop. */
  onChange(hear: (overloaded: boolean) => void): () => void;
  close(): Promise<void>;
};

export type LoadWatchDeps = {
  /** One look, which also keeps what it finds. */
  look(): Promise<{ readonly overloadedSeconds: number | null; readonly change: 'began' | 'ended' | null }>;
  log(message: string): void;
};

const LOOK_MS = 1_000;
/** Where looking itself takes long, because very many wait, it takes no more than this share of the time. */
const MOST_SHARE = 0.1;

/** Looks at the load once a second. While the store does not answer, what was found last holds. */
export async function watchLoad(deps: LoadWatchDeps): Promise<Load> {
  let since: number | null = null;
  let failed = false;
  let closed = false;
  let wake: () => void = () => undefined;
  const heard = new Set<(overloaded: boolean) => void>();

  async function look(): Promise<void> {
    try {
      const { overloadedSeconds, change } = await deps.look();
      const before = since;
      since = overloadedSeconds === null ? null : performance.now() - overloadedSeconds * 1000;
      if (change === 'began')
        deps.log('overload: live comments wait too long for what the policy allows; bulk work pauses');
      if (change === 'ended') deps.log('overload is over; bulk work goes on');
      if ((before === null) !== (since === null)) for (const hear of heard) hear(since !== null);
      failed = false;
    } catch (error) {
      if (!failed) deps.log(`load: ${messageOf(error)}`);
      failed = true;
    }
  }

  async function run(): Promise<void> {
    while (!closed) {
      const began = performance.now();
      await look();
      await pause(Math.max(LOOK_MS, (performance.now() - began) / MOST_SHARE));
    }
  }

  async function pause(milliseconds: number): Promise<void> {
    if (closed) return;
    await new Promise<void>((done) => {
      const timer = setTimeout(done, milliseconds);
      wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  await look();
  const running = run();
  return {
    overloadedSeconds: () => (since === null ? null : (performance.now() - since) / 1000),
    onChange(hear) {
      heard.add(hear);
      if (since !== null) hear(true);
      return () => void heard.delete(hear);
    },
    async close() {
      closed = true;
      wake();
      await running;
    },
  };
}
