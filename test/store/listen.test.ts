import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect, it } from 'vitest';
import { startCluster } from '../../src/store/embedded/cluster.js';
import { listen } from '../../src/store/listen.js';
import { pause, until } from '../support/wait.js';

it('Whoever listens tries quietly while PostgreSQL is away, hears again when it is back, and holds one connection', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'premod-listen-'));
  const first = await startCluster(directory);
  const listener = await listen(first.url, () => undefined);
  let heard = 0;
  listener.on('outbox', () => {
    heard += 1;
  });
  const tries = countConnects();
  try {
    await first.stop();
    await pause(3_500);
    const whileAway = tries.count();
    expect(whileAway).toBeGreaterThan(2);
    expect(whileAway).toBeLessThan(10);

    const second = await startCluster(directory);
    try {
      // Told to look by the new connection itself: a hint may have been missed.
      await until('the listener is back', () => heard > 0, 10_000);
      heard = 0;
      const client = new pg.Client({ connectionString: second.url });
      await client.connect();
      await client.query(`select pg_notify('premod_outbox', '')`);
      await until('the notice is heard', () => heard > 0, 5_000);
      expect(heard).toBe(1);
      const { rows } = await client.query(
        `select count(*)::integer as n from pg_stat_activity where application_name = 'premod listen'`,
      );
      expect(rows).toEqual([{ n: 1 }]);
      await client.end();
    } finally {
      await listener.close();
      await second.stop();
    }
  } finally {
    tries.stop();
    await rm(directory, { recursive: true, force: true });
  }
});

/** Counts how often anybody here connects to PostgreSQL. */
function countConnects(): { count(): number; stop(): void } {
  const { connect } = pg.Client.prototype;
  let count = 0;
  pg.Client.prototype.connect = function (this: pg.Client, ...given: unknown[]) {
    count += 1;
    return Reflect.apply(connect, this, given);
  } as typeof connect;
  return {
    count: () => count,
    stop: () => {
      pg.Client.prototype.connect = connect;
    },
  };
}
