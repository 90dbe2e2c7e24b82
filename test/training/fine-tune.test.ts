import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArtefact } from '../../src/model/artefact.js';
import { openBackend } from '../../src/model/backend.js';
import { readSafetensors } from '../../src/model/safetensors.js';
import { evaluate } from '../../src/training/evaluate.js';
import { CACHE, NATIVE_IS_THERE } from '../support/artefact.js';
import { TINY_TUNING, writeTinyData, writeTinyEncoder } from '../support/tiny-training.js';

const MAIN = resolve('dist/server/main.js');

/** Steps that the cut run has made when it is killed. */
const CUT_AFTER = 12;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'premod-tuning-'));
  await writeTinyEncoder(join(folder, 'encoder'));
  await writeTinyData(join(folder, 'data'), join(folder, 'recipe'), 1, { encoder: TINY_TUNING });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A run in a process of its own, whose work folder lies under `where`. */
function start(where: string, more: readonly string[] = []) {
  const path = (name: string) => join(folder, name);
  const files = ['--recipe', path('recipe/recipe.yaml'), '--data', path('data'), '--encoder', path('encoder')];
  const { DATABASE_URL: _, ...env } = process.env;
  const child = spawn(process.execPath, [MAIN, 'train', ...files, ...more, '--out', path(`models/${where}`)], {
    cwd: path('recipe'),
    env: { ...env, XDG_CACHE_HOME: resolve(CACHE, '..') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return { child, said: () => said };
}

async function wholeRun(where: string, more: readonly string[] = []) {
  const { child, said } = start(where, more);
  const [code] = await once(child, 'exit');
  expect(code, said()).toBe(0);
  return said();
}

/** The page that a run names at its end: its losses and what it measured. */
async function pageOf(said: string): Promise<string> {
  const path = /(\S+\.html)/.exec(said)?.[1] ?? '';
  expect((await readdir(checkpoints())).map((name) => join(checkpoints(), name))).toEqual(
    expect.arrayContaining([path, path.replace(/\.html$/, '.log')]),
  );
  return await readFile(path, 'utf8');
}

let pageOfWhole: string;

const checkpoints = () => join(folder, 'recipe', '.cache', 'training', 'recipe', 'encoder');

async function stepsKept(): Promise<number> {
  const names = await readdir(checkpoints()).catch(() => []);
  const name = names.find((file) => file.endsWith('.safetensors'));
  if (name === undefined) return 0;
  return readSafetensors(await readFile(join(checkpoints(), name))).get('losses')?.shape[0] ?? 0;
}

describe.runIf(NATIVE_IS_THERE)('Training the encoder', () => {
  it('teaches it, and leaves the embedding what it was', async () => {
    pageOfWhole = await pageOf(await wholeRun('whole'));
    const { manifest } = await readArtefact(join(folder, 'models', 'whole'));
    expect(manifest.labels).toEqual(['hate', 'spam']);
    expect(manifest.heads.embedding).toEqual(TINY_TUNING.embedding.pooling);
    const measured = await evaluate({
      artefact: join(folder, 'models', 'whole'),
      recipe: join(folder, 'recipe', 'recipe.yaml'),
      data: join(folder, 'data'),
      backend: openBackend({ choice: 'native', cache: CACHE }),
      progress: () => undefined,
    });
    expect(measured.sameData).toBe(true);
    for (const label of ['hate', 'spam'] as const) expect(measured.labels[label]?.auc).toBeGreaterThan(0.95);
    const reports = join(checkpoints(), '..', 'reports');
    const [name = ''] = await readdir(reports);
    const { training } = JSON.parse(await readFile(join(reports, name), 'utf8')) as {
      training: { steps: number; losses: { labels: number; embedding: number }[] };
    };
    expect(training.steps).toBe(await stepsKept());
    // A batch alone may hold many rows of which nothing is known, or none.
    const mean = (part: typeof training.losses, of: 'labels' | 'embedding') =>
      part.reduce((sum, loss) => sum + loss[of], 0) / part.length;
    const [first, last] = [training.losses.slice(0, 8), training.losses.slice(-8)];
    expect(mean(last, 'labels')).toBeLessThan(0.85 * mean(first, 'labels'));
    expect(mean(last, 'embedding')).toBeLessThan(0.1);
    // A curve each of both losses and of the rate, a bar for each label, and nothing from another place.
    expect(pageOfWhole.match(/over \d+ steps/g)).toEqual(new Array(3).fill(`over ${training.steps} steps`));
    expect(pageOfWhole.match(/<svg class="bar"/g)).toHaveLength(2);
    expect(pageOfWhole).toContain(`<td class="figure">${measured.labels.hate?.auc?.toFixed(3)}</td>`);
    expect(pageOfWhole).not.toMatch(/<script|<link|<img|@import|url\(|https?:/);
  });

  it('killed in the middle goes on where it was and ends with the same weights', async () => {
    await rm(checkpoints(), { recursive: true });
    const { child, said } = start('resumed');
    while ((await stepsKept().catch(() => 0)) < CUT_AFTER) {
      expect(child.exitCode, said()).toBeNull();
      await setTimeout(5);
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    const before = await stepsKept();
    expect(before).toBeGreaterThanOrEqual(CUT_AFTER);
    const page = await pageOf(await wholeRun('resumed'));
    expect(await stepsKept()).toBeGreaterThan(before);
    expect(page).toBe(pageOfWhole.replaceAll('whole', 'resumed'));
    for (const file of ['encoder.safetensors', 'heads.safetensors']) {
      const [whole, resumed] = await Promise.all(
        ['whole', 'resumed'].map((name) => readFile(join(folder, 'models', name, file))),
      );
      expect(resumed?.equals(whole as Buffer), file).toBe(true);
    }
  });

  it('goes on from what an earlier run ended with, or from the artefact that it made, which knows fewer labels', async () => {
    const isRun = (file: string) => file.endsWith('.safetensors');
    const earlier = (await readdir(checkpoints())).filter(isRun).map((name) => join(checkpoints(), name));
    expect(earlier).toHaveLength(1);
    const lossesOf = async (path: string) =>
      Array.from(readSafetensors(await readFile(path)).get('losses')?.data ?? []).filter((_, i) => i % 2 === 0);
    const mean = (losses: readonly number[]) => losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    const before = await lossesOf(earlier[0] as string);
    for (const from of [earlier[0] as string, join(folder, 'models', 'whole')]) {
      const known = await readdir(checkpoints());
      await wholeRun(`further-${known.length}`, ['--from', from]);
      const [made = ''] = (await readdir(checkpoints())).filter((file) => isRun(file) && !known.includes(file));
      const after = await lossesOf(join(checkpoints(), made));
      expect(after).toHaveLength(before.length);
      expect(mean(after.slice(0, 4)), from).toBeLessThan(0.85 * mean(before.slice(0, 4)));
    }
  });

  it('does not go on where it was when texts are cut into other tokens', async () => {
    const known = await readdir(checkpoints());
    const path = join(folder, 'encoder', 'tokenizer.json');
    const file = JSON.parse(await readFile(path, 'utf8')) as { model: { vocab: Record<string, number> } };
    const { monday, june } = file.model.vocab;
    Object.assign(file.model.vocab, { monday: june, june: monday });
    await writeFile(path, JSON.stringify(file));
    await wholeRun('otherwise');
    const made = (await readdir(checkpoints())).filter(
      (name) => name.endsWith('.safetensors') && !known.includes(name),
    );
    expect(made).toHaveLength(1);
  });
});
