import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArtefact } from '../../src/model/artefact.js';
import { type Backend, openBackend } from '../../src/model/backend.js';
import { evaluate } from '../../src/training/evaluate.js';
import { train } from '../../src/training/train.js';
import { CACHE } from '../support/artefact.js';
import { writeTinyData, writeTinyEncoder } from '../support/tiny-training.js';

let folder: string;
let recipe: string;
let backend: Backend;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'premod-training-'));
  await writeTinyEncoder(join(folder, 'encoder'));
  recipe = await writeTinyData(join(folder, 'data'), join(folder, 'recipe'), 12);
  backend = openBackend({ choice: 'wasm', cache: CACHE });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function run(
  out: string,
  work: string,
  progress: (what: string, done: number, total: number) => void = () => undefined,
) {
  const now = new Date('2031-05-07T12:00:00Z');
  const where = { data: join(folder, 'data'), encoder: join(folder, 'encoder'), work: join(folder, work) };
  return train({ recipe, ...where, out: join(folder, 'models', out), backend, tf, now, progress });
}

describe('Training', () => {
  it('learns each label from the sets that know it, and says how well', async () => {
    const { directory, manifest } = await run('whole', 'work-1');
    expect(manifest.labels).toEqual(['hate', 'spam']);
    const measured = await evaluate({
      artefact: directory,
      recipe,
      data: join(folder, 'data'),
      backend,
      progress: () => undefined,
    });
    expect(measured.sameData).toBe(true);
    for (const label of ['hate', 'spam'] as const) {
      // A label that is unknown was not taken for absent: half of the texts know nothing of it.
      expect(measured.labels[label]?.auc).toBeGreaterThan(0.97);
      expect(measured.labels[label]?.rows).toBeLessThan(330);
    }
  });

  it('writes down what evaluating finds', async () => {
    const { manifest } = await readArtefact(join(folder, 'models', 'whole'));
    const metrics = manifest.metrics as { labels: Record<string, { auc: number; calibrationError: number }> };
    const measured = await evaluate({
      artefact: join(folder, 'models', 'whole'),
      recipe,
      data: join(folder, 'data'),
      backend,
      progress: () => undefined,
    });
    for (const label of ['hate', 'spam'] as const) {
      expect(measured.labels[label]?.auc).toBeCloseTo(metrics.labels[label]?.auc ?? Number.NaN, 2);
      expect(measured.labels[label]?.calibrationError).toBeCloseTo(
        metrics.labels[label]?.calibrationError ?? Number.NaN,
        2,
      );
    }
  });

  it('that was cut goes on where it was and ends with the same weights', async () => {
    const cut = run('resumed', 'work-2', (what, done) => {
      if (what === 'heads' && done === 5) throw new Error('cut');
    });
    await expect(cut).rejects.toThrow('cut');
    const epochs: number[] = [];
    await run('resumed', 'work-2', (what, done) => {
      if (what === 'heads') epochs.push(done);
    });
    expect(epochs).toEqual([6, 7, 8, 9, 10, 11, 12]);
    const weights = (name: string) => readFile(join(folder, 'models', name, 'heads.safetensors'));
    expect((await weights('resumed')).equals(await weights('whole'))).toBe(true);
  });
});
