import { statfs } from 'node:fs/promises';
import type { Config } from '../config.js';
import { suspendedInWords } from '../core/consequences.js';
import { messageOf } from '../core/error-message.js';
import { unreadRules } from '../core/rule-faults.js';
import { SITE } from '../http/access.js';
import type { Readiness } from '../http/health.js';
import { somebodyWorks } from '../store/processes.js';
import type { Opened } from './open-service.js';

const WORKS_WITHIN_MS = 30_000;
const ANSWER_MS = 3_000;
/** Four segments of PostgreSQL's write-ahead log: with less, what is written next may not fit. */
const LEAST_ROOM_BYTES = 64 * 1_048_576;

/** Whether a comment can be taken in, handed over and judged at this moment, and whether that is done in time. */
export async function readiness(opened: Opened, { store: choice }: Pick<Config, 'store'>): Promise<Readiness> {
  const {
    wired: { store, broker, judging, load },
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
  // What these rules could concern goes to a person; without this process nothing at all would be judged.
  const rules = await look(async () => {
    const { faults } = (await judging.partsInForce(SITE)).rules;
    if (faults.length > 0) throw new Error(unreadRules(faults));
  });
  const policy = await look(async () => {
    const { suspended } = await judging.partsInForce(SITE);
    if (suspended.length > 0) throw new Error(suspendedInWords(suspended));
  });
  const lasted = load.overloadedSeconds();
  const detail = `live comments wait too long for what the policy allows, for ${Math.round(lasted ?? 0)} seconds now`;
  return {
    ready: Object.values(checks).every(({ ok }) => ok),
    degraded: lasted !== null,
    checks: { ...checks, rules, policy, load: lasted === null ? { ok: true } : { ok: false, detail } },
  };
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
