import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Tensor } from '@tensorflow/tfjs-core';
import { NotANumber } from '../model/errors.js';
import { EMBEDDING } from '../model/graph/heads.js';
import type { HeadsShape } from '../model/manifest.js';
import { readSafetensors, type StoredTensor, type StoredTensors, writeSafetensors } from '../model/safetensors.js';
import { toEncoderWeights, type Weights } from '../model/weights.js';
import type { BaseEncoder } from './base-encoder.js';
import { overlaid } from './checkpoints.js';
import { layerNames } from './encoder-pass.js';
import type { Progress } from './features.js';
import { type Aim, lossAndGradients, type Network } from './joint-pass.js';
import { type NativeOperations, nativeOperations, type Stored } from './native-operations.js';
import type { TensorFlow } from './network.js';
import { planOf } from './plan.js';
import type { Example } from './prepare.js';
import { normal, randomFrom } from './random.js';
import type { EncoderRecipe } from './recipe.js';
import type { TrainingLabel } from './targets.js';

export type FineTuneTask = {
  readonly tf: TensorFlow;
  readonly base: BaseEncoder;
  readonly padding: number;
  /** The token that stands for a hidden one. */
  readonly mask: number;
  readonly examples: readonly Example[];
  /** The base encoder's embedding of an example, of length one; null where the run is not held to it. */
  readonly embeddingOf: (example: number) => Float32Array | null;
  readonly labels: readonly TrainingLabel[];
  readonly heads: HeadsShape;
  readonly dropout: number;
  readonly recipe: EncoderRecipe;
  readonly seed: number;
  /** Where checkpoints lie, and under which name: another recipe or other data must not resume this run. */
  readonly folder: string;
  readonly name: string;
  /** What an earlier run ended with, to go on from; null: the encoder as it came. */
  readonly from: StoredTensors | null;
};

export type FineTuned = {
  /** Every trained weight as the last step left it, and averaged over the last steps, by the artefact's names. */
  readonly last: Weights;
  readonly averaged: Weights;
  /** Each step's loss per row: labels, and distance of the embeddings. */
  readonly losses: readonly { readonly labels: number; readonly embedding: number }[];
  /** Each step's rate for the encoder's last layer: layers below it go slower, heads at a rate of their own in the same shape. */
  readonly rates: readonly number[];
};

/** Steps between two looks at the weights for their average. */
const AVERAGE_EVERY = 8;

/** Milliseconds between two lines of the log. */
const LOG_EVERY = 20_000;

/**
 * Trains all layers of the encoder but words and positions, together with the heads and with one that gives back the base
 * encoder's embedding.
 *
 * AdamW with warm-up. Everything that the next step depends on is kept every few minutes, so a run that was cut ends with
 * the same weights as one that was not.
 */
export async function fineTune(task: FineTuneTask, progress: Progress): Promise<FineTuned> {
  const { recipe, examples, labels } = task;
  const operations = nativeOperations(task.tf, recipe.precision);
  const sizes = examples.map(({ window, times }) => ({ length: window.length, times }));
  const plan = planOf(sizes, { batch: recipe.batch, seed: task.seed, limit: recipe.limit });
  const divide = dividers(task, plan);
  const network: Network = {
    shape: task.base.shape,
    fixed: toEncoderWeights(task.base.tensors, 'the base encoder'),
    heads: task.heads,
    padding: task.padding,
  };
  await mkdir(task.folder, { recursive: true });
  const path = join(task.folder, `${task.name}.safetensors`);
  const kept = await readFile(path).then(readSafetensors, () => null);
  const start = goneOn(startWeights(task, network.fixed.others), task.from);
  const state = startState(operations, start, kept);
  const losses = [...state.losses];
  let keptAt = performance.now();
  let loggedAt = performance.now();
  const begun = { at: performance.now(), step: losses.length };

  for (let step = losses.length; step < plan.length; step++) {
    const seed = task.seed + 104_729 * (step + 1);
    const aim = aimOf(task, plan[step] as number[], labels, randomFrom(seed + 1));
    const parameters = new Map(state.weights.map(({ weight }) => [weight.name, weight.read()]));
    const dropout = { share: task.dropout, layers: recipe.dropout, seed };
    const passed = lossAndGradients(operations, network, parameters, aim, divide, dropout);
    for (const tensor of parameters.values()) tensor.dispose();
    const loss = {
      labels: passed.losses.labels / divide.labels,
      embedding: passed.losses.embedding / Math.max(1e-9, sum(aim.embeddingWeights)),
    };
    if (!Number.isFinite(loss.labels + loss.embedding)) throw new NotANumber(`the loss of step ${step + 1}`);
    losses.push(loss);
    descend(operations, state, passed.gradients, { recipe, step, steps: plan.length, layers: network.shape.layers });
    if ((step + 1) % AVERAGE_EVERY === 0) average(operations, state, recipe.average, step);

    const now = performance.now();
    if (now - keptAt > recipe.checkpointMinutes * 60_000 || step + 1 === plan.length) {
      await keep(path, state, losses);
      keptAt = performance.now();
    }
    if (now - loggedAt > LOG_EVERY || step + 1 === plan.length) {
      loggedAt = now;
      const left = ((now - begun.at) / (step + 1 - begun.step)) * (plan.length - step - 1);
      await log(join(task.folder, `${task.name}.log`), step + 1, plan.length, losses, left);
    }
    progress('encoder', step + 1, plan.length);
    // Others get a turn: a signal, or the writing of the log.
    await setImmediate();
  }
  const read = (tensorOf: (one: One) => Tensor): Weights =>
    new Map(
      state.weights.map((one) => {
        const tensor = tensorOf(one);
        const data = Float32Array.from(tensor.dataSync<'float32'>());
        if (tensor !== one.average) tensor.dispose();
        return [one.weight.name, { shape: one.weight.shape, data }];
      }),
    );
  const rates = plan.map((_, step) => recipe.rate * paceOf(recipe, step, plan.length));
  const trained = { last: read(({ weight }) => weight.read()), averaged: read((one) => one.average), losses, rates };
  for (const one of state.weights) {
    for (const stored of [one.weight, one.first, one.second]) stored.dispose();
    one.average.dispose();
  }
  return trained;
}

/** One weight and everything that goes with it. */
type One = {
  readonly weight: Stored;
  readonly first: Stored;
  readonly second: Stored;
  average: Tensor;
};

type State = { readonly weights: readonly One[]; readonly losses: FineTuned['losses'] };

/** What the sums of a batch's losses are divided by: the same for all batches, so that each row counts as the recipe says. */
function dividers({ examples, labels, embeddingOf, recipe }: FineTuneTask, plan: readonly (readonly number[])[]) {
  let weight = 0;
  let distilled = 0;
  for (const example of plan.flat()) {
    const targets = examples[example]?.targets ?? {};
    for (const label of labels) weight += targets[label]?.weight ?? 0;
    if (embeddingOf(example) !== null) distilled++;
  }
  const batches = Math.max(1, plan.length);
  return {
    labels: Math.max(1e-6, weight / batches),
    embeddings: Math.max(1e-6, distilled / batches) / recipe.embedding.weight,
  };
}

function aimOf(
  { examples, embeddingOf, base, mask, recipe }: FineTuneTask,
  batch: readonly number[],
  labels: readonly TrainingLabel[],
  random: () => number,
): Aim {
  const { hidden } = base.shape;
  const values = new Float32Array(batch.length * labels.length);
  const weights = new Float32Array(batch.length * labels.length);
  const embeddings = new Float32Array(batch.length * hidden);
  const embeddingWeights = new Float32Array(batch.length);
  batch.forEach((example, row) => {
    labels.forEach((label, l) => {
      const target = examples[example]?.targets[label];
      if (target === undefined) return;
      values[row * labels.length + l] = target.value;
      weights[row * labels.length + l] = target.weight;
    });
    const embedding = embeddingOf(example);
    if (embedding === null) return;
    embeddings.set(embedding, row * hidden);
    embeddingWeights[row] = 1;
  });
  const windows = batch.map((example, row) => {
    const window = examples[example]?.window as Int32Array;
    // The embedding that a row is held to is that of all its words.
    if (recipe.wordDropout === 0 || embeddingWeights[row] === 1) return window;
    return window.map((token, at) =>
      at > 0 && at < window.length - 1 && random() < recipe.wordDropout ? mask : token,
    );
  });
  return { windows, values, weights, labels: labels.length, embeddings, embeddingWeights };
}

/** The encoder as it came, heads that know nothing but how frequent each label is, and an embedding left as it is. */
function startWeights({ base, heads, labels, examples, seed }: FineTuneTask, encoder: Weights): Weights {
  const { hidden, layers } = base.shape;
  const start = new Map<string, { readonly shape: readonly number[]; readonly data: Float32Array }>();
  for (let layer = 0; layer < layers; layer++) {
    for (const name of layerNames(layer)) {
      const found = encoder.get(name);
      if (found === undefined) throw new Error(`the base encoder has no weights named ${name}`);
      start.set(name, found);
    }
  }
  const random = randomFrom(seed);
  const widths = [heads.poolings.length * hidden, ...heads.hidden, labels.length];
  widths.slice(1).forEach((outputs, layer) => {
    const inputs = widths[layer] as number;
    const spread = Math.sqrt((layer === heads.hidden.length ? 1 : 2) / inputs);
    const data = Float32Array.from({ length: inputs * outputs }, () => spread * normal(random));
    const bias =
      layer === heads.hidden.length ? labels.map((label) => oddsOf(examples, label)) : new Array(outputs).fill(0);
    start.set(`heads.${layer}.weight`, { shape: [inputs, outputs], data });
    start.set(`heads.${layer}.bias`, { shape: [outputs], data: Float32Array.from(bias) });
  });
  const same = new Float32Array(hidden * hidden);
  for (let i = 0; i < hidden; i++) same[i * hidden + i] = 1;
  start.set(`${EMBEDDING}.weight`, { shape: [hidden, hidden], data: same });
  start.set(`${EMBEDDING}.bias`, { shape: [hidden], data: new Float32Array(hidden) });
  return start;
}

/**
 * The weights to begin with, where there was an earlier run those of its average. Outputs that it has not, because an artefact
 * keeps no `mention`, begin anew.
 */
function goneOn(start: Weights, from: StoredTensors | null): Weights {
  if (from === null) return start;
  return new Map(
    [...start].map(([name, { shape, data }]) => {
      const found = from.get(`average ${name}`);
      const begun = found?.dtype === 'F32' ? overlaid({ shape, data }, found) : null;
      if (begun === null) throw new Error(`the run to go on from does not fit this one: ${name}`);
      return [name, { shape, data: begun }];
    }),
  );
}

function oddsOf(examples: readonly Example[], label: TrainingLabel): number {
  let carried = 0.5;
  let known = 1;
  for (const { targets, times } of examples) {
    const target = targets[label];
    if (target === undefined) continue;
    carried += times * target.weight * target.value;
    known += times * target.weight;
  }
  return Math.log(carried / (known - carried));
}

function descend(
  operations: NativeOperations,
  state: State,
  gradients: ReadonlyMap<string, Tensor>,
  at: { readonly recipe: EncoderRecipe; readonly step: number; readonly steps: number; readonly layers: number },
): void {
  const { tf } = operations;
  const { recipe, step } = at;
  const pace = paceOf(recipe, step, at.steps);
  const norm = Math.sqrt(operations.sumOfSquares([...gradients.values()]));
  const shrink = Math.min(1, recipe.clip / norm);
  for (const { weight, first, second } of state.weights) {
    const gradient = gradients.get(weight.name);
    if (gradient === undefined) throw new Error(`${weight.name} has no gradient`);
    const rate = pace * rateOf(weight.name, recipe, at.layers);
    if (weight.shape.length > 1) {
      // Apart from Adam, so that a weight decays alike whatever its gradients were; biases and norms do not.
      const now = weight.read();
      const less = tf.mul(now, 1 - rate * recipe.weightDecay);
      now.dispose();
      weight.write(less);
      less.dispose();
    }
    const clipped = shrink < 1 ? tf.mul(gradient, shrink) : gradient;
    operations.adam(weight, first, second, clipped, { at: step, rate });
    if (clipped !== gradient) clipped.dispose();
    gradient.dispose();
  }
}

/** The share of the rate that a step goes at: up to one in the warm-up, then down to nothing. */
function paceOf({ warmUp, schedule }: EncoderRecipe, step: number, steps: number): number {
  const warm = Math.max(1, Math.round(steps * warmUp));
  if (step < warm) return (step + 1) / warm;
  const gone = (step - warm) / Math.max(1, steps - warm);
  return schedule === 'linear' ? 1 - gone : 0.5 * (1 + Math.cos(Math.PI * gone));
}

function rateOf(name: string, { rate, headsRate, layerDecay }: EncoderRecipe, layers: number): number {
  const layer = /^layer\.(\d+)\./.exec(name)?.[1];
  return layer === undefined ? headsRate : rate * layerDecay ** (layers - 1 - Number(layer));
}

function average({ tf }: NativeOperations, { weights }: State, slowness: number, step: number): void {
  // At first there is little to average over, and the weights that training began with should not stay in it.
  const known = Math.min(slowness, (step + 1) / (step + 10)) ** AVERAGE_EVERY;
  for (const one of weights) {
    const now = one.weight.read();
    const moved = tf.tidy(() => tf.add(one.average, tf.mul(tf.sub(now, one.average), 1 - known)));
    now.dispose();
    one.average.dispose();
    one.average = moved;
  }
}

function startState(
  operations: NativeOperations,
  start: Weights,
  kept: ReturnType<typeof readSafetensors> | null,
): State {
  const { tf } = operations;
  const numbers = (kind: string, name: string, otherwise: Float32Array) => {
    if (kept === null) return otherwise;
    const found = kept.get(`${kind} ${name}`);
    if (found?.dtype !== 'F32' || found.data.length !== otherwise.length) {
      throw new Error(`the checkpoint does not fit this run: ${kind} ${name}`);
    }
    return found.data;
  };
  const weights = [...start].map(([name, { shape, data }]): One => {
    const zeros = new Float32Array(data.length);
    return {
      weight: operations.stored(name, shape, numbers('weight', name, data)),
      first: operations.stored(name, shape, numbers('first', name, zeros)),
      second: operations.stored(name, shape, numbers('second', name, zeros)),
      average: tf.tensor(numbers('average', name, data), [...shape]),
    };
  });
  const past = kept?.get('losses')?.data ?? new Float32Array();
  const losses = Array.from({ length: past.length / 2 }, (_, i) => ({
    labels: past[2 * i] as number,
    embedding: past[2 * i + 1] as number,
  }));
  return { weights, losses };
}

/** Writes everything that the next step depends on, all at once or not at all. */
async function keep(path: string, { weights }: State, losses: FineTuned['losses']): Promise<void> {
  const tensors = new Map<string, StoredTensor>();
  for (const one of weights) {
    const { name, shape } = one.weight;
    for (const kind of ['weight', 'first', 'second', 'average'] as const) {
      const tensor = kind === 'average' ? one.average : one[kind].read();
      tensors.set(`${kind} ${name}`, { dtype: 'F32', shape, data: Float32Array.from(tensor.dataSync<'float32'>()) });
      if (kind !== 'average') tensor.dispose();
    }
  }
  const data = Float32Array.from(losses.flatMap(({ labels, embedding }) => [labels, embedding]));
  tensors.set('losses', { dtype: 'F32', shape: [losses.length, 2], data });
  await writeFile(`${path}.writing`, writeSafetensors(tensors));
  await rename(`${path}.writing`, path);
}

/** One line for somebody who watches a run that has no terminal. @param left milliseconds to go. */
async function log(
  path: string,
  step: number,
  steps: number,
  losses: FineTuned['losses'],
  left: number,
): Promise<void> {
  const recent = losses.slice(-50);
  const mean = (of: (loss: FineTuned['losses'][number]) => number) => (sum(recent.map(of)) / recent.length).toFixed(4);
  const told = `labels ${mean((loss) => loss.labels)}, embedding ${mean((loss) => loss.embedding)}`;
  await appendFile(path, `step ${step} of ${steps}: ${told}; ${Math.ceil(left / 60_000)} min left\n`);
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
