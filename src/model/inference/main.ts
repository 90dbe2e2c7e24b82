import { rmSync, writeSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { z } from 'zod';
import { openBackend } from '../backend.js';
import { EmbeddingCache } from './embedding-cache.js';
import { takeLock } from './lock.js';
import { measureSpeed } from './measure.js';
import { ANOTHER_SERVES, type Ask } from './protocol.js';
import { Registry } from './registry.js';
import { Scheduler } from './scheduler.js';
import { serveInference } from './server.js';
import { Weigher } from './weigher.js';

/** What the starter hands over, as JSON in the only argument. */
const Start = z.strictObject({
  socket: z.string(),
  lock: z.string(),
  backend: z.enum(['auto', 'native', 'wasm']),
  models: z.string(),
  cache: z.string(),
  /** It ends itself so long after its last client left. */
  lingerMs: z.int().nonnegative(),
});
type Start = z.infer<typeof Start>;

/** Nobody came to the process that was started: its starter is gone. */
const FIRST_CLIENT_MS = 20_000;

/** A nice value; 0 is what processes have by themselves, 19 the last in line. */
const BEHIND_OTHERS = 5;

const CACHED_EMBEDDINGS = 10_000;

/** The inference process: one per host and user, shared by every process that weighs texts. */
function main(start: Start): void {
  // Whoever takes comments in or answers a page goes before whoever weighs them; threads inherit this.
  if (getPriority() < BEHIND_OTHERS) setPriority(BEHIND_OTHERS);
  const lock = takeLock(start.lock);
  if ('holder' in lock) process.exit(ANOTHER_SERVES);

  const leave = (status: number): never => {
    if (lock.held()) rmSync(start.socket, { force: true });
    lock.release();
    process.exit(status);
  };
  const say = (line: string) => writeSync(2, `${new Date().toISOString()} ${line}\n`);
  process.on('uncaughtException', (error) => {
    say(`ends after ${error.name}`);
    leave(1);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => leave(0));

  const backend = openBackend({ choice: start.backend, cache: start.cache });
  const scheduler = new Scheduler();
  const weigher = new Weigher(scheduler, new EmbeddingCache(CACHED_EMBEDDINGS));
  let commentsPerSecond = 0;
  const registry = new Registry(start.models, backend, async (model) => {
    commentsPerSecond = await measureSpeed(model);
    say(`${model.manifest.name} is ready on ${backend.library}, ${Math.round(commentsPerSecond)} comments a second`);
  });

  const answer = async (ask: Ask, signal: AbortSignal) => {
    switch (ask.kind) {
      case 'weigh':
        return await weigher.weigh(await registry.get(ask.artefact), ask.texts, { lane: ask.lane, signal });
      case 'embed':
        return await weigher.embed(await registry.get(ask.artefact), ask.texts, { lane: ask.lane, signal });
      case 'describe': {
        const { id, manifest, prototypes } = await registry.get(ask.artefact);
        return { id, name: manifest.name, manifest, topic: { calibration: manifest.topic, prototypes } };
      }
      case 'status':
        return {
          pid: process.pid,
          backend: backend.name,
          library: backend.library,
          whyNotNative: backend.whyNotNative,
          commentsPerSecond,
          artefacts: (await registry.all()).map(({ id, manifest }) => ({ id, name: manifest.name })),
          waiting: scheduler.waiting(),
          memory: process.memoryUsage.rss(),
        };
    }
  };

  let leaving = setTimeout(() => leave(0), FIRST_CLIENT_MS);
  const server = serveInference(answer, (count) => {
    clearTimeout(leaving);
    if (count === 0) leaving = setTimeout(() => leave(0), start.lingerMs);
  });
  // Whatever lies in the way is left over from a process that is dead: this one holds the lock.
  rmSync(start.socket, { force: true });
  server.listen(start.socket);
  server.on('error', (error) => {
    say(`cannot listen: ${error.message}`);
    leave(1);
  });
  watchLock(lock, () => {
    say('another process took over');
    server.close(() => process.exit(0));
  });
}

/** A lock that was taken away means that new clients go elsewhere; those that are here are served to the end. */
function watchLock(lock: { held(): boolean }, lost: () => void): void {
  const timer = setInterval(() => {
    if (lock.held()) return;
    clearInterval(timer);
    lost();
  }, 2_000);
  timer.unref();
}

main(Start.parse(JSON.parse(process.argv[2] ?? 'null')));
