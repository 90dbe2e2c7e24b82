import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Child, freePort, idsUnder, startChild } from '../support/child.js';
import { createDatabase } from '../support/database.js';
import { type Look, lookInto } from '../support/look.js';
import { callAt, KEY } from '../support/service.js';
import { until } from '../support/wait.js';

const hasRedisServer = (() => {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('Skipped: there is no redis-server here, so a Redis that goes away is not tested.');
    return false;
  }
})();

let home: string;
let database: Awaited<ReturnType<typeof createDatabase>>;
let look: Look;
let web: Child;
let environment: Record<string, string>;
let counter = 0;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'premod-outages-'));
  database = await createDatabase();
  look = await lookInto({ databaseUrl: database.url });
  environment = {
    TMPDIR: home,
    DATABASE_URL: database.url,
    PREMOD_API_KEY: KEY,
    PREMOD_SWEEP_MS: '500',
    PREMOD_LOG_LEVEL: 'error',
  };
});
afterAll(async () => {
  await look?.close();
  await database?.drop();
  rmSync(home, { recursive: true, force: true });
});

const call = (method: string, path: string, body?: unknown) => callAt(web.url, method, path, body);

const send = (count: number, wait = 0) =>
  Promise.all(
    Array.from({ length: count }, async () => {
      counter += 1;
      const comment = {
        id: `o${counter}`,
        articleId: 'harbour',
        author: { id: 'mara' },
        text: `Ferry ${counter} was late.`,
      };
      return (await call('POST', `/v1/comments${wait === 0 ? '' : `?wait=${wait}`}`, comment)).status;
    }),
  );

/** Every comment that was sent has one effective decision, and a whole one. */
async function allDecided() {
  const rows = await look.rows<{ n: string; wrong: string }>(
    `select count(*) as n, count(*) filter (where (select count(*) from decision d where d.site = c.site
       and d.comment_id = c.id and d.effective and not d.degraded) <> 1) as wrong from comment c`,
  );
  return { sent: Number(rows[0]?.n), wrong: Number(rows[0]?.wrong) };
}

describe('A web process without a worker', () => {
  let worker: Child;

  it('takes comments, says that nobody judges them, and they are judged when a worker comes', async () => {
    const port = await freePort();
    web = startChild(['serve', '--no-worker'], environment, port);
    await until('it serves', () => web.stdout().includes('Queue: '), 60_000);
    expect(await call('GET', '/readyz')).toMatchObject({
      status: 503,
      json: { ready: false, checks: { store: { ok: true }, queue: { ok: true }, worker: { ok: false } } },
    });
    await call('PUT', '/v1/articles/harbour', { title: 'The harbour reopens' });
    expect(await send(1, 500)).toEqual([202]);

    worker = startChild(['work'], environment);
    await until('all work is done', look.idle, 60_000);
    expect((await call('GET', '/readyz')).status).toBe(200);
    // Whoever waits in one process hears what another one decides.
    expect(await send(5, 20_000)).toEqual([200, 200, 200, 200, 200]);
    expect(await allDecided()).toEqual({ sent: 6, wrong: 0 });
  }, 120_000);

  it('hands the work of a worker that was killed to the next one', async () => {
    const sending = send(150);
    await until(
      'some are on their way',
      async () => (await look.count(`select count(*) from outbox where job_id is not null`)) > 0,
    );
    worker.process.kill('SIGKILL');
    expect(new Set(await sending)).toEqual(new Set([202]));
    worker = startChild(['work'], environment);
    await until('all work is done', look.idle, 60_000);
    expect(await allDecided()).toEqual({ sent: 156, wrong: 0 });
  }, 120_000);

  it('goes on when the inference process is killed in the middle of work', async () => {
    const sending = send(150);
    await until(
      'some are on their way',
      async () => (await look.count(`select count(*) from outbox where job_id is not null`)) > 0,
    );
    const inference = idsUnder(home).filter(({ command }) => command.includes('inference/main.js'));
    expect(inference).toHaveLength(1);
    for (const { pid } of inference) process.kill(pid, 'SIGKILL');
    expect(new Set(await sending)).toEqual(new Set([202]));
    await until('all work is done', look.idle, 90_000);
    expect(await allDecided()).toEqual({ sent: 306, wrong: 0 });
    expect(await worker.stop()).toBe(0);
    await until('the worker is missed', async () => (await call('GET', '/readyz')).status === 503);
    expect(await web.stop()).toBe(0);
  }, 120_000);
});

describe.skipIf(!hasRedisServer)('A Redis that goes away and comes back empty', () => {
  let port: number;
  let redis: ChildProcess;

  async function startRedis() {
    redis = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', home], {
      stdio: 'ignore',
    });
    await until('Redis answers', async () => {
      const probe = new Redis(port, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
      probe.on('error', () => undefined);
      const answers = await probe.connect().then(
        () => true,
        () => false,
      );
      probe.disconnect();
      return answers;
    });
  }

  it('costs no comment: they are taken meanwhile, people’s decisions are announced, and all are judged afterwards', async () => {
    port = await freePort();
    await startRedis();
    const withRedis = { ...environment, REDIS_URL: `redis://127.0.0.1:${port}` };
    web = startChild(['serve', '--no-worker'], withRedis, await freePort());
    await until('it serves', () => web.stdout().includes('Queue: '), 60_000);
    const before = (await allDecided()).sent;
    await send(100);
    const handedOver = () => look.count('select count(*) from outbox where job_id is not null');
    await until('Redis has all of them', async () => (await handedOver()) === 100);
    redis.kill('SIGKILL');

    expect(new Set(await send(20))).toEqual(new Set([202]));
    await until('it is said', async () => (await call('GET', '/readyz')).json.checks.queue.ok === false);
    const { next } = (await call('GET', '/v1/changes?limit=1000')).json;
    await call('DELETE', '/v1/comments/o1');
    await until(
      'it is announced',
      async () => (await call('GET', `/v1/changes?after=${next}`)).json.changes.length > 0,
    );

    await startRedis();
    const worker = startChild(['work'], withRedis);
    await until('all work is done', look.idle, 90_000);
    await until('all is well', async () => (await call('GET', '/readyz')).status === 200);
    // The one that was deleted has no decision any more.
    expect(await allDecided()).toEqual({ sent: before + 120, wrong: 1 });
    expect(await worker.stop()).toBe(0);
    expect(await web.stop()).toBe(0);
    redis.kill('SIGKILL');
  }, 180_000);
});
