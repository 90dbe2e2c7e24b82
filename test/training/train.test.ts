import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArtefact } from '../../src/model/artefact.js';
import { type Backend, openBackend } from '../../src/model/backend.js';
import type { CalibrationChoice } from '../../src/training/calibration-choice.js';
import { cardOf, learntOf } from '../../src/training/card.js';
import { readDisagreements } from '../../src/training/disagreements.js';
import { evaluate } from '../../src/training/evaluate.js';
import { rewriteCard } from '../../src/training/publish.js';
import { readerAgreement } from '../../src/training/reader-agreement.js';
import { readRecipe } from '../../src/training/recipe.js';
import { reportPage } from '../../src/training/report-html.js';
import { measureSpeed } from '../../src/training/speed.js';
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

  it('is refused before it begins where the artefact could not be called so', async () => {
    const begun: string[] = [];
    await expect(run('Whole_1', 'work-9', (what) => begun.push(what))).rejects.toThrow('cannot be called Whole_1');
    expect(begun).toEqual([]);
  });

  it('writes down what evaluating finds', async () => {
    const { manifest } = await readArtefact(join(folder, 'models', 'whole'));
    const metrics = manifest.metrics as { labels: Record<string, { auc: number; averagePrecision: number }> };
    const measured = await evaluate({
      artefact: join(folder, 'models', 'whole'),
      recipe,
      data: join(folder, 'data'),
      backend,
      progress: () => undefined,
    });
    for (const label of ['hate', 'spam'] as const) {
      expect(measured.labels[label]?.auc).toBeCloseTo(metrics.labels[label]?.auc ?? Number.NaN, 2);
      expect(measured.labels[label]?.averagePrecision).toBeCloseTo(
        metrics.labels[label]?.averagePrecision ?? Number.NaN,
        2,
      );
    }
  });

  it('names its recipe, and is not measured by another one', async () => {
    const { manifest } = await readArtefact(join(folder, 'models', 'whole'));
    expect(manifest.recipe).toMatchObject({ name: 'tiny', file: 'recipe.yaml' });
    const other = join(folder, 'recipe', 'other.yaml');
    await writeFile(other, (await readFile(recipe, 'utf8')).replace('name: tiny', 'name: another'));
    const about = { artefact: join(folder, 'models', 'whole'), data: join(folder, 'data'), backend };
    await expect(evaluate({ ...about, recipe: other, progress: () => undefined })).rejects.toThrow(/recipe tiny/);
  });

  it('is reported in words, on a page and in the card, all from one evaluation', async () => {
    const artefact = join(folder, 'models', 'whole');
    const speed = [await measureSpeed(artefact, backend, 20)];
    const about = { artefact, recipe, data: join(folder, 'data'), backend, other: backend, speed, sample: 50 };
    const evaluation = await evaluate({ ...about, progress: () => undefined });
    // Fifty each of two sets and of the debates, and the one row of our own.
    expect(evaluation.rows).toBe(151);
    // The same backend twice: what differs is only how texts were batched.
    expect(evaluation.agreement).toMatchObject({ score: 0, repeated: 0 });
    expect(evaluation.agreement?.batched).toBeLessThan(1e-4);
    const auc = evaluation.labels.hate?.auc?.toFixed(3) ?? '';
    const page = reportPage(evaluation);
    expect(page).toContain(`AUC ${auc}`);
    expect(page.match(/<svg class="plot"/g)).toHaveLength(4 * 2);
    // One file, and nothing in it asks another place for anything.
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|https?:/);
    const { manifest, id } = await readArtefact(artefact);
    const learnt = learntOf(manifest, recipe, await readRecipe(recipe));
    expect(learnt?.from.map(({ rows }) => rows)).toEqual(expect.arrayContaining(['first', 'second', 'own rows']));
    const readersAgree = await readerAgreement('training-data/labels');
    const disagreements = await readDisagreements('training-data/disagreements.yaml');
    await rewriteCard(artefact, cardOf(manifest, learnt, { ...evaluation, readersAgree, disagreements }));
    const after = await readArtefact(artefact);
    expect(after.id).toBe(id);
    const card = new TextDecoder().decode(after.files.get('CARD.md'));
    expect(card).toContain(`| hate | ${evaluation.labels.hate?.rows} (${evaluation.labels.hate?.positives}) | ${auc}`);
    expect(card).toContain('at most 50 of each set');
    expect(card).toContain('short reactions, learnt from');
    expect(card.indexOf('## Of a hundred comments')).toBeLessThan(card.indexOf('## What it must not be used for'));
    expect(card.split('\n## ').find((part) => part.startsWith('What limits it'))).toContain('| severe_toxicity |');
    expect(card).toContain('### Goals that are missed, and why');
    const { calibration } = (manifest.metrics as { labels: Record<string, { calibration: CalibrationChoice }> }).labels
      .hate as { calibration: CalibrationChoice };
    expect(Object.keys(calibration.validated)).toEqual(['platt', 'temperature', 'isotonic']);
    expect(card).toMatch(/\| hate \| (platt|temperature|isotonic) \| 0\.\d{4} \|/);
    expect(card).toMatch(/\| dghs: hate \| – \| 20 \| 5 \| 11 \| 4 \|/);
    expect(card).toContain('| dghs: hate | Defends a married man against talk');
    expect(page).toContain('<h2>Goals that are missed, and why</h2>');
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
