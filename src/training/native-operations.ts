import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './network.js';

/** What tfjs-node's backend does underneath its kernels: any operation of the library, by its name. */
type NativeBackend = {
  readonly binding: Readonly<Record<string, number>>;
  executeSingleOutput(operation: string, attributes: readonly Attribute[], inputs: readonly Tensor[]): Tensor;
  executeMultipleOutputs(
    operation: string,
    attributes: readonly Attribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
};

type Attribute = { readonly name: string; readonly type: number; readonly value: unknown };

/** A weight that the library keeps and changes in place. */
export type Stored = {
  readonly name: string;
  readonly shape: readonly number[];
  /** What the library knows it by. */
  readonly handle: Tensor;
  /** The weight as it is; dispose of it before the next change, or the library copies the weight first. */
  read(): Tensor;
  write(value: Tensor): void;
  dispose(): void;
};

/** Operations of the native library that tfjs has not, or not in one piece. */
export type NativeOperations = {
  readonly tf: TensorFlow;
  /** a · b of matrices, either of them turned. */
  multiply(a: Tensor, b: Tensor, turned?: 'a' | 'b'): Tensor2D;
  /** a · b of the last two sides of four. */
  multiplyEach(a: Tensor, b: Tensor, turned?: 'a' | 'b'): Tensor4D;
  /** x + bias in every row. */
  addBias(x: Tensor, bias: Tensor): Tensor2D;
  /** Sum over all sides but the last. */
  sumOfRows(x: Tensor): Tensor;
  /** Sum of the squares of all numbers of all tensors. */
  sumOfSquares(tensors: readonly Tensor[]): number;
  stored(name: string, shape: readonly number[], data: Float32Array): Stored;
  /** One step of Adam, in place. @param at number of the step, from 0. */
  adam(
    weight: Stored,
    first: Stored,
    second: Stored,
    gradient: Tensor,
    step: { readonly at: number; readonly rate: number },
  ): void;
};

const BETA = { first: 0.9, second: 0.999 } as const;

let variables = 0;

/** @throws Error where tfjs runs on another backend than the native one. */
export function nativeOperations(tf: TensorFlow): NativeOperations {
  if (tf.getBackend() !== 'tensorflow') throw new Error('training an encoder needs the native backend');
  const backend = tf.backend() as unknown as NativeBackend;
  const { binding } = backend;
  const attribute = (name: string, type: string, value: unknown): Attribute => ({
    name,
    type: binding[`TF_ATTR_${type}`] as number,
    value,
  });
  const float = attribute('T', 'TYPE', binding.TF_FLOAT);
  const dtype = attribute('dtype', 'TYPE', binding.TF_FLOAT);
  const noLock = attribute('use_locking', 'BOOL', false);
  const plain = [float, attribute('transpose_a', 'BOOL', false), attribute('transpose_b', 'BOOL', false)];
  const products = {
    none: plain,
    a: [float, attribute('transpose_a', 'BOOL', true), attribute('transpose_b', 'BOOL', false)],
    b: [float, attribute('transpose_a', 'BOOL', false), attribute('transpose_b', 'BOOL', true)],
  };
  const biased = [float, attribute('data_format', 'STRING', 'NHWC')];
  const adam = [float, noLock, attribute('use_nesterov', 'BOOL', false)];

  return {
    tf,
    multiply: (a, b, turned) =>
      backend.executeSingleOutput('MatMul', products[turned ?? 'none'], [a, b]) as unknown as Tensor2D,
    multiplyEach: (a, b, turned) => tf.matMul(a as Tensor4D, b as Tensor4D, turned === 'a', turned === 'b'),
    addBias: (x, bias) => backend.executeSingleOutput('BiasAdd', biased, [x, bias]) as unknown as Tensor2D,
    sumOfRows: (x) => backend.executeSingleOutput('BiasAddGrad', biased, [x]),
    sumOfSquares: (tensors) =>
      tf.tidy(() => {
        const halves = tensors.map((tensor) => backend.executeSingleOutput('L2Loss', [float], [tensor]));
        return 2 * (tf.sum(tf.stack(halves)).dataSync()[0] as number);
      }),
    stored: (name, shape, data) => {
      const handle = tf.keep(
        backend.executeSingleOutput(
          'VarHandleOp',
          [
            dtype,
            attribute('shape', 'SHAPE', [...shape]),
            attribute('container', 'STRING', ''),
            attribute('shared_name', 'STRING', `premod-${++variables}`),
          ],
          [],
        ),
      );
      const write = (value: Tensor) => {
        backend.executeMultipleOutputs('AssignVariableOp', [dtype], [handle, value], 0);
      };
      const start = tf.tensor(data, [...shape]);
      write(start);
      start.dispose();
      return {
        name,
        shape,
        handle,
        read: () => backend.executeSingleOutput('ReadVariableOp', [dtype], [handle]),
        write,
        dispose: () => {
          const ignore = attribute('ignore_lookup_error', 'BOOL', true);
          backend.executeMultipleOutputs('DestroyResourceOp', [ignore], [handle], 0);
          handle.dispose();
        },
      };
    },
    adam: (weight, first, second, gradient, { at, rate }) =>
      tf.tidy(() => {
        const numbers = [BETA.first ** (at + 1), BETA.second ** (at + 1), rate, BETA.first, BETA.second, 1e-8];
        const handles = [weight, first, second].map(({ handle }) => handle);
        const inputs = [...handles, ...numbers.map((number) => tf.scalar(number)), gradient];
        backend.executeMultipleOutputs('ResourceApplyAdam', adam, inputs, 0);
      }),
  };
}
