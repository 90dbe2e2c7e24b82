import { statfs } from 'node:fs/promises';
import type { Config } from '../config.js';
import type { Readiness } from '../http/health.js';
import { somebodyWorks } from '../store/processes.js';
import type { Opened } from './open-service.js';
import { messageOf } from './say.js';

const WORKS_WITHIN_MS = 30_000;
const ANSWER_MS = 3_000;
/** Four segments of PostgreSQL's write-ahead log: with less, what is written next may not fit. */
const LEAST_ROOM_BYTES = 64 * 1_048_576;

/** Whether a comment can be taken in, handed over and judged at this moment. */
export async function readiness(opened: Opened, { store: choice }: Pick<Config, 'store'>): Promise<Readiness> {
  const {
    wired: { store, broker },
    inference,
  } = opened;
  const checks = {
    store: await look(async () => {
      // A store that only reads answers every question; only a write that is kept tells.
      await opened.sayAlive();
      if (choice.kind === 'embedded') await refuseNoRoom(choice.directory, LEAST_ROOM_BYTES);
    }),
    queue: await look(() => broker.ping()),
    model: await look(async () => void (await inference.status())),
    worker: await look(async () => {
      if (!(await somebodyWorks(store.db, WORKS_WITHIN_MS))) throw new Error('no worker has been seen for 30 seconds');
    }),
  };
  return { ready: Object.values(checks).every(({ ok }) => ok), checks };
}

/** @throws where the disk that holds a folder has less than `least` bytes left. */
export async function refuseNoRoom(directory: string, least: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const left = bavail * bsize;
  if (left < least) throw new Error(`the disk of ${directory} has only ${Math.floor(left / 1_048_576)} MiB left`);
}

async function look(check: () => Promise<void>): Promise<{ ok: boolean; detail?: string }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`no answer within ${ANSWER_MS} ms`)), ANSWER_MS);
  });
  try {
    await Promise.race([check(), late]);
    return { ok: true };
  } catch (error) {
    return { ok: false, detail: messageOf(error) };
  } finally {
    clearTimeout(timer);
  }
}
