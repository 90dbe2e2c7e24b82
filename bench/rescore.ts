import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { modelAlone } from './support/model-alone.js';
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
    `undisturbed: ${COUNT} in ${undisturbed.seconds.toFixed(1)} s, ${(COUNT / undisturbed.seconds).toFixed(0)}/s, ${((COUNT / undisturbed.seconds / alone) * 100).toFixed(0)} % of the model alone; ${undisturbed.flips.length} flips`,
  );
  console.log(`memory after: ${JSON.stringify(service.memory())}`);
  console.log(`the model alone, again: ${(await modelAlone(2_000)).toFixed(0)} comments/s`);

  await forget();
  const disturbed = await rescored(true);
  console.log(`killed five times: ${disturbed.seconds.toFixed(1)} s in all; ${disturbed.flips.length} flips`);
  const { same, furthest } = compared(undisturbed, disturbed);
  console.log(
    `the same comments, labels and flips: ${same ? 'yes' : 'NO'}; ${undisturbed.scores.size} scores, furthest apart: ${furthest.toExponential(1)}`,
  );
  process.exitCode = same && furthest < 1e-4 ? 0 : 1;
} finally {
  await service.stop();
  await rm(models, { recursive: true, force: true });
}

/** Which of a batch's texts stood beside which decides a score's last digits, so that scores are compared by their distance. */
function compared(one: Rescored, other: Rescored): { same: boolean; furthest: number } {
  const named = (flips: readonly string[]) =>
    JSON.stringify(
      flips.map((line) => {
        const { commentId, revision, from, to } = JSON.parse(line) as Record<string, unknown>;
        return [commentId, revision, from, to];
      }),
    );
  const keys = [...one.scores.keys()];
  const same =
    named(one.flips) === named(other.flips) &&
    keys.length === other.scores.size &&
    keys.every((key) => other.scores.has(key));
  const apart = (key: string) => Math.abs((one.scores.get(key) ?? 0) - (other.scores.get(key) ?? 0));
  const furthest = keys.reduce((most, key) => Math.max(most, apart(key)), 0);
  return { same, furthest };
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

type Rescored = { seconds: number; flips: readonly string[]; scores: ReadonlyMap<string, number> };

async function rescored(kill: boolean): Promise<Rescored> {
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
  const flips = (await response.text()).trim().split('\n').filter(Boolean).sort();
  const evaluations = await inStore((client) =>
    client.query({
      text: `select e.comment_id, e.revision, l.key, l.value from premod.evaluation e,
               jsonb_each_text(e.content->'scores') l
             where not exists (select 1 from premod.decision d where d.evaluation_id = e.id) order by 1, 2, 3`,
      rowMode: 'array',
    }),
  );
  const scores = new Map<string, number>();
  for (const [comment, , label, score] of evaluations.rows as [string, number, string, string][]) {
    const name = `${comment} ${label}`;
    if (scores.has(name)) throw new Error(`Comment ${comment} was weighed twice.`);
    scores.set(name, Number(score));
  }
  return { seconds, flips, scores };
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
  await inStore((client) =>
    client.query(
      `delete from premod.evaluation e where not exists (select 1 from premod.decision d where d.evaluation_id = e.id)`,
    ),
  );
}

async function inStore<Answer>(use: (client: pg.Client) => Promise<Answer>): Promise<Answer> {
  const { port, password } = JSON.parse(await readFile(join(service.home, 'data', 'postgres.json'), 'utf8')) as {
    port: number;
    password: string;
  };
  const client = new pg.Client({ connectionString: `postgresql://premod:${password}@127.0.0.1:${port}/premod` });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** The active artefact calibrated otherwise: another id, other scores, some of which cross a threshold. */
async function makeVariant(folder: string): Promise<void> {
  const current = (await readFile(join(folder, 'CURRENT'), 'utf8')).trim();
  await mkdir(join(folder, 'variant'), { recursive: true });
  await cp(join(folder, current), join(folder, 'variant'), { recursive: true });
  const path = join(folder, 'variant', 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as {
    calibration: Record<string, { intercept?: number }>;
  };
  const calibration = Object.entries(manifest.calibration).map(([label, { intercept = 0, ...rest }]) => [
    label,
    { ...rest, intercept: intercept + 2 },
  ]);
  const variant = { ...manifest, name: 'variant', calibration: Object.fromEntries(calibration) };
  await writeFile(path, JSON.stringify(variant, null, 2));
}
