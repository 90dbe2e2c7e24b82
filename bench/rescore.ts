import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { normalise } from '../src/core/normalise.js';
import { openInference } from '../src/model/inference/client.js';
import { commentOf, machine, pause, startBenchService } from './support/service.js';

/**
 * Rescoring stored comments under another artefact, against what the model alone does in the same run; then the same once more,
 * killed five times in the middle, and both results compared.
 *
 *     npm run bench -- rescore [COMMENTS]
 */
const COUNT = Number(process.argv[2] ?? '20000');
console.log(machine());
const models = join('.cache', 'bench-models');
await rm(models, { recursive: true, force: true });
await cp('models', models, { recursive: true });
await makeVariant(models);
const env = { MODELS_DIR: resolve(models) };

let service = await startBenchService(env);
try {
  await store(COUNT);
  await settled();
  const alone = await modelAlone(2_000);
  console.log(`the model alone: ${alone.toFixed(0)} comments/s`);
  console.log(`memory before: ${JSON.stringify(service.memory())}`);

  const undisturbed = await rescored(false);
  console.log(
    `undisturbed: ${COUNT} in ${undisturbed.seconds.toFixed(1)} s, ${(COUNT / undisturbed.seconds).toFixed(0)}/s, ${((COUNT / undisturbed.seconds / alone) * 100).toFixed(0)} % of the model alone; ${undisturbed.flips} flips`,
  );
  console.log(`memory after: ${JSON.stringify(service.memory())}`);
  console.log(`the model alone, again: ${(await modelAlone(2_000)).toFixed(0)} comments/s`);

  await forget();
  const disturbed = await rescored(true);
  console.log(`killed five times: ${disturbed.seconds.toFixed(1)} s in all; ${disturbed.flips} flips`);
  console.log(`the same flips: ${undisturbed.digest === disturbed.digest ? 'yes' : 'NO'}`);
  process.exitCode = undisturbed.digest === disturbed.digest ? 0 : 1;
} finally {
  await service.stop();
  await rm(models, { recursive: true, force: true });
}

async function store(count: number): Promise<void> {
  for (let begin = 0; begin < count; begin += 5_000) {
    const lines = Array.from({ length: Math.min(5_000, count - begin) }, (_, n) =>
      JSON.stringify({
        id: `stored-${begin + n}`,
        articleId: 'harbour',
        author: { id: `a${n % 100}` },
        text: commentOf(32, begin + n),
      }),
    );
    await service.call('POST', '/v1/comments:batch', `${lines.join('\n')}\n`);
  }
}

async function settled(): Promise<void> {
  for (;;) {
    const { json } = await service.call('GET', '/metrics');
    if (/^premod_undecided_comments 0$/m.test(String(json))) return;
    await pause(500);
  }
}

async function rescored(kill: boolean): Promise<{ seconds: number; flips: number; digest: string }> {
  const began = performance.now();
  const { json } = await service.call('POST', '/v1/rescores', { artefact: 'variant' });
  const { id } = json as { id: string };
  let kills = kill ? 5 : 0;
  for (;;) {
    const now = (await service.call('GET', `/v1/rescores/${id}`)).json as {
      status: string;
      done: number;
      total: number;
    };
    if (now.status !== 'running') break;
    if (kills > 0 && now.done > ((6 - kills) * COUNT) / 7) {
      kills -= 1;
      service = await restartAfterKill();
    }
    await pause(100);
  }
  const seconds = (performance.now() - began) / 1000;
  const response = await fetch(`http://127.0.0.1:${service.port}/v1/rescores/${id}/flips`);
  const lines = (await response.text()).trim().split('\n').filter(Boolean).sort();
  return { seconds, flips: lines.length, digest: createHash('sha256').update(lines.join('\n')).digest('hex') };
}

/** SIGKILL for the service; its PostgreSQL is left running and taken over, its inference process notices that nobody is left. */
async function restartAfterKill(): Promise<typeof service> {
  const { process: child, home, port } = service;
  child.kill('SIGKILL');
  await new Promise((done) => child.once('exit', done));
  const again = spawn(process.execPath, [resolve('dist/server/main.js'), 'serve'], {
    env: {
      ...process.env,
      ...env,
      PORT: String(port),
      DATA_DIR: join(home, 'data'),
      TMPDIR: home,
      PREMOD_DEMONSTRATION: 'false',
      PREMOD_LOG_LEVEL: 'warn',
    },
    stdio: 'ignore',
  });
  for (;;) {
    const ready = await service.call('GET', '/readyz').then(
      ({ status }) => status === 200,
      () => false,
    );
    if (ready) break;
    await pause(50);
  }
  return {
    ...service,
    process: again,
    async stop() {
      again.kill('SIGTERM');
      await new Promise((done) => again.once('exit', done));
      await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

/** The second run must weigh again and not read the first one's scores. */
async function forget(): Promise<void> {
  const { default: pg } = await import('pg');
  const { port, password } = JSON.parse(await readFile(join(service.home, 'data', 'postgres.json'), 'utf8')) as {
    port: number;
    password: string;
  };
  const client = new pg.Client({ connectionString: `postgresql://premod:${password}@127.0.0.1:${port}/premod` });
  await client.connect();
  await client.query(
    `delete from premod.evaluation e where not exists (select 1 from premod.decision d where d.evaluation_id = e.id)`,
  );
  await client.end();
}

async function modelAlone(count: number): Promise<number> {
  const inference = await openInference({ models: resolve('models') });
  const texts = Array.from({ length: count }, (_, n) => ({ text: normalise(commentOf(32, n)).text }));
  await inference.weigh(texts.slice(0, 64), { lane: 'bulk' });
  const began = performance.now();
  for (let begin = 0; begin < count; begin += 256)
    await inference.weigh(texts.slice(begin, begin + 256), { lane: 'bulk' });
  const seconds = (performance.now() - began) / 1000;
  await inference.close();
  return count / seconds;
}

/** The active artefact once more under another name: another id, the same scores, so that all of it is weighed again. */
async function makeVariant(folder: string): Promise<void> {
  const current = (await readFile(join(folder, 'CURRENT'), 'utf8')).trim();
  await mkdir(join(folder, 'variant'), { recursive: true });
  await cp(join(folder, current), join(folder, 'variant'), { recursive: true });
  const path = join(folder, 'variant', 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as {
    name: string;
    calibration: Record<string, { kind: string }>;
  };
  await writeFile(path, JSON.stringify({ ...manifest, name: 'variant' }, null, 2));
}
