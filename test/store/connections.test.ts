import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createStore } from '../support/database.js';
import { pause } from '../support/wait.js';

let store: Awaited<ReturnType<typeof createStore>>;

beforeAll(async () => {
  store = await createStore();
});
afterAll(() => store.close());

it('A connection that is lost between two statements of a transaction fails that transaction and nothing else', async () => {
  const lost = store.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
    await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(store.db);
    // The news reaches the connection while nobody waits for it.
    await pause(200);
    await sql`select 1`.execute(tx);
  });
  await expect(lost).rejects.toThrow();
  const { rows } = await sql<{ one: number }>`select 1 as one`.execute(store.db);
  expect(rows).toEqual([{ one: 1 }]);
});
