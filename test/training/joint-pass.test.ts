import { createHash } from 'node:crypto';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openBackend } from '../../src/model/backend.js';
import { toBatch } from '../../src/model/batch.js';
import { judgingGraph, judgingOutputs } from '../../src/model/graph/build.js';
import { loadNative } from '../../src/model/native.js';
import { type Aim, forward, lossAndGradients } from '../../src/training/joint-pass.js';
import { nativeOperations } from '../../src/training/native-operations.js';
import { randomFrom } from '../../src/training/random.js';
import { CACHE, NATIVE_IS_THERE } from '../support/artefact.js';
import { TINY_HEADS, TINY_SHAPE, tinyNetwork, tinyWindows } from '../support/tiny-network.js';

const LABELS = 3;
const DIVIDE = { labels: 2, embeddings: 0.5 };

describe.runIf(NATIVE_IS_THERE)('The pass that training makes', async () => {
  if (!NATIVE_IS_THERE) return;
  const backend = openBackend({ choice: 'native', cache: CACHE });
  const native = loadNative(CACHE);
  if (native.kind === 'absent') throw new Error(native.why);
  const { tf } = native;
  const operations = nativeOperations(tf);
  const { network, encoder, trained } = tinyNetwork(LABELS);
  const tensors = () =>
    new Map([...trained].map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape]) as Tensor]));

  it.each([[[7, 7, 7]], [[3, 9, 6, 1]]])('gives what the graph gives, for windows of %j', async (lengths) => {
    const windows = tinyWindows(lengths);
    const shape = { encoder: TINY_SHAPE, heads: TINY_HEADS, labels: LABELS };
    const key = createHash('sha256').update('tiny network 1').digest('hex');
    const executor = await backend.load(key, judgingOutputs(shape), () =>
      judgingGraph(shape, { encoder, heads: trained }),
    );
    const expected = await executor.run(toBatch(windows, 0));
    executor.dispose();
    const parameters = tensors();
    const [logits, embedding] = tf.tidy(() => {
      const passed = forward(operations, network, parameters, windows);
      const vector = passed.embedding as Tensor;
      const unit = tf.div(vector, tf.norm(vector, 2, 1, true));
      return [passed.logits.dataSync(), unit.dataSync()] as never;
    }) as unknown as [Float32Array, Float32Array];
    expect(furthest(logits, expected.logits as Float32Array)).toBeLessThan(1e-4);
    expect(furthest(embedding, expected.embedding as Float32Array)).toBeLessThan(1e-4);
  });

  it.each([
    [0, 0],
    [0.3, 0],
    [0.1, 0.2],
  ])('has the slopes that small steps find, with %d of the numbers dropped, %d inside', (share, layers) => {
    const aim = tinyAim();
    const divide = DIVIDE;
    const dropout = { share, layers, seed: 6 };
    const lossAt = (parameters: ReadonlyMap<string, Tensor>) => {
      const { losses, gradients } = lossAndGradients(operations, network, parameters, aim, divide, dropout);
      return { loss: losses.labels / divide.labels + losses.embedding / divide.embeddings, gradients };
    };
    const parameters = tensors();
    const { gradients } = lossAt(parameters);
    expect([...gradients.keys()].sort()).toEqual([...trained.keys()].sort());
    for (const [name, { shape, data }] of trained) {
      // Along the slope itself it is steepest, so that single precision tells it from noise.
      const slope = gradients.get(name)?.dataSync() as Float32Array;
      const steepness = Math.hypot(...slope);
      const step = 0.005;
      const moved = (sign: number) => {
        const there = data.map((value, i) => value + (sign * step * (slope[i] as number)) / steepness);
        return lossAt(new Map([...parameters, [name, tf.tensor(there, [...shape])]])).loss;
      };
      const found = (moved(1) - moved(-1)) / (2 * step);
      expect(Math.abs(found - steepness) / steepness, name).toBeLessThan(0.02);
    }
  });

  it('has nearly the same slopes where it multiplies in bfloat16', () => {
    const parameters = tensors();
    const slopesOf = (with_: ReturnType<typeof nativeOperations>) =>
      lossAndGradients(with_, network, parameters, tinyAim(), DIVIDE, { share: 0, layers: 0, seed: 6 }).gradients;
    const [exact, rounded] = [slopesOf(operations), slopesOf(nativeOperations(tf, 'bfloat16'))];
    let different = 0;
    for (const [name, slope] of exact) {
      const [a, b] = [slope.dataSync<'float32'>(), rounded.get(name)?.dataSync() as Float32Array];
      const dot = a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
      expect(dot / (Math.hypot(...a) * Math.hypot(...b)), name).toBeGreaterThan(0.99);
      if (a.some((value, i) => value !== b[i])) different++;
    }
    // It did round.
    expect(different).toBeGreaterThan(exact.size / 2);
  });
});

/** Rows of several lengths, labels of which some are unknown, and embeddings of which one does not count. */
function tinyAim(): Aim {
  const random = randomFrom(2);
  const windows = tinyWindows([3, 9, 6, 1]);
  const rows = windows.length;
  const { hidden } = TINY_SHAPE;
  const weights = Float32Array.from({ length: rows * LABELS }, (_, i) => (i % 4 === 0 ? 0 : 0.5 + random()));
  const embeddings = new Float32Array(rows * hidden);
  for (let row = 0; row < rows; row++) {
    const vector = Float32Array.from({ length: hidden }, () => random() - 0.5);
    const length = Math.hypot(...vector);
    embeddings.set(
      vector.map((value) => value / length),
      row * hidden,
    );
  }
  return {
    windows,
    values: Float32Array.from({ length: rows * LABELS }, () => random()),
    weights,
    labels: LABELS,
    embeddings,
    embeddingWeights: Float32Array.of(1, 0, 2, 0.5),
  };
}

function furthest(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}
