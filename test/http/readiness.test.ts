import { tmpdir } from 'node:os';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { refuseNoRoom } from '../../src/cli/readiness.js';
import { type Service, startService } from '../support/service.js';
import { until } from '../support/wait.js';

let service: Service;
let administration: pg.Client;

beforeAll(async () => {
  service = await startService('postgres');
  administration = new pg.Client({ connectionString: inject('clusterUrl') });
  await administration.connect();
});
afterAll(async () => {
  await administration?.end();
  await service?.stop();
});

const ready = () => service.call('GET', '/readyz');

/** As when an operator or a failover makes a PostgreSQL read-only: those who are connected come back to another one. */
async function makeReadOnly(readOnly: boolean): Promise<void> {
  const database = new URL(service.databaseUrl).pathname.slice(1);
  await administration.query(`alter database ${database} set default_transaction_read_only = ${readOnly}`);
  await administration.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database]);
}

describe('A service', () => {
  it('is not ready while its PostgreSQL answers but takes no write', async () => {
    expect(await ready()).toMatchObject({ status: 200, json: { checks: { store: { ok: true } } } });
    await makeReadOnly(true);
    await until('it says so', async () => (await ready()).json.checks.store.ok === false, 10_000);
    expect(await ready()).toMatchObject({
      status: 503,
      json: { ready: false, checks: { store: { detail: expect.stringContaining('read-only') } } },
    });
    await makeReadOnly(false);
    await until('it is ready again', async () => (await ready()).status === 200, 30_000);
  });

  it('is not ready when its disk has no room for what comes', async () => {
    await expect(refuseNoRoom(tmpdir(), 1)).resolves.toBeUndefined();
    await expect(refuseNoRoom(tmpdir(), 2 ** 70)).rejects.toThrow(/^the disk of .* has only \d+ MiB left$/);
  });
});
