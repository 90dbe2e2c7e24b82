import { Redis } from 'ioredis';
import pg from 'pg';
import { serve } from '../../src/cli/serve.js';
import { loadConfig } from '../../src/config.js';
import { createDatabase } from './database.js';

export const KEY = 'a-key-for-tests-only';
export const REDIS_URL = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379';

export type Queue = 'postgres' | 'redis';

/** The queue backends that can be tested here; one that cannot is left out with a printed reason. */
export async function queuesHere(): Promise<readonly Queue[]> {
  const redis = new Redis(REDIS_URL, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 1_000 });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return ['postgres', 'redis'];
  } catch {
    console.warn(`Skipped: no Redis answers at ${REDIS_URL}, so the queue on Redis is not tested. Set TEST_REDIS_URL.`);
    return ['postgres'];
  } finally {
    redis.disconnect();
  }
}

export type Service = {
  readonly url: string;
  readonly databaseUrl: string;
  /** A request with the key; the body is sent as JSON unless it is text or bytes already. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  stop(): Promise<void>;
};

// biome-ignore lint/suspicious/noExplicitAny: tests look at answers by matching their shape
export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string; readonly json: any };

/**
 * Of the first comments of a test none is among the one in a hundred that a person checks. Whether one is hangs on the
 * installation's secret; with this one, none of the first 600.
 */
const SECRET = 'premod-tests-1474...............';

async function drawNoneAtFirst(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('update premod.installation set audit_secret = $1', [Buffer.from(SECRET)]);
  } finally {
    await client.end();
  }
}

/** A whole service in this process, on a database of its own and a free port, with the real model. */
export async function startService(queue: Queue, environment: Record<string, string> = {}): Promise<Service> {
  const database = await createDatabase();
  const config = loadConfig({
    PORT: '0',
    DATABASE_URL: database.url,
    PREMOD_API_KEY: KEY,
    PREMOD_LOG_LEVEL: 'error',
    PREMOD_SWEEP_MS: '1000',
    ...(queue === 'redis' && { REDIS_URL }),
    ...(process.env.XDG_CACHE_HOME !== undefined && { XDG_CACHE_HOME: process.env.XDG_CACHE_HOME }),
    HOME: process.env.HOME,
    ...environment,
  });
  const running = await serve(config, { worker: true });
  await drawNoneAtFirst(database.url);
  const url = `http://127.0.0.1:${running.port}`;
  return {
    url,
    databaseUrl: database.url,
    call: (method, path, body, headers) => callAt(url, method, path, body, headers),
    async stop() {
      await running.stop();
      await database.drop();
    },
  };
}

/** From here on no decision is drawn for a person's check: one that waits so is passed over by dry runs and rescorings. */
export async function drawNone(url: string): Promise<void> {
  const { content, revision } = (await callAt(url, 'GET', '/v1/policies')).json;
  const defaults = { ...content.defaults, audit: { share: 0 } };
  await callAt(url, 'PUT', '/v1/policies/draft', { yaml: JSON.stringify({ ...content, defaults }) });
  const why = 'Tests count what is asked again.';
  const { status, text } = await callAt(url, 'POST', '/v1/policies:publish', { why, expectedRevision: revision });
  if (status !== 200) throw new Error(text);
}

/** The headers of a batch of comments. */
export const NDJSON = { 'Content-Type': 'application/x-ndjson' };

/** Asks a service as the sender of comments. Text goes as it is, everything else as JSON; `headers` may say otherwise. */
export async function callAt(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${KEY}`,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: raw ? (body as string) : JSON.stringify(body) }),
  });
  const text = await response.text();
  let json: unknown = null;
  try {
    json = JSON.parse(text);
  } catch {
    // Not every answer is JSON.
  }
  return { status: response.status, headers: response.headers, text, json };
}
