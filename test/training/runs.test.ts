import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { trainCommand } from '../../src/cli/train.js';
import type { Config } from '../../src/config.js';
import { ArtefactDamaged } from '../../src/model/errors.js';
import type { StoredTensors } from '../../src/model/safetensors.js';
import { meanOf, readRun } from '../../src/training/checkpoints.js';
import { readRecipe } from '../../src/training/recipe.js';
import { shippedArtefact, writeTinyArtefact } from '../support/artefact.js';

const RECIPES = resolve('training-data/recipes');

describe('What a run goes on from', () => {
  const run = (columns: number, data: readonly number[]): StoredTensors =>
    new Map([
      [
        'average heads.1.weight',
        { dtype: 'F32', shape: [data.length / columns, columns], data: Float32Array.from(data) },
      ],
      ['average heads.1.bias', { dtype: 'F32', shape: [columns], data: new Float32Array(columns) }],
    ]);
  const [three, two] = [run(3, [1, 2, 3, 4, 5, 6]), run(2, [3, 4, 8, 9])];

  it.for([
    { named: 'the one with more outputs first', runs: [three, two] },
    { named: 'the one with fewer outputs first', runs: [two, three] },
  ])('is the mean of several, without those that have no such output: $named', ({ runs }) => {
    expect([...(meanOf(runs).get('average heads.1.weight')?.data ?? [])]).toEqual([2, 3, 3, 6, 7, 6]);
  });

  it('is refused where shapes differ otherwise', () => {
    expect(() => meanOf([three, run(3, [1, 2, 3])])).toThrow(/differ in shape/);
  });

  it('can be an artefact', async () => {
    const { tensors } = await readRun(await shippedArtefact());
    expect(tensors.get('average layer.5.feedforward.out.weight')?.shape).toEqual([1536, 384]);
    expect(tensors.get('average heads.0.weight')?.dtype).toBe('F32');
    expect(tensors.has('average embeddings.words')).toBe(false);
  });

  it('is refused where it is an artefact with a byte that is not the one that was published', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'premod-run-')), 'tiny');
    await writeTinyArtefact(path);
    await expect(readRun(path)).resolves.toBeDefined();
    const bytes = await readFile(join(path, 'heads.safetensors'));
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    await writeFile(join(path, 'heads.safetensors'), bytes);
    await expect(readRun(path)).rejects.toThrow(ArtefactDamaged);
  });
});

it('An artefact becomes no active one outside the models folder, and that is said before anything is trained', async () => {
  const models = await mkdtemp(join(tmpdir(), 'premod-models-'));
  const config = { model: { directory: models, cache: models } } as unknown as Config;
  const command = {
    recipe: 'none.yaml',
    data: 'none',
    encoder: 'none',
    out: join(models, 'deeper', 'new'),
    activate: true,
  };
  await expect(trainCommand(config, command)).rejects.toThrow(/cannot become the active artefact/);
  expect(await readdir(models)).toEqual([]);
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
