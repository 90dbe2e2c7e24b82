import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { NotANumber } from '../model/errors.js';
import { widen } from '../model/half.js';
import { allFinite, type Weights } from '../model/weights.js';
import type { Features } from './features.js';

export type TensorFlow = typeof import('@tensorflow/tfjs-core');

/** The heads' raw outputs for some rows, computed outside the graph. [rows, labels] */
export function headsLogits(
  tf: TensorFlow,
  features: Features,
  rows: readonly number[],
  weights: Weights,
  labels: number,
): Float32Array {
  const logits = new Float32Array(rows.length * labels);
  const chunk = 4_096;
  for (let begin = 0; begin < rows.length; begin += chunk) {
    const part = rows.slice(begin, begin + chunk);
    const numbers = tf.tidy(() => {
      let current: Tensor2D = tf.tensor2d(gather(features, part), [part.length, features.width]);
      for (let layer = 0; weights.has(`heads.${layer}.weight`); layer++) {
        const { shape, data } = weights.get(`heads.${layer}.weight`) as NonNullable<ReturnType<Weights['get']>>;
        const bias = weights.get(`heads.${layer}.bias`) as NonNullable<ReturnType<Weights['get']>>;
        const product = tf.add(
          tf.matMul(current, tf.tensor2d(data, [shape[0] as number, shape[1] as number])),
          tf.tensor1d(bias.data),
        );
        current = (weights.has(`heads.${layer + 1}.weight`) ? tf.relu(product) : product) as Tensor2D;
      }
      return current.dataSync<'float32'>();
    });
    if (!allFinite(numbers)) throw new NotANumber('the heads’ outputs');
    logits.set(numbers, begin * labels);
  }
  return logits;
}

/**
 * One pass forth and back. The loss is the weighted mean of the labels' cross entropies; a weight of 0 stands for "unknown".
 * Written out by hand, because tfjs on WebAssembly does not bring its gradients along and the network is three lines.
 */
export function lossAndGradients(
  tf: TensorFlow,
  x: Tensor2D,
  { y, w }: { readonly y: Tensor2D; readonly w: Tensor2D },
  weights: readonly Variable[],
  dropout: { readonly rate: number; readonly seed: number },
): { readonly value: Tensor; readonly grads: Tensor[] } {
  const layers = weights.length / 2;
  const matrix = (layer: number) => weights[2 * layer] as unknown as Tensor2D;
  // What each layer reads, and what of it is passed on: 0 where ReLU or dropout stopped it.
  const inputs: Tensor2D[] = [x];
  const gates: Tensor[] = [];
  let logits = x;
  for (let layer = 0; layer < layers; layer++) {
    const sums = tf.add(tf.matMul(inputs[layer] as Tensor2D, matrix(layer)), weights[2 * layer + 1] as Variable);
    if (layer + 1 === layers) {
      logits = sums as Tensor2D;
      break;
    }
    const open = tf.cast(tf.greater(sums, 0), 'float32');
    const kept = tf.dropout(tf.onesLike(sums), dropout.rate, undefined, dropout.seed * 31 + layer);
    const gate = dropout.rate > 0 ? tf.mul(open, kept) : open;
    gates.push(gate);
    inputs.push(tf.mul(sums, gate));
  }

  const entropy = tf.add(tf.sub(tf.relu(logits), tf.mul(logits, y)), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))));
  const total = tf.add(tf.sum(w), 1e-6);
  const value = tf.div(tf.sum(tf.mul(entropy, w)), total);

  const grads = new Array<Tensor>(weights.length);
  let back = tf.div(tf.mul(tf.sub(tf.sigmoid(logits), y), w), total) as Tensor2D;
  for (let layer = layers - 1; layer >= 0; layer--) {
    grads[2 * layer] = tf.matMul(inputs[layer] as Tensor2D, back, true);
    grads[2 * layer + 1] = tf.sum(back, 0);
    if (layer > 0) back = tf.mul(tf.matMul(back, matrix(layer), false, true), gates[layer - 1] as Tensor);
  }
  return { value, grads };
}

/** Some rows of features, in single precision. */
export function gather(features: Features, rows: readonly number[]): Float32Array {
  const { width, halves } = features;
  const gathered = new Uint16Array(rows.length * width);
  for (const [i, row] of rows.entries()) gathered.set(halves.subarray(row * width, (row + 1) * width), i * width);
  return widen(gathered);
}
