import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { EMBEDDING } from '../model/graph/heads.js';
import type { EncoderShape, HeadsShape } from '../model/manifest.js';
import type { EncoderWeights } from '../model/weights.js';
import { dense, encoderPass, type Gradients, type Parameters, pooled } from './encoder-pass.js';
import type { NativeOperations } from './native-operations.js';
import { randomFrom } from './random.js';

/** The whole network that is trained: encoder, label heads, and the head that gives back the base encoder's embedding. */
export type Network = {
  readonly shape: EncoderShape;
  /** What of the encoder is not trained: words, positions and their norm. */
  readonly fixed: EncoderWeights;
  readonly heads: HeadsShape;
  readonly padding: number;
};

/** What a batch is to give. */
export type Aim = {
  readonly windows: readonly Int32Array[];
  /** Label values and what each counts, [rows, labels]; a weight of 0 stands for "unknown". */
  readonly values: Float32Array;
  readonly weights: Float32Array;
  readonly labels: number;
  /** The base encoder's embeddings, of length one, and what each counts. [rows, hidden] and [rows] */
  readonly embeddings: Float32Array;
  readonly embeddingWeights: Float32Array;
};

export type Losses = {
  /** Sum over rows and labels of cross entropy times weight. */
  readonly labels: number;
  /** Sum over rows of one minus the cosine, times weight. */
  readonly embedding: number;
};

/** What is dropped of what the heads read, and inside the encoder's layers. */
export type Dropout = { readonly share: number; readonly layers: number; readonly seed: number };

/** What the network gives for a batch; the caller is in a tidy. */
export function forward(
  operations: NativeOperations,
  network: Network,
  parameters: Parameters,
  windows: readonly Int32Array[],
  dropout: Dropout = { share: 0, layers: 0, seed: 0 },
): {
  readonly logits: Tensor2D;
  /** Not yet of length one. */
  readonly embedding: Tensor2D | null;
  readonly back: (errors: { readonly logits: Tensor; readonly embedding: Tensor | null }, gradients: Gradients) => void;
} {
  const { tf } = operations;
  const { shape, heads, padding } = network;
  const inside = { share: dropout.layers, seed: dropout.seed };
  const pass = encoderPass(operations, network, parameters, windows, padding, inside);
  const pools = heads.poolings.map((pooling) => pooled(operations, pass, pooling));
  const random = randomFrom(dropout.seed);
  const gates: (Tensor | null)[] = [];
  const gated = (x: Tensor) => {
    const gate = dropout.share === 0 ? null : gateOf(operations, x, dropout.share, random);
    gates.push(gate);
    return gate === null ? x : tf.mul(x, gate);
  };
  const through = (x: Tensor, gate: Tensor | null | undefined) => (gate ? tf.mul(x, gate) : x);

  const steps: { readonly back: (error: Tensor, gradients: Gradients) => Tensor; readonly sums: Tensor }[] = [];
  let current: Tensor = gated(
    tf.concat(
      pools.map(({ out }) => out),
      1,
    ),
  );
  for (let layer = 0; layer <= heads.hidden.length; layer++) {
    const step = dense(operations, parameters, `heads.${layer}`, current);
    steps.push({ back: step.back, sums: step.out });
    current = layer === heads.hidden.length ? step.out : gated(tf.relu(step.out));
  }
  const pool = heads.embedding === undefined ? null : pooled(operations, pass, heads.embedding);
  const embedded = pool === null ? null : dense(operations, parameters, EMBEDDING, pool.out);

  return {
    logits: current as Tensor2D,
    embedding: (embedded?.out ?? null) as Tensor2D | null,
    back: (errors, gradients) => {
      let error = errors.logits;
      for (let layer = heads.hidden.length; layer >= 0; layer--) {
        error = through(steps[layer]?.back(error, gradients) as Tensor, gates[layer]);
        if (layer > 0) error = tf.mul(error, tf.cast(tf.greater(steps[layer - 1]?.sums as Tensor, 0), 'float32'));
      }
      const hidden: (Tensor | undefined)[] = new Array(shape.layers + 1).fill(undefined);
      const add = (layer: number, more: Tensor) => {
        const known = hidden[layer];
        hidden[layer] = known === undefined ? more : tf.add(known, more);
      };
      const parts = tf.split(error, pools.length, 1);
      for (const [i, { layer }] of heads.poolings.entries()) {
        add(layer, pools[i]?.back(parts[i] as Tensor) as Tensor);
      }
      if (errors.embedding !== null && pool !== null && embedded !== null && heads.embedding !== undefined) {
        add(heads.embedding.layer, pool.back(embedded.back(errors.embedding, gradients)));
      }
      pass.back(hidden, gradients);
    },
  };
}

/**
 * One pass forth and back.
 *
 * @param divide what the sums over labels and over embeddings are divided by before going back.
 * @param parameters the weights as they are; they are the caller's to dispose of.
 * @returns the losses, undivided, and the gradients, which are the caller's to dispose of.
 */
export function lossAndGradients(
  operations: NativeOperations,
  network: Network,
  parameters: Parameters,
  aim: Aim,
  { labels: perLabels, embeddings: perEmbeddings }: { readonly labels: number; readonly embeddings: number },
  dropout: Dropout,
): { readonly losses: Losses; readonly gradients: Gradients } {
  const { tf } = operations;
  const gradients: Gradients = new Map();
  const losses = tf.tidy(() => {
    const { logits, embedding, back } = forward(operations, network, parameters, aim.windows, dropout);
    const y = tf.tensor2d(aim.values, [aim.windows.length, aim.labels]);
    const w = tf.tensor2d(aim.weights, [aim.windows.length, aim.labels]);
    const entropy = tf.add(tf.sub(tf.relu(logits), tf.mul(logits, y)), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))));
    const labels = tf.sum(tf.mul(entropy, w));
    const logitsError = tf.div(tf.mul(tf.sub(tf.sigmoid(logits), y), w), perLabels);
    const distance = embedding === null ? null : distanceOf(operations, embedding, aim);
    const embeddingError = distance === null ? null : tf.div(distance.error, perEmbeddings);
    back({ logits: logitsError, embedding: embeddingError }, gradients);
    for (const gradient of gradients.values()) tf.keep(gradient);
    return {
      labels: labels.dataSync()[0] as number,
      embedding: distance === null ? 0 : (distance.sum.dataSync()[0] as number),
    };
  });
  operations.endPass();
  return { losses, gradients };
}

/** One minus the cosine to the base encoder's embedding, summed by weight, and its slope. */
function distanceOf({ tf }: NativeOperations, embedding: Tensor2D, aim: Aim) {
  const rows = aim.windows.length;
  const aims = tf.tensor2d(aim.embeddings, [rows, embedding.shape[1]]);
  const weights = tf.tensor2d(aim.embeddingWeights, [rows, 1]);
  const inverse = tf.rsqrt(tf.add(tf.sum(tf.square(embedding), 1, true), 1e-24));
  const unit = tf.mul(embedding, inverse);
  const cosine = tf.sum(tf.mul(unit, aims), 1, true);
  return {
    sum: tf.sum(tf.mul(weights, tf.sub(1, cosine))),
    error: tf.mul(tf.sub(tf.mul(unit, cosine), aims), tf.mul(inverse, weights)),
  };
}

/** 0 where dropout stops a number, and what makes up for it elsewhere. */
function gateOf({ tf }: NativeOperations, x: Tensor, share: number, random: () => number): Tensor {
  const open = Float32Array.from({ length: x.size }, () => (random() < share ? 0 : 1 / (1 - share)));
  return tf.tensor(open, [...x.shape]);
}
