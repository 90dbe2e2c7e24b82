import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { cosine } from '../../src/core/topic.js';
import { encoderWeights, headsWeights, readArtefact, tokenizerOf } from '../../src/model/artefact.js';
import { openBackend } from '../../src/model/backend.js';
import { toBatch } from '../../src/model/batch.js';
import type { BackendName, Executor } from '../../src/model/executor.js';
import { judgingGraph, judgingOutputs } from '../../src/model/graph/build.js';
import { createTokenizer } from '../../src/model/tokenizer.js';
import { CACHE, NATIVE_IS_THERE, shippedArtefact } from '../support/artefact.js';

/**
 * Texts of our own with the vectors that bench/reference/embed.py computed, apart from premod and in PyTorch: with the original
 * encoder's weights, and with those of the shipped artefact, whose encoder was trained further.
 */
const fixture = JSON.parse(readFileSync('test/fixtures/embeddings.json', 'utf8')) as {
  readonly artefact: string;
  readonly texts: readonly string[];
  readonly rows: readonly { readonly tokens: number; readonly vector: string; readonly tuned: string }[];
};
const original = fixture.rows.map(({ vector }) => numbers(vector));
const reference = fixture.rows.map(({ tuned }) => numbers(tuned));

function numbers(packed: string): Float32Array {
  const bytes = Buffer.from(packed, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

const artefact = await readArtefact(await shippedArtefact());
const { manifest } = artefact;
const shape = { encoder: manifest.encoder, heads: manifest.heads, labels: manifest.labels.length };
const tokenizer = createTokenizer(tokenizerOf(artefact), { ...manifest.tokens, passage: manifest.encoder.positions });
const windows = fixture.texts.map((text) => tokenizer.passages(text)[0] as Int32Array);

const backends: readonly BackendName[] = NATIVE_IS_THERE ? ['native', 'wasm'] : ['wasm'];
const executors = new Map<BackendName, Executor>();
const results = new Map<BackendName, { readonly embedding: Float32Array; readonly logits: Float32Array }[]>();
for (const choice of backends) {
  const executor = await openBackend({ choice, cache: CACHE }).load(artefact.id, judgingOutputs(shape), () =>
    judgingGraph(shape, { encoder: encoderWeights(artefact), heads: headsWeights(artefact) }),
  );
  executors.set(choice, executor);
  const alone = [];
  for (const window of windows) alone.push(await run(executor, [window]));
  results.set(choice, alone);
}

afterAll(() => {
  for (const executor of executors.values()) executor.dispose();
});

async function run(executor: Executor, batch: readonly Int32Array[]) {
  const { embedding, logits } = await executor.run(toBatch(batch, manifest.tokens.padding));
  return { embedding: embedding as Float32Array, logits: logits as Float32Array };
}

function furthest(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}

describe.each(backends)('The encoder on %s', (backend) => {
  const executor = executors.get(backend) as Executor;
  const alone = results.get(backend) ?? [];

  it('reads texts as the original does, token for token', () => {
    expect(windows.map((window) => window.length)).toEqual(fixture.rows.map(({ tokens }) => tokens));
  });

  it('gives the sentence vectors that PyTorch makes of the same weights', () => {
    expect(fixture.texts.length).toBeGreaterThanOrEqual(20);
    expect(fixture.artefact).toBe(manifest.name);
    alone.forEach(({ embedding }, i) => {
      expect(cosine(embedding, reference[i] as Float32Array)).toBeGreaterThanOrEqual(0.9995);
      expect(Math.hypot(...embedding)).toBeCloseTo(1, 5);
    });
  });

  it('stays close to the original’s sentence vectors, by which off-topic judges', () => {
    const distances = alone.map(({ embedding }, i) => 1 - cosine(embedding, original[i] as Float32Array));
    // Held loosely in training, so that the layers may move; what off-topic loses by it is on the artefact's card.
    expect(distances.reduce((sum, distance) => sum + distance) / distances.length).toBeLessThan(0.08);
  });

  it('gives a text the same numbers whatever it shares a batch with', async () => {
    const order = [24, 1, 7, 12, 5];
    const batch = await run(
      executor,
      order.map((i) => windows[i] as Int32Array),
    );
    const width = manifest.labels.length;
    order.forEach((i, row) => {
      const own = alone[i] as (typeof alone)[number];
      const size = own.embedding.length;
      expect(furthest(own.embedding, batch.embedding.slice(row * size, (row + 1) * size))).toBeLessThan(1e-5);
      expect(furthest(own.logits, batch.logits.slice(row * width, (row + 1) * width))).toBeLessThan(1e-4);
    });
  });

  it('gives the same numbers every time', async () => {
    const again = await run(executor, [windows[12] as Int32Array]);
    expect(again).toEqual(alone[12]);
  });
});

describe.runIf(NATIVE_IS_THERE)('Native and WASM', () => {
  it('agree on every output', () => {
    results.get('native')?.forEach(({ embedding, logits }, i) => {
      const other = results.get('wasm')?.[i];
      expect(furthest(embedding, other?.embedding as Float32Array)).toBeLessThan(1e-4);
      expect(furthest(logits, other?.logits as Float32Array)).toBeLessThan(1e-3);
    });
  });
});
