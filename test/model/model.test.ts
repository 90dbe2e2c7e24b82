import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelLabel, ModelScores } from '../../src/core/labels.js';
import { normalise } from '../../src/core/normalise.js';
import { type ArtefactFile, readArtefact } from '../../src/model/artefact.js';
import { type Backend, openBackend } from '../../src/model/backend.js';
import { toBatch } from '../../src/model/batch.js';
import { loadModel, type Model, scoresOf, type WindowResult } from '../../src/model/model.js';
import { readSafetensors, type StoredTensor, writeSafetensors } from '../../src/model/safetensors.js';
import { areaUnderCurve } from '../../src/training/metrics.js';
import { publishArtefact } from '../../src/training/publish.js';
import { randomFrom, shuffled } from '../../src/training/random.js';
import { CACHE, shippedArtefact } from '../support/artefact.js';

/** Sentences of our own with clear labels; none of them is trained on. */
const { texts } = JSON.parse(readFileSync('test/fixtures/functional.json', 'utf8')) as {
  readonly texts: readonly { readonly text: string; readonly labels: readonly ModelLabel[] }[];
};

/** What the shipped artefact reaches at least; a model that has learnt nothing reaches .5 give or take .15. */
const GOOD: Readonly<Partial<Record<ModelLabel | 'any', number>>> = {
  any: 0.97,
  incitement: 0.95,
  dehumanisation: 0.95,
  hate: 0.95,
  insult: 0.9,
  spam: 0.95,
};

let folder: string;
let backend: Backend;
let shipped: Model;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'premod-model-'));
  backend = openBackend({ choice: 'auto', cache: CACHE });
  shipped = await loadModel(await shippedArtefact(), backend);
});

afterAll(async () => {
  shipped.executor.dispose();
  await rm(folder, { recursive: true, force: true });
});

async function weigh(model: Model, given: readonly string[]): Promise<ModelScores[]> {
  const scores: ModelScores[] = [];
  for (const text of given) {
    const results: WindowResult[] = [];
    const normal = normalise(text).text;
    for (const window of [...model.tokenizer.passages(normal), ...model.tokenizer.closely(normal)]) {
      const { logits, embedding } = await model.executor.run(toBatch([window], model.manifest.tokens.padding));
      results.push({ logits: logits as Float32Array, embedding: embedding as Float32Array });
    }
    scores.push(scoresOf(model.manifest, results));
  }
  return scores;
}

/** How well each label, and the worst of all of them, tells the sentences that carry it from the harmless ones. */
async function quality(model: Model): Promise<Record<string, number>> {
  const scores = await weigh(
    model,
    texts.map(({ text }) => text),
  );
  const harmless = texts.map(({ labels }) => labels.length === 0);
  const auc = (of: (row: number) => number, carries: (row: number) => boolean) =>
    areaUnderCurve(
      texts.flatMap((_, row) => (carries(row) || harmless[row] ? [{ score: of(row), carries: carries(row) }] : [])),
    );
  const labels = model.manifest.labels.filter((label) => texts.some((text) => text.labels.includes(label)));
  return {
    any: auc(
      (row) =>
        Math.max(
          ...(['incitement', 'dehumanisation', 'hate', 'threat', 'insult', 'spam'] as const).map(
            (label) => scores[row]?.[label] ?? 0,
          ),
        ),
      (row) => !harmless[row],
    ),
    ...Object.fromEntries(
      labels.map((label) => [
        label,
        auc(
          (row) => scores[row]?.[label] ?? Number.NaN,
          (row) => texts[row]?.labels.includes(label) ?? false,
        ),
      ]),
    ),
  };
}

describe('The shipped artefact', () => {
  it('tells sentences that carry a label from harmless ones', async () => {
    expect(texts.length).toBeGreaterThanOrEqual(40);
    const found = await quality(shipped);
    for (const [label, least] of Object.entries(GOOD)) {
      expect.soft(found[label], label).toBeGreaterThanOrEqual(least);
    }
  });

  it('flags nearly none of the harmless ones at its own thresholds', async () => {
    const harmless = texts.filter(({ labels }) => labels.length === 0).map(({ text }) => text);
    const scores = await weigh(shipped, harmless);
    const flagged = harmless.filter((_, i) =>
      shipped.manifest.labels.some(
        (label) => (scores[i]?.[label] ?? 0) >= (shipped.manifest.thresholds[label]?.review.threshold ?? 2),
      ),
    );
    expect(flagged.length).toBeLessThanOrEqual(2);
  });

  it('would fail here if its heads were shuffled, however well it were signed', async () => {
    const artefact = await readArtefact(await shippedArtefact());
    const files = new Map(artefact.files);
    files.set('heads.safetensors', withShuffledHeads(files.get('heads.safetensors') as Uint8Array));
    const { files: _, ...about } = artefact.manifest;
    const directory = join(folder, artefact.manifest.name);
    await publishArtefact(directory, files as ReadonlyMap<ArtefactFile, Uint8Array>, about);
    const decorative = await loadModel(directory, backend);
    const found = await quality(decorative);
    decorative.executor.dispose();
    const failing = Object.entries(GOOD).filter(([label, least]) => (found[label] ?? 0) < least);
    expect(failing.map(([label]) => label)).toEqual(expect.arrayContaining(['any', 'incitement', 'hate']));
  });
});

describe('Scores', () => {
  it('are there for every label that the artefact covers, and for no other', async () => {
    const [scores] = await weigh(shipped, ['The library opens on Sundays.']);
    expect(Object.keys(scores ?? {}).sort()).toEqual([...shipped.manifest.labels].sort());
    for (const score of Object.values(scores ?? {})) expect(score).toBeGreaterThanOrEqual(0);
    for (const score of Object.values(scores ?? {})) expect(score).toBeLessThanOrEqual(1);
  });

  it('never have hate above an attack on identity', async () => {
    for (const scores of await weigh(
      shipped,
      texts.map(({ text }) => text),
    )) {
      expect(scores.hate ?? 0).toBeLessThanOrEqual(scores.identity_attack ?? 0);
    }
  });

  it('exist for every text that has a word: one letter, 20 KiB without a space, emoji', async () => {
    for (const text of ['a', '😀😀😀', 'x'.repeat(20_480), '\u0301'.repeat(1_000)]) {
      const [scores] = await weigh(shipped, [text]);
      expect(Object.values(scores ?? {}).every(Number.isFinite)).toBe(true);
    }
  });

  it('find a threat in the last line of 20 KiB', async () => {
    const filler =
      'The council met on Tuesday and spoke about the bridge, the pool and the new timetable for an hour. ';
    const long = filler.repeat(Math.floor(20_000 / filler.length));
    const threat = 'Kill them all. I mean it, kill them all and let the dogs have the rest.';
    const [harmless, threatening, alone] = await weigh(shipped, [long, `${long}${threat}`, threat]);
    const threshold = shipped.manifest.thresholds.incitement?.review.threshold ?? 1;
    expect(harmless?.incitement).toBeLessThan(threshold);
    expect(alone?.incitement).toBeGreaterThanOrEqual(threshold);
    expect(threatening?.incitement).toBeGreaterThanOrEqual(threshold);
  });
});

/** The same numbers in another order. */
function withShuffledHeads(file: Uint8Array): Uint8Array {
  const random = randomFrom(7);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, tensor] of readSafetensors(file)) {
    if (!name.startsWith('heads.') || tensor.shape.length < 2) {
      tensors.set(name, tensor);
      continue;
    }
    const order = shuffled(
      Array.from({ length: tensor.data.length }, (_, i) => i),
      random,
    );
    const data = tensor.data.slice();
    order.forEach((from, to) => {
      data[to] = tensor.data[from] as number;
    });
    tensors.set(name, { ...tensor, data } as StoredTensor);
  }
  return writeSafetensors(tensors);
}
