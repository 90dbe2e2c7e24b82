import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { type Batch, toBatch } from '../model/batch.js';
import type { EncoderShape, Pooling } from '../model/manifest.js';
import type { EncoderWeights } from '../model/weights.js';
import type { NativeOperations } from './native-operations.js';

/** Weights by the names that the artefact gives them. */
export type Parameters = ReadonlyMap<string, Tensor>;
/** What the loss says of each weight, by the same names. */
export type Gradients = Map<string, Tensor>;

/** What one part of the network gave, and how to go back through it. */
type Passed = {
  readonly out: Tensor;
  /** @param error of the output. @returns the error of the input; the weights' gradients go into the map. */
  readonly back: (error: Tensor, gradients: Gradients) => Tensor;
};

/** Everything of the encoder's shape and of one batch that its layers need. */
type Setting = {
  readonly operations: NativeOperations;
  readonly parameters: Parameters;
  readonly shape: EncoderShape;
  readonly rows: number;
  readonly length: number;
  /** What keeps padding out of attention; null where no row has any. */
  readonly bias: Tensor | null;
  /** What lets through some numbers of a half layer and stops others; null where all pass. */
  readonly gate: (shape: readonly number[]) => Tensor | null;
};

export type EncoderPass = {
  readonly batch: Batch;
  /** Hidden states [rows · length, hidden]; index 0 is the embedding layer. */
  readonly hidden: readonly Tensor[];
  /** @param errors of the hidden states, by layer; absent where nothing reads one. */
  back(errors: readonly (Tensor | undefined)[], gradients: Gradients): void;
};

/**
 * Runs the encoder as graph/encoder.ts writes it down, operation by operation, and remembers what going back needs.
 *
 * The way back is written out by hand: the library has no gradient for its fused parts, and a tape would remember three
 * times as much and compute with many small operations what a few large ones do. The embedding layer is not trained, so
 * it is computed here and the way back ends at the first layer's weights.
 */
export function encoderPass(
  operations: NativeOperations,
  { shape, fixed }: { readonly shape: EncoderShape; readonly fixed: EncoderWeights },
  parameters: Parameters,
  windows: readonly Int32Array[],
  padding: number,
  dropout: { readonly share: number; readonly seed: number },
): EncoderPass {
  const { tf } = operations;
  const batch = toBatch(windows, padding);
  const { rows, length } = batch;
  const padded = windows.some((window) => window.length < length);
  let gates = 0;
  const setting: Setting = {
    operations,
    parameters,
    shape,
    rows,
    length,
    gate: (shape) => (dropout.share === 0 ? null : operations.gate(shape, dropout.share, dropout.seed + ++gates)),
    bias: padded ? tf.tensor(batch.bias, [rows, 1, 1, length]) : null,
  };
  const hidden: Tensor[] = [tf.tensor(embedded(batch, shape, fixed), [rows * length, shape.hidden])];
  const layers: Passed[] = [];
  for (let layer = 0; layer < shape.layers; layer++) {
    const passed = encoderLayer(setting, `layer.${layer}`, hidden[layer] as Tensor, layer === 0);
    layers.push(passed);
    hidden.push(passed.out);
  }
  return {
    batch,
    hidden,
    back: (errors, gradients) => {
      let error = errors[shape.layers];
      for (let layer = shape.layers - 1; layer >= 0; layer--) {
        if (error === undefined) {
          error = errors[layer];
          continue;
        }
        const before = (layers[layer] as Passed).back(error, gradients);
        const direct = errors[layer];
        error = direct === undefined ? before : tf.add(before, direct);
      }
    },
  };
}

/** Names of the weights of one layer, in the order of the artefact. */
export function layerNames(layer: number): string[] {
  const parts = ['attention.qkv', 'attention.output', 'attention.norm', 'feedforward.in', 'feedforward.out'];
  return [...parts, 'feedforward.norm'].flatMap((part) =>
    (part.endsWith('norm') ? ['scale', 'shift'] : ['weight', 'bias']).map((kind) => `layer.${layer}.${part}.${kind}`),
  );
}

function encoderLayer(setting: Setting, name: string, x: Tensor, isFirst: boolean): Passed {
  const { tf } = setting.operations;
  const attended = gated(setting, attention(setting, `${name}.attention`, x, isFirst));
  const middle = normed(setting, `${name}.attention.norm`, tf.add(attended.out, x));
  const fed = gated(setting, feedForward(setting, `${name}.feedforward`, middle.out));
  const last = normed(setting, `${name}.feedforward.norm`, tf.add(fed.out, middle.out));
  return {
    out: last.out,
    back: (error, gradients) =>
      tf.tidy(() => {
        const own: Gradients = new Map();
        const afterFeed = last.back(error, own);
        const afterMiddle = tf.add(fed.back(afterFeed, own), afterFeed);
        const afterAttention = middle.back(afterMiddle, own);
        const direct = attended.back(afterAttention, own);
        const before = isFirst ? afterAttention : tf.add(direct, afterAttention);
        for (const [weight, gradient] of own) gradients.set(weight, tf.keep(gradient));
        return before;
      }),
  };
}

function gated({ operations: { tf }, gate }: Setting, passed: Passed): Passed {
  const open = gate(passed.out.shape);
  if (open === null) return passed;
  return {
    out: tf.mul(passed.out, open),
    back: (error, gradients) => passed.back(tf.mul(error, open), gradients),
  };
}

/** x · weight + bias, and back. @param ends nothing before it is trained, so the input's error is not wanted. */
export function dense(
  operations: NativeOperations,
  parameters: Parameters,
  name: string,
  x: Tensor,
  ends = false,
): Passed {
  const weight = parameter(parameters, `${name}.weight`);
  return {
    out: operations.addBias(operations.multiply(x, weight), parameter(parameters, `${name}.bias`)),
    back: (error, gradients) => {
      gradients.set(`${name}.weight`, operations.multiply(x, error, 'a'));
      gradients.set(`${name}.bias`, operations.sumOfRows(error));
      return ends ? error : operations.multiply(error, weight, 'b');
    },
  };
}

function attention(setting: Setting, name: string, x: Tensor, isFirst: boolean): Passed {
  const { operations, parameters, shape, rows, length, bias } = setting;
  const { tf } = operations;
  const size = shape.hidden / shape.heads;
  const scale = 1 / Math.sqrt(size);
  const all = dense(operations, parameters, `${name}.qkv`, x, isFirst);
  const apart = tf.transpose(tf.reshape(all.out, [rows, length, 3, shape.heads, size]), [2, 0, 3, 1, 4]);
  const [plainQueries, keys, values] = tf.unstack(apart) as [Tensor, Tensor, Tensor];
  const queries = tf.mul(plainQueries, scale);
  const likeness = operations.multiplyEach(queries, keys, 'b');
  const shares = tf.softmax(bias === null ? likeness : tf.add(likeness, bias));
  const mixed = operations.multiplyEach(shares, values);
  const flat = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [rows * length, shape.hidden]);
  const output = dense(operations, parameters, `${name}.output`, flat);
  return {
    out: output.out,
    back: (error, gradients) => {
      const mixedError = tf.transpose(
        tf.reshape(output.back(error, gradients), [rows, length, shape.heads, size]),
        [0, 2, 1, 3],
      );
      const valuesError = operations.multiplyEach(shares, mixedError, 'a');
      const sharesError = operations.multiplyEach(mixedError, values, 'b');
      // Softmax: what a share gains, the others of its row lose.
      const likenessError = softmaxBack(setting, shares, sharesError as Tensor4D);
      const queriesError = tf.mul(operations.multiplyEach(likenessError, keys), scale);
      const keysError = operations.multiplyEach(likenessError, queries, 'a');
      const together = tf.transpose(tf.stack([queriesError, keysError, valuesError]), [1, 3, 0, 2, 4]);
      return all.back(tf.reshape(together, [rows * length, 3 * shape.hidden]), gradients);
    },
  };
}

function softmaxBack({ operations: { tf } }: Setting, shares: Tensor, error: Tensor): Tensor {
  const total = tf.sum(tf.mul(error, shares), -1, true);
  return tf.mul(shares, tf.sub(error, total));
}

/** Two dense layers with GELU (with erf) between them. */
function feedForward(setting: Setting, name: string, x: Tensor): Passed {
  const { operations, parameters } = setting;
  const { tf } = operations;
  const wide = dense(operations, parameters, `${name}.in`, x);
  const scaled = tf.mul(wide.out, Math.SQRT1_2);
  const raised = tf.add(tf.erf(scaled), 1);
  // Twice the GELU; the half is taken where the matrix is smaller.
  const twice = tf.mul(wide.out, raised);
  const weight = parameter(parameters, `${name}.out.weight`);
  const product = tf.mul(operations.multiply(twice, weight), 0.5);
  return {
    out: operations.addBias(product, parameter(parameters, `${name}.out.bias`)),
    back: (error, gradients) => {
      const half = tf.mul(error, 0.5);
      gradients.set(`${name}.out.weight`, operations.multiply(twice, half, 'a'));
      gradients.set(`${name}.out.bias`, operations.sumOfRows(error));
      const twiceError = operations.multiply(half, weight, 'b');
      // The slope of x · (1 + erf(x/√2)) is 1 + erf(x/√2) + x · √(2/π) · exp(-x²/2).
      const bell = tf.exp(tf.sub(Math.log(Math.sqrt(2 / Math.PI)), tf.square(scaled)));
      const slope = tf.add(tf.mul(wide.out, bell), raised);
      return wide.back(tf.mul(slope, twiceError), gradients);
    },
  };
}

function normed(setting: Setting, name: string, x: Tensor): Passed {
  const { operations, parameters, shape } = setting;
  const { tf } = operations;
  const scale = parameter(parameters, `${name}.scale`);
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const spread = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), shape.epsilon));
  const unit = tf.mul(centred, spread);
  return {
    out: tf.add(tf.mul(unit, scale), parameter(parameters, `${name}.shift`)),
    back: (error, gradients) => {
      const alongUnit = tf.mul(error, unit);
      gradients.set(`${name}.scale`, operations.sumOfRows(alongUnit));
      gradients.set(`${name}.shift`, operations.sumOfRows(error));
      // Means over a row of what is multiplied by the scale: as products with a column, which is one reading each.
      const column = tf.reshape(tf.mul(scale, 1 / shape.hidden), [shape.hidden, 1]);
      const mean = operations.multiply(error, column);
      const meanAlongUnit = operations.multiply(alongUnit, column);
      const free = tf.sub(tf.sub(tf.mul(error, scale), tf.mul(unit, meanAlongUnit)), mean);
      return tf.mul(free, spread);
    },
  };
}

/** Pools one hidden state over the tokens of each row, as graph/heads.ts does. */
export function pooled(
  operations: NativeOperations,
  { hidden, batch }: EncoderPass,
  { layer, kind }: Pooling,
): { readonly out: Tensor; readonly back: (error: Tensor) => Tensor } {
  const { tf } = operations;
  const { rows, length } = batch;
  const state = hidden[layer];
  if (state === undefined) throw new Error(`the encoder has no layer ${layer} to pool`);
  const width = state.shape[1] as number;
  const tokens = tf.reshape(state, [rows, length, width]);
  const flat = (error: Tensor) => tf.reshape(error, [rows * length, width]);
  switch (kind) {
    case 'mean': {
      const average = tf.tensor(batch.average, [rows, 1, length]);
      return {
        out: tf.reshape(tf.matMul(average, tokens), [rows, width]),
        back: (error) => flat(tf.matMul(average, tf.reshape(error, [rows, 1, width]), true)),
      };
    }
    case 'max': {
      const masked = tf.add(tokens, tf.tensor(batch.bias, [rows, length, 1]));
      const most = tf.max(masked, 1, true);
      return {
        out: tf.reshape(most, [rows, width]),
        back: (error) => flat(tf.mul(tf.cast(tf.equal(masked, most), 'float32'), tf.reshape(error, [rows, 1, width]))),
      };
    }
    case 'first':
      return {
        out: tf.reshape(tf.slice(tokens, [0, 0, 0], [rows, 1, width]), [rows, width]),
        back: (error) =>
          flat(
            tf.pad(tf.reshape(error, [rows, 1, width]), [
              [0, 0],
              [0, length - 1],
              [0, 0],
            ]),
          ),
      };
  }
}

/** The embedding layer, normalised: words, positions and one LayerNorm. [rows · length, hidden] */
function embedded({ ids, length }: Batch, { hidden, epsilon }: EncoderShape, fixed: EncoderWeights): Float32Array {
  const { words, others } = fixed;
  const positions = weightOf(others, 'embeddings.positions');
  const scale = weightOf(others, 'embeddings.norm.scale');
  const shift = weightOf(others, 'embeddings.norm.shift');
  const result = new Float32Array(ids.length * hidden);
  for (let token = 0; token < ids.length; token++) {
    const word = (ids[token] as number) * hidden;
    const wordScale = words.scales[ids[token] as number] as number;
    const place = (token % length) * hidden;
    const to = token * hidden;
    let sum = 0;
    for (let i = 0; i < hidden; i++) {
      const value = (words.data[word + i] as number) * wordScale + (positions[place + i] as number);
      result[to + i] = value;
      sum += value;
    }
    const mean = sum / hidden;
    let squares = 0;
    for (let i = 0; i < hidden; i++) squares += ((result[to + i] as number) - mean) ** 2;
    const spread = 1 / Math.sqrt(squares / hidden + epsilon);
    for (let i = 0; i < hidden; i++) {
      const unit = ((result[to + i] as number) - mean) * spread;
      result[to + i] = unit * (scale[i] as number) + (shift[i] as number);
    }
  }
  return result;
}

function weightOf(weights: EncoderWeights['others'], name: string): Float32Array {
  const found = weights.get(name);
  if (found === undefined) throw new Error(`the encoder has no weights named ${name}`);
  return found.data;
}

function parameter(parameters: Parameters, name: string): Tensor {
  const found = parameters.get(name);
  if (found === undefined) throw new Error(`there is no weight named ${name} to train`);
  return found;
}
