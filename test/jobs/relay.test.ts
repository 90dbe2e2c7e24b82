import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Broker, Lane, NewJob } from '../../src/jobs/broker.js';
import { startRelay } from '../../src/jobs/relay.js';
import { acceptComments } from '../../src/store/accept.js';
import { putArticle } from '../../src/store/articles.js';
import { newestEvent } from '../../src/store/events.js';
import { deliverOnce, numberOnce } from '../../src/store/outbox.js';
import { aComment } from '../support/builders.js';
import { createStore, SITE } from '../support/database.js';
import { pause, until } from '../support/wait.js';

let store: Awaited<ReturnType<typeof createStore>>;
const complaints: string[] = [];

beforeAll(async () => {
  store = await createStore();
  await putArticle(store.db, SITE, 'harbour', { title: 'The harbour reopens' });
});
afterAll(() => store.close());

/** A relay on the real store, with a queue that does what the test says. */
function relayTo(add: (lane: Lane, jobs: readonly NewJob[]) => Promise<void>) {
  return startRelay(
    {
      deliverOnce: (most, deliver) => deliverOnce(store.db, most, deliver),
      numberOnce: (most) => numberOnce(store.db, most),
      onWritten: () => undefined,
      logError: (message) => complaints.push(message),
    },
    { add } as Broker,
  );
}

const undelivered = async () =>
  (await store.db.selectFrom('outbox').select('seq').where('job_id', 'is', null).execute()).length;

describe('The relay', () => {
  it('announces what happens also while the queue is away, says so once a try, and hands over when it is back', async () => {
    let away = true;
    const jobs = new Set<string>();
    const relay = relayTo(async (_lane, list) => {
      if (away) throw new Error('away');
      for (const { id } of list) jobs.add(id);
    });
    try {
      const before = await newestEvent(store.db, SITE);
      await acceptComments(store.db, SITE, [aComment()], 'live');
      await until('the event has its number', async () => (await newestEvent(store.db, SITE)) > before, 3_000);
      await pause(2_500);
      expect(complaints.length).toBeGreaterThan(0);
      expect(complaints.length).toBeLessThan(6);
      expect(await undelivered()).toBeGreaterThan(0);
      away = false;
      await until('everything is handed over', async () => (await undelivered()) === 0, 5_000);
      expect(jobs.size).toBeGreaterThan(0);
    } finally {
      await relay.stop();
    }
  });

  it('hands every piece of work over once although two of them run', async () => {
    const seen: number[] = [];
    const take = async (_lane: Lane, list: readonly NewJob[]) => {
      for (const { data } of list) {
        for (const [comment] of (data as { subjects?: [number, number][] }).subjects ?? []) seen.push(comment);
      }
    };
    const relays = [relayTo(take), relayTo(take)];
    try {
      for (let round = 0; round < 20; round += 1) {
        await acceptComments(store.db, SITE, [aComment(), aComment(), aComment()], 'live');
      }
      await until('everything is handed over', async () => (await undelivered()) === 0, 10_000);
      expect(seen).toHaveLength(60);
      expect(new Set(seen).size).toBe(60);
    } finally {
      await Promise.all(relays.map((relay) => relay.stop()));
    }
  });
});
