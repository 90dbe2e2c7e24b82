import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { serve } from '../../src/cli/serve.js';
import { loadConfig } from '../../src/config.js';
import { KEY, type Service, startService } from '../support/service.js';

let directory: string;
/** Bound to loopback on its embedded store, without a key. */
let open: Awaited<ReturnType<typeof serve>>;
let locked: Service;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'premod-access-'));
  const { HOME, XDG_CACHE_HOME } = process.env;
  const config = loadConfig({
    HOME,
    XDG_CACHE_HOME,
    PORT: '0',
    DATA_DIR: directory,
    PREMOD_DEMONSTRATION: 'false',
    PREMOD_LOG_LEVEL: 'error',
  });
  open = await serve(config, { worker: true });
  locked = await startService('postgres');
});
afterAll(async () => {
  await open?.stop();
  await locked?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** As `fetch`, but with any Host. */
async function ask(
  port: number,
  headers: Record<string, string>,
  { method = 'GET', path = '/v1/session', body = '', as = 'json' } = {},
  // biome-ignore lint/suspicious/noExplicitAny: tests look at answers by matching their shape
): Promise<{ status: number; json: any }> {
  return await new Promise((done, failed) => {
    const asked = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () =>
        done({ status: response.statusCode ?? 0, json: as === 'json' ? JSON.parse(text || 'null') : text }),
      );
    });
    asked.on('error', failed);
    asked.end(body);
  });
}

describe('A service without a key, bound to this machine', () => {
  it('lets this machine in, as whatever loopback is called', async () => {
    const own = `127.0.0.1:${open.port}`;
    for (const Host of [own, `localhost:${open.port}`, 'localhost', `[::1]:${open.port}`]) {
      expect(await ask(open.port, { Host })).toMatchObject({ status: 200, json: { access: 'open' } });
    }
    // Its own page.
    const page = { Host: own, Origin: `http://${own}`, 'Sec-Fetch-Site': 'same-origin' };
    expect((await ask(open.port, page)).status).toBe(200);
  });

  test.for([
    ['forwarded by a proxy', { 'X-Forwarded-For': '203.0.113.7' }],
    ['forwarded by a proxy', { Forwarded: 'for=203.0.113.7' }],
    ['forwarded by a proxy', { 'X-Forwarded-Host': 'news.example' }],
    ['forwarded by a proxy', { 'X-Forwarded-Proto': 'https' }],
    ['forwarded by a proxy', { 'X-Real-IP': '203.0.113.7' }],
    ['forwarded by a proxy', { Via: '1.1 cache' }],
    ['meant for another Host', { Host: 'news.example' }],
    ['meant for another Host', { Host: '127.0.0.1.news.example' }],
    ['meant for another Host', { Host: 'localhost@news.example' }],
    ['meant for another Host', { Host: '0.0.0.0' }],
    ['of another site’s page', { Origin: 'https://news.example' }],
    ['of another site’s page', { Origin: 'null' }],
    ['of another site’s page', { Origin: 'http://127.0.0.1:1' }],
    ['of another site’s page', { Origin: 'http://localhost' }],
    ['of another site’s page', { 'Sec-Fetch-Site': 'cross-site' }],
  ] as const)('refuses a request that is %s: %o', async ([, headers]) => {
    const own = { Host: `127.0.0.1:${open.port}` };
    for (const asked of [
      {},
      { method: 'DELETE', path: '/v1/comments/x' },
      { method: 'POST', path: '/v1/reviews', body: '{}' },
      { path: '/v1/events' },
      { path: '/v1/nowhere' },
      { path: '/' },
      { path: '/queue/hate' },
      { path: '/assets/missing.js' },
      { path: '/docs' },
      { path: '/openapi.json' },
      { path: '/healthz' },
      { path: '/readyz' },
      { path: '/metrics' },
    ]) {
      expect(await ask(open.port, { ...own, ...headers }, asked)).toMatchObject({
        status: 403,
        json: { type: '/problems/forbidden', detail: expect.stringContaining('PREMOD_API_KEY') },
      });
    }
  });
});

describe('A link on another site', () => {
  const link = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };

  it('leads a person here, who alone sees the page', async () => {
    expect((await ask(open.port, { Host: 'localhost', ...link }, { path: '/queue', as: 'text' })).status).toBe(200);
  });

  it('leads nowhere else, in no frame, and sends no form', async () => {
    const own = { Host: 'localhost', ...link };
    expect((await ask(open.port, own, { path: '/v1/queue' })).status).toBe(403);
    expect((await ask(open.port, { ...own, 'Sec-Fetch-Dest': 'iframe' }, { path: '/queue' })).status).toBe(403);
    expect((await ask(open.port, own, { method: 'POST', path: '/queue' })).status).toBe(403);
  });
});

describe('A service with a key', () => {
  it('lets in whoever has it, from wherever', async () => {
    const { port } = new URL(locked.url);
    const headers = { Authorization: `Bearer ${KEY}`, Host: 'news.example', 'X-Forwarded-For': '203.0.113.7' };
    expect(await ask(Number(port), headers)).toMatchObject({ status: 200, json: { access: 'key' } });
  });

  it('shows nobody else more than whether it is well', async () => {
    const statuses = await Promise.all(
      ['/healthz', '/readyz', '/docs', '/queue', '/v1/session', '/v1/queue', '/v1/events', '/v1/nowhere'].map(
        async (path) => (await fetch(`${locked.url}${path}`)).status,
      ),
    );
    expect(statuses).toEqual([200, 200, 200, 200, 401, 401, 401, 401]);
  });
});
