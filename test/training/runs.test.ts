import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoredTensors } from '../../src/model/safetensors.js';
import { meanOf, readRun } from '../../src/training/checkpoints.js';
import { readRecipe } from '../../src/training/recipe.js';
import { shippedArtefact } from '../support/artefact.js';

const RECIPES = resolve('training-data/recipes');

describe('What a run goes on from', () => {
  const run = (columns: number, data: readonly number[]): StoredTensors =>
    new Map([['average heads.1.weight', { dtype: 'F32', shape: [2, columns], data: Float32Array.from(data) }]]);

  it('is the mean of several, and the first where another has no such output', () => {
    const mean = meanOf([run(3, [1, 2, 3, 4, 5, 6]), run(2, [3, 4, 8, 9])]).get('average heads.1.weight');
    expect([...(mean?.data ?? [])]).toEqual([2, 3, 3, 6, 7, 6]);
  });

  it('is refused where shapes differ otherwise', () => {
    expect(() => meanOf([run(2, [1, 2, 3, 4]), run(3, [1, 2, 3, 4, 5, 6])])).toThrow(/differ in shape/);
  });

  it('can be an artefact', async () => {
    const { tensors } = await readRun(await shippedArtefact());
    expect(tensors.get('average layer.5.feedforward.out.weight')?.shape).toEqual([1536, 384]);
    expect(tensors.get('average heads.0.weight')?.dtype).toBe('F32');
    expect(tensors.has('average embeddings.words')).toBe(false);
  });
});

describe('A recipe that varies another one', () => {
  it('differs in what it says of the encoder and in nothing else', async () => {
    const [mean, encoder] = await Promise.all(
      ['mean', 'encoder'].map((name) => readRecipe(join(RECIPES, `${name}.yaml`))),
    );
    expect(mean).toEqual({ ...encoder, encoder: { ...encoder?.encoder, limit: 0 } });
  });

  it('is refused with a key that no recipe has', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'premod-recipe-'));
    const path = join(folder, 'wrong.yaml');
    await writeFile(path, `as: ${relative(folder, join(RECIPES, 'encoder.yaml'))}\nencoder: { limits: 0 }\n`);
    await expect(readRecipe(path)).rejects.toThrow(/limits/);
  });
});
