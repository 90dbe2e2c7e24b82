import { resolve } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-core';
import { openBackend } from '../src/model/backend.js';
import { cacheFolder, loadNative } from '../src/model/native.js';
import { toEncoderWeights } from '../src/model/weights.js';
import { readBaseEncoder } from '../src/training/base-encoder.js';
import { layerNames } from '../src/training/encoder-pass.js';
import { type Aim, lossAndGradients, type Network } from '../src/training/joint-pass.js';
import { nativeOperations } from '../src/training/native-operations.js';

/** How long a training step takes, and where the time goes: `npm run bench training [rows] [tokens] [steps] [bfloat16]`. */
const [rows = 48, tokens = 40, steps = 8] = process.argv.slice(2).map(Number);
const cache = cacheFolder(process.env);
openBackend({ choice: 'native', cache });
const native = loadNative(cache);
if (native.kind === 'absent') throw new Error(native.why);
const operations = nativeOperations(native.tf, process.argv[5] === 'bfloat16' ? 'bfloat16' : 'float32');
const { tf } = native;

const base = await readBaseEncoder(resolve('../shared/encoder'));
const { hidden } = base.shape;
const weights = toEncoderWeights(base.tensors, 'the base encoder');
const labels = 11;
const network: Network = {
  shape: base.shape,
  fixed: weights,
  heads: {
    poolings: [
      { layer: 6, kind: 'mean' },
      { layer: 6, kind: 'max' },
      { layer: 4, kind: 'mean' },
    ],
    hidden: [192],
    embedding: { layer: 6, kind: 'mean' },
  },
  padding: 0,
};
const start = new Map<string, { readonly shape: readonly number[]; readonly data: Float32Array }>();
for (let layer = 0; layer < base.shape.layers; layer++) {
  for (const name of layerNames(layer)) start.set(name, weights.others.get(name) as never);
}
const random = (count: number) => Float32Array.from({ length: count }, () => 0.1 * (Math.random() - 0.5));
for (const [name, from, to] of [
  ['heads.0', 3 * hidden, 192],
  ['heads.1', 192, labels],
  ['embedding_head', hidden, hidden],
] as const) {
  start.set(`${name}.weight`, { shape: [from, to], data: random(from * to) });
  start.set(`${name}.bias`, { shape: [to], data: random(to) });
}
const all = [...start].map(([name, { shape, data }]) => ({
  weight: operations.stored(name, shape, data),
  first: operations.stored(name, shape, new Float32Array(data.length)),
  second: operations.stored(name, shape, new Float32Array(data.length)),
}));
const aim: Aim = {
  windows: Array.from({ length: rows }, () =>
    Int32Array.from({ length: tokens }, () => Math.floor(Math.random() * 30_000)),
  ),
  values: new Float32Array(rows * labels),
  weights: new Float32Array(rows * labels).fill(1),
  labels,
  embeddings: new Float32Array(rows * hidden).fill(1 / Math.sqrt(hidden)),
  embeddingWeights: new Float32Array(rows).fill(1),
};
/** Milliseconds by operation, of the last step. */
const spent = new Map<string, { calls: number; milliseconds: number }>();
for (const method of ['executeSingleOutput', 'executeMultipleOutputs'] as const) {
  const backend = tf.backend() as unknown as Record<string, (name: string, ...rest: unknown[]) => unknown>;
  const plain = (backend[method] as (name: string, ...rest: unknown[]) => unknown).bind(backend);
  backend[method] = (name, ...rest) => {
    const begun = performance.now();
    const result = plain(name, ...rest);
    const own = spent.get(name) ?? { calls: 0, milliseconds: 0 };
    spent.set(name, { calls: own.calls + 1, milliseconds: own.milliseconds + performance.now() - begun });
    return result;
  };
}

for (let step = 0; step < steps; step++) {
  spent.clear();
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const parameters = new Map<string, Tensor>(all.map(({ weight }) => [weight.name, weight.read()]));
  const { losses, gradients } = lossAndGradients(
    operations,
    network,
    parameters,
    aim,
    { labels: rows, embeddings: rows },
    { share: 0.1, layers: 0.1, seed: step },
  );
  for (const tensor of parameters.values()) tensor.dispose();
  const passed = performance.now();
  const norm = Math.sqrt(operations.sumOfSquares([...gradients.values()]));
  for (const { weight, first, second } of all) {
    const gradient = gradients.get(weight.name) as Tensor;
    operations.adam(weight, first, second, gradient, { at: step, rate: 1e-5 });
    gradient.dispose();
  }
  const done = performance.now();
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    `step ${step}: ${(done - begun).toFixed(0)} ms, of which Adam ${(done - passed).toFixed(0)}, ${((user + system) / 1000).toFixed(0)} ms of processor; loss ${losses.labels.toFixed(2)} norm ${norm.toFixed(3)}, ${tf.memory().numTensors} tensors, ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB`,
  );
}

for (const [name, { calls, milliseconds }] of [...spent]
  .sort((a, b) => b[1].milliseconds - a[1].milliseconds)
  .slice(0, 16)) {
  console.log(`${name.padEnd(20)} ${String(calls).padStart(4)} calls ${milliseconds.toFixed(1).padStart(7)} ms`);
}
