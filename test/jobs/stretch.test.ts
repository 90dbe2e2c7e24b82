import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Broker, NewJob } from '../../src/jobs/broker.js';
import { faultOf } from '../../src/jobs/fault.js';
import { startRelay } from '../../src/jobs/relay.js';
import { stretchProcessor } from '../../src/jobs/stretch.js';
import { type SweepDeps, sweep } from '../../src/jobs/sweep.js';
import { deliverOnce, numberOnce, overdue, redeliver } from '../../src/store/outbox.js';
import { createRescore } from '../../src/store/rescores.js';
import { createStore, SITE } from '../support/database.js';
import { until } from '../support/wait.js';

let store: Awaited<ReturnType<typeof createStore>>;

beforeAll(async () => {
  store = await createStore();
});
afterAll(() => store.close());

describe('A rescoring whose job an earlier premod has left in the queue', () => {
  const carriedOn: number[] = [];
  const process = stretchProcessor({
    carryOn: async (_site, id) => void carriedOn.push(id),
    fail: async () => {
      throw new Error('It was given up.');
    },
  });

  it('is refused in plain words, and goes on by a job of its own that the sweeper asks for', async () => {
    const scope = { section: null, from: null, to: null };
    const id = Number(
      await createRescore(store.db, SITE, { mode: 'report', scope, pipeline: store.pipeline, by: 'Mara' }),
    );
    const earlier = { name: 'rescore', data: { site: SITE, rescoreId: id }, lastAttempt: true };
    await store.db
      .updateTable('outbox')
      .set({ job_id: 'rescore-1-earlier', enqueued_at: new Date(Date.now() - 60_000) })
      .where('kind', '=', 'rescore')
      .execute();
    const fault = await process(earlier).catch(faultOf);
    expect(fault).toBe(
      'Another version of premod has left this job (rescore) in the queue; its work is handed over anew.',
    );
    expect(carriedOn).toEqual([]);

    const jobs: NewJob[] = [];
    const broker = {
      add: async (_lane: string, list: readonly NewJob[]) => void jobs.push(...list),
      count: async () => 1,
      isThere: async () => false,
    } as unknown as Broker;
    const nothing = async () => 0;
    const deps: SweepDeps = {
      overdue: (olderThanMs) => overdue(store.db, olderThanMs),
      redeliver: (ids) => redeliver(store.db, ids),
      redeliverAll: async () => undefined,
      adoptUndecided: nothing,
      linkMissed: nothing,
      retryFailed: nothing,
      forgetOldKeys: async () => undefined,
      modelAnswers: async () => false,
      log: () => undefined,
      logError: () => undefined,
    };
    await sweep(deps, broker);
    const relay = startRelay(
      {
        deliverOnce: (most, deliver) => deliverOnce(store.db, most, deliver),
        numberOnce: (most) => numberOnce(store.db, most),
        onWritten: () => undefined,
        logError: () => undefined,
      },
      broker,
    );
    try {
      await until('it is handed over again', () => jobs.length > 0, 5_000);
    } finally {
      await relay.stop();
    }
    for (const { name, data } of jobs) await process({ name, data, lastAttempt: false });
    expect(carriedOn).toEqual([id]);
  });
});
