import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import type { ModelLabel } from '../core/labels.js';
import { NotANumber } from '../model/errors.js';
import type { Weights } from '../model/weights.js';
import type { Checkpoints } from './checkpoints.js';
import type { Features, Progress } from './features.js';
import { gather, lossAndGradients, type TensorFlow } from './network.js';
import { normal, randomFrom, shuffled } from './random.js';
import type { Recipe } from './recipe.js';
import type { Row } from './rows.js';

/** How heads are trained on an encoder that stays as it is. */
export type HeadsRecipe = {
  readonly hidden: readonly number[];
  readonly dropout: number;
  readonly epochs: number;
  readonly batch: number;
  readonly rate: number;
  readonly weightDecay: number;
};

/** @throws Error where the recipe does not say it. */
export function headsRecipe({ name, heads }: Recipe): HeadsRecipe {
  const { hidden, dropout, epochs, batch, rate, weightDecay } = heads;
  if (epochs === undefined || batch === undefined || rate === undefined || weightDecay === undefined) {
    throw new Error(`${name} trains no encoder, so its heads need epochs, batch, rate and weightDecay`);
  }
  return { hidden, dropout, epochs, batch, rate, weightDecay };
}

export type HeadsTask = {
  readonly tf: TensorFlow;
  readonly features: Features;
  /** What is known of each row of the features. */
  readonly targets: readonly Row['targets'][];
  readonly labels: readonly ModelLabel[];
  readonly recipe: HeadsRecipe;
  readonly seed: number;
};

/** The mean and spread of each feature over the training rows. */
type Scale = { readonly mean: Float32Array; readonly spread: Float32Array };

/**
 * Trains the heads: dense layers over frozen features, every label a sigmoid of its own, unknown labels without a say.
 *
 * AdamW with warm-up and a cosine to zero, batches in an order that seed and epoch determine. After every epoch everything
 * that the next one needs is kept, so a run that was cut ends with the same weights as one that was not.
 *
 * @returns weights named as the graph wants them, the features' scale already inside.
 */
export async function trainHeads(task: HeadsTask, checkpoints: Checkpoints, progress: Progress): Promise<Weights> {
  const { tf, recipe, features, targets, labels } = task;
  const training = targets.map((_, i) => i);
  const scale = scaleOf(features, training);
  const sizes = [features.width, ...recipe.hidden, labels.length];
  const state = startState(tf, sizes, randomFrom(task.seed));
  const done = await checkpoints.restore(state.all);

  const steps = Math.ceil(training.length / recipe.batch);
  const total = steps * recipe.epochs;
  for (let epoch = done; epoch < recipe.epochs; epoch++) {
    const order = shuffled(training, randomFrom(task.seed + 7919 * (epoch + 1)));
    let loss = 0;
    for (let step = 0; step < steps; step++) {
      const batch = order.slice(step * recipe.batch, (step + 1) * recipe.batch);
      const at = epoch * steps + step;
      loss += tf.tidy(() => {
        const x = standardised(tf, features, batch, scale);
        const { y, w } = targetsOf(tf, targets, batch, labels);
        const dropout = { rate: recipe.dropout, seed: at + 1 };
        const { value, grads } = lossAndGradients(tf, x, { y, w }, state.weights, dropout);
        adamW(tf, state, grads, { at, total, rate: recipe.rate, decay: recipe.weightDecay });
        return value.dataSync()[0] as number;
      });
    }
    if (!Number.isFinite(loss)) throw new NotANumber(`the loss of epoch ${epoch + 1}`);
    await checkpoints.keep(epoch + 1, state.all);
    progress('heads', epoch + 1, recipe.epochs);
  }
  const trained = fold(state.weights, sizes, scale);
  for (const variable of state.all) variable.dispose();
  return trained;
}

type State = {
  /** Weights and biases, in turns. */
  readonly weights: Variable[];
  readonly first: Variable[];
  readonly second: Variable[];
  readonly all: readonly Variable[];
};

function startState(tf: TensorFlow, sizes: readonly number[], random: () => number): State {
  const shapes = sizes.slice(1).flatMap((outputs, i) => [[sizes[i] as number, outputs], [outputs]]);
  const weights = shapes.map((shape) => {
    const spread = shape.length === 1 ? 0 : Math.sqrt(2 / (shape[0] as number));
    const values = Float32Array.from({ length: product(shape) }, () => spread * normal(random));
    return tf.variable(tf.tensor(values, shape), true);
  });
  const zeros = () => shapes.map((shape) => tf.variable(tf.zeros(shape), false));
  const [first, second] = [zeros(), zeros()];
  return { weights, first, second, all: [...weights, ...first, ...second] };
}

function adamW(
  tf: TensorFlow,
  state: State,
  grads: readonly Tensor[],
  { at, total, rate, decay }: { at: number; total: number; rate: number; decay: number },
): void {
  const warmUp = Math.max(1, Math.round(total * 0.05));
  const pace =
    at < warmUp ? (at + 1) / warmUp : 0.5 * (1 + Math.cos((Math.PI * (at - warmUp)) / Math.max(1, total - warmUp)));
  const [b1, b2] = [0.9, 0.999];
  state.weights.forEach((weight, i) => {
    const g = grads[i] as Tensor;
    const m = state.first[i] as Variable;
    const v = state.second[i] as Variable;
    m.assign(tf.add(tf.mul(m, b1), tf.mul(g, 1 - b1)));
    v.assign(tf.add(tf.mul(v, b2), tf.mul(tf.square(g), 1 - b2)));
    const step = tf.div(tf.div(m, 1 - b1 ** (at + 1)), tf.add(tf.sqrt(tf.div(v, 1 - b2 ** (at + 1))), 1e-8));
    // Biases do not decay.
    const drawn = weight.shape.length === 1 ? step : tf.add(step, tf.mul(weight, decay));
    weight.assign(tf.sub(weight, tf.mul(drawn, rate * pace)) as typeof weight);
  });
}

function targetsOf(
  tf: TensorFlow,
  targets: HeadsTask['targets'],
  batch: readonly number[],
  labels: readonly ModelLabel[],
) {
  const y = new Float32Array(batch.length * labels.length);
  const w = new Float32Array(batch.length * labels.length);
  batch.forEach((row, r) => {
    labels.forEach((label, l) => {
      const target = targets[row]?.[label];
      if (target === undefined) return;
      y[r * labels.length + l] = target.value;
      w[r * labels.length + l] = target.weight;
    });
  });
  const shape: [number, number] = [batch.length, labels.length];
  return { y: tf.tensor2d(y, shape), w: tf.tensor2d(w, shape) };
}

function standardised(tf: TensorFlow, features: Features, batch: readonly number[], scale: Scale): Tensor2D {
  const x = tf.tensor2d(gather(features, batch), [batch.length, features.width]);
  return tf.div(tf.sub(x, tf.tensor1d(scale.mean)), tf.tensor1d(scale.spread));
}

function scaleOf(features: Features, rows: readonly number[]): Scale {
  const { width } = features;
  const sum = new Float64Array(width);
  const squares = new Float64Array(width);
  // A sample is enough for a mean.
  const sample = rows.length > 20_000 ? rows.filter((_, i) => i % Math.ceil(rows.length / 20_000) === 0) : rows;
  for (const row of sample) {
    const values = gather(features, [row]);
    for (let i = 0; i < width; i++) {
      const value = values[i] as number;
      sum[i] = (sum[i] as number) + value;
      squares[i] = (squares[i] as number) + value * value;
    }
  }
  const mean = Float32Array.from(sum, (value) => value / sample.length);
  const spread = Float32Array.from(squares, (value, i) =>
    Math.max(1e-3, Math.sqrt(Math.max(0, value / sample.length - (mean[i] as number) ** 2))),
  );
  return { mean, spread };
}

/** Puts the features' scale into the first layer, so that the graph need not know it. */
function fold(variables: readonly Variable[], sizes: readonly number[], { mean, spread }: Scale): Weights {
  const weights = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (let layer = 0; layer + 1 < sizes.length; layer++) {
    const [inputs, outputs] = [sizes[layer] as number, sizes[layer + 1] as number];
    const weight = Float32Array.from((variables[2 * layer] as Variable).dataSync());
    const bias = Float32Array.from((variables[2 * layer + 1] as Variable).dataSync());
    if (layer === 0) {
      for (let i = 0; i < inputs; i++) {
        for (let o = 0; o < outputs; o++) {
          const scaled = (weight[i * outputs + o] as number) / (spread[i] as number);
          weight[i * outputs + o] = scaled;
          bias[o] = (bias[o] as number) - scaled * (mean[i] as number);
        }
      }
    }
    weights.set(`heads.${layer}.weight`, { shape: [inputs, outputs], data: weight });
    weights.set(`heads.${layer}.bias`, { shape: [outputs], data: bias });
  }
  return weights;
}

function product(shape: readonly number[]): number {
  return shape.reduce((all, side) => all * side, 1);
}
