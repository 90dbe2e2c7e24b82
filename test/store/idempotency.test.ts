import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepAnswer, releaseKey, takeKey } from '../../src/store/idempotency.js';
import { createStore, SITE } from '../support/database.js';

let store: Awaited<ReturnType<typeof createStore>>;

beforeAll(async () => {
  store = await createStore();
});
afterAll(() => store.close());

const take = (key: string, request = 'POST /v1/reviews {}') => takeKey(store.db, SITE, key, request);

/** Makes a key older than it is. */
async function age(key: string, seconds: number) {
  await sql`update idempotency set created_at = created_at - make_interval(secs => ${seconds}) where key = ${key}`.execute(
    store.db,
  );
}

it('A key is taken once; then its answer is given, or who asks too early or for something else is told so', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => take('a')));
  expect(all.filter((taken) => taken === 'first')).toHaveLength(1);
  expect(all.filter((taken) => taken === 'running')).toHaveLength(7);
  expect(await take('a', 'POST /v1/reviews {"other":1}')).toBe('other');
  await keepAnswer(store.db, SITE, 'a', { status: 201, body: { id: '7' } });
  expect(await take('a')).toEqual({ status: 201, body: { id: '7' } });
});

it('A key whose request failed can be used again', async () => {
  await take('b');
  await releaseKey(store.db, SITE, 'b');
  expect(await take('b')).toBe('first');
});

it('A key whose process was killed in the middle is free again after a minute, an answered one after a day', async () => {
  await take('c');
  await age('c', 50);
  expect(await take('c')).toBe('running');
  await age('c', 11);
  expect(await take('c')).toBe('first');
  await keepAnswer(store.db, SITE, 'c', { status: 201, body: {} });
  await age('c', 86_000);
  expect(await take('c')).toEqual({ status: 201, body: {} });
  await age('c', 500);
  expect(await take('c')).toBe('first');
});
