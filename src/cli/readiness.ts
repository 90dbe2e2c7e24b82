import { sql } from 'kysely';
import type { Readiness } from '../http/health.js';
import { somebodyWorks } from '../store/processes.js';
import type { Opened } from './open-service.js';
import { messageOf } from './say.js';

const WORKS_WITHIN_MS = 30_000;
const ANSWER_MS = 3_000;

/** Whether a comment can be taken in, handed over and judged at this moment. */
export async function readiness({ wired: { store, broker }, inference }: Opened): Promise<Readiness> {
  const checks = {
    store: await look(async () => void (await sql`select 1`.execute(store.db))),
    queue: await look(() => broker.ping()),
    model: await look(async () => void (await inference.status())),
    worker: await look(async () => {
      if (!(await somebodyWorks(store.db, WORKS_WITHIN_MS))) throw new Error('no worker has been seen for 30 seconds');
    }),
  };
  return { ready: Object.values(checks).every(({ ok }) => ok), checks };
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
