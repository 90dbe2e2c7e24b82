import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { Express } from 'express';
import { type Config, ConfigurationError } from '../config.js';
import { messageOf } from '../core/error-message.js';
import type { IncomingComment } from '../core/incoming.js';
import { coalesce } from '../flow/coalesce.js';
import { ingest, type Receipt } from '../flow/ingest.js';
import { createPace } from '../flow/pace.js';
import type { Actor, Lane } from '../flow/site.js';
import { type Access, isLoopback, SITE } from '../http/access.js';
import { createApp, type HttpDeps } from '../http/app.js';
import { SERVER_TIMES } from '../http/streaming.js';
import { acceptComments } from '../store/accept.js';
import { describeError } from '../telemetry/log.js';
import { offerDemonstration } from './demonstration.js';
import { holdExamples } from './held-examples.js';
import { createHttpDeps } from './http-deps.js';
import { type Opened, openService } from './open-service.js';
import { say } from './say.js';
import { HOME, VERSION } from './version.js';
import { startCarrying, startWorkers } from './workers.js';

export type Running = { readonly port: number; stop(): Promise<void> };

/**
 * The service: HTTP, and, unless told otherwise, the worker in the same process.
 *
 * The port is taken first, so that a port in use is known before anything else is started; until everything is there, it
 * answers 503.
 *
 * @param told as of {@link openService}.
 * @throws ConfigurationError, StoreError, BrokerError, ArtefactDamaged …: each one line for the operator.
 */
export async function serve(
  config: Config,
  options: { readonly worker: boolean },
  told?: AbortSignal,
): Promise<Running> {
  const began = performance.now();
  const access = accessOf(config);
  let app: Express | null = null;
  const server = createServer(SERVER_TIMES, (request, response) => {
    if (app !== null) return app(request, response);
    response.writeHead(503, { 'Content-Type': 'application/problem+json', 'Retry-After': '2' });
    response.end(JSON.stringify({ type: 'about:blank', title: 'Starting', status: 503, instance: '' }));
  });
  const port = await listenOn(server, config.http.host, config.http.port);

  let opened: Opened;
  try {
    opened = await openService(config, options.worker ? 'serve' : 'web', told);
  } catch (error) {
    server.close();
    throw error;
  }
  const { wired } = opened;
  const { load, log } = wired;
  const carrying = startCarrying(wired, config.sweepMs, opened.modelAnswers);
  const pace = createPace(() => performance.now());
  // In overload nothing is held back for the sake of what comes in: what waits has waited too long already.
  const turn = async (lane: Lane) => (load.overloadedSeconds() === null ? await pace.turn(lane) : undefined);
  if (options.worker) await startWorkers(wired, turn);

  const together = coalesce<{ actor: Actor; comment: IncomingComment }, Receipt | Error>(
    async (items) => {
      const [first] = items;
      if (first === undefined) return [];
      return await take(
        opened,
        first.actor,
        items.map(({ comment }) => comment),
        'live',
      );
    },
    ({ comment }) => comment.id,
    MOST_TOGETHER,
  );
  const examples = holdExamples(opened, SITE);
  const stored = createHttpDeps(opened, config, examples);
  const deps: HttpDeps = {
    ...stored,
    ingestOne: (actor, comment, waits) => {
      if (waits) return pace.awaited(together({ actor, comment }));
      pace.accepted('live', 1);
      return together({ actor, comment });
    },
    awaitDecision: (...asked) => pace.awaited(stored.awaitDecision(...asked)),
    overloadedSeconds: load.overloadedSeconds,
    onLoad: load.onChange,
    ingestMany: (actor, comments) => {
      pace.accepted('bulk', comments.length);
      return take(opened, actor, comments, 'bulk');
    },
    logError: (error, instance) => log.error('unforeseen error', { instance, ...describeError(error) }),
  };
  app = createApp(deps, { access, pages: join(HOME, 'dist', 'web'), version: VERSION });
  const demonstration = await offerDemonstration(opened, config, SITE);

  for (const line of await opened.describe()) say(line);
  say(opened.judgesBy);
  if (demonstration) say('It shows a demonstration thread. To remove it: npm run -s premod -- demonstration remove');
  say(`premod ${VERSION} is ready after ${((performance.now() - began) / 1000).toFixed(1)} s.`);
  process.stdout.write(`Queue: http://${urlHost(config.http.host)}:${port}/  API: /v1, described at /docs\n`);

  return {
    port,
    async stop() {
      await leave(server);
      examples.close();
      await carrying.stop().catch((error: unknown) => say(messageOf(error)));
      await opened.close();
    },
  };
}

const LEAVE_MS = 500;

/** So many comments that come one by one share a transaction. */
const MOST_TOGETHER = 64;

async function take(opened: Opened, actor: Actor, comments: readonly IncomingComment[], lane: Lane) {
  const { db } = opened.wired.store;
  return await ingest(
    { acceptComments: (site, list, way) => acceptComments(db, site, list, way), now: () => new Date() },
    actor,
    comments,
    lane,
  );
}

/** Who may come in. @throws ConfigurationError where nobody could be told from anybody. */
function accessOf(config: Config): Access {
  if (config.http.key !== null) return { kind: 'key', key: config.http.key };
  if (isLoopback(config.http.host) && config.store.kind === 'embedded') return { kind: 'open' };
  const why = isLoopback(config.http.host) ? 'with a DATABASE_URL' : `on ${config.http.host}`;
  throw new ConfigurationError(
    `PREMOD_API_KEY must be set to serve ${why}: without it everybody could decide. Example: PREMOD_API_KEY=${randomUUID()}`,
  );
}

/** What is being answered may end; whoever only listens is sent away, before the store goes that they listen to. */
async function leave(server: Server): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), LEAVE_MS);
  await closed;
  clearTimeout(cut);
}

async function listenOn(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((done, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        failed(
          new ConfigurationError(`Port ${port} on ${host} is in use. Set PORT to another one, or stop what uses it.`),
        );
      } else failed(new ConfigurationError(`Port ${port} on ${host} cannot be used: ${error.message}`));
    });
    server.listen(port, host, done);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
