import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './network.js';

/** What tfjs-node's backend does underneath its kernels: any operation of the library, by its name. */
type NativeBackend = {
  readonly binding: Readonly<Record<string, number>> & {
    executeOp(operation: string, attributes: readonly Attribute[], inputs: readonly number[], outputs: 1): [Made];
    deleteTensor(id: number): void;
  };
  getInputTensorIds(tensors: readonly Tensor[]): number[];
  createOutputTensor(made: Made): Tensor;
  executeSingleOutput(operation: string, attributes: readonly Attribute[], inputs: readonly Tensor[]): Tensor;
  executeMultipleOutputs(
    operation: string,
    attributes: readonly Attribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
};

/** What the library made, by its number; tfjs knows nothing of it yet. */
type Made = { readonly id: number };

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
  /** Forgets the rounded copies that {@link multiply} keeps for one pass. */
  endPass(): void;
  /** a · b of the last two sides of four. */
  multiplyEach(a: Tensor, b: Tensor, turned?: 'a' | 'b'): Tensor4D;
  /** x + bias in every row. */
  addBias(x: Tensor, bias: Tensor): Tensor2D;
  /** Sum over all sides but the last. */
  sumOfRows(x: Tensor): Tensor;
  /** Sum of the squares of all numbers of all tensors. */
  sumOfSquares(tensors: readonly Tensor[]): number;
  /** 0 for so great a share of numbers, what makes up for it for the others; the same for the same seed. */
  gate(shape: readonly number[], share: number, seed: number): Tensor;
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

/** The library's number for bfloat16, which tfjs has no name for. */
const BFLOAT16 = 14;

let variables = 0;

/**
 * @param precision what {@link NativeOperations.multiply} computes in. `bfloat16` rounds both sides and the product to eight
 *   bits, sums in float32, and is faster only on a processor that has instructions for it (AMX).
 * @throws Error where tfjs runs on another backend than the native one.
 */
export function nativeOperations(tf: TensorFlow, precision: 'float32' | 'bfloat16' = 'float32'): NativeOperations {
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
  const productsOf = (type: Attribute) => {
    const turned = (a: boolean, b: boolean) => [
      type,
      attribute('transpose_a', 'BOOL', a),
      attribute('transpose_b', 'BOOL', b),
    ];
    return { none: turned(false, false), a: turned(true, false), b: turned(false, true) };
  };
  const products = productsOf(float);
  const roundedProducts = productsOf(attribute('T', 'TYPE', BFLOAT16));
  const cast = (id: number, from: number, to: number) =>
    binding.executeOp(
      'Cast',
      [attribute('SrcT', 'TYPE', from), attribute('DstT', 'TYPE', to), attribute('Truncate', 'BOOL', false)],
      [id],
      1,
    )[0];
  // A matrix is multiplied on the way forth and twice on the way back: it is rounded once.
  const rounded = new Map<Tensor, number>();
  const roundedOf = (tensor: Tensor) => {
    const known = rounded.get(tensor);
    if (known !== undefined) return known;
    const { id } = cast(backend.getInputTensorIds([tensor])[0] as number, binding.TF_FLOAT as number, BFLOAT16);
    rounded.set(tensor, id);
    return id;
  };
  const multiplyRounded = (a: Tensor, b: Tensor, attributes: readonly Attribute[]) => {
    const [product] = binding.executeOp('MatMul', attributes, [roundedOf(a), roundedOf(b)], 1);
    const made = cast(product.id, BFLOAT16, binding.TF_FLOAT as number);
    binding.deleteTensor(product.id);
    return backend.createOutputTensor(made);
  };
  const biased = [float, attribute('data_format', 'STRING', 'NHWC')];
  const integer = (name: string) => attribute(name, 'TYPE', binding.TF_INT32);
  const uniform = [dtype, integer('T'), integer('Tseed')];
  const adam = [float, noLock, attribute('use_nesterov', 'BOOL', false)];

  return {
    tf,
    multiply: (a, b, turned) => {
      // To round costs as much as to multiply by a single column.
      const rounding = precision === 'bfloat16' && b.shape[1] !== 1;
      const attributes = (rounding ? roundedProducts : products)[turned ?? 'none'];
      const product = rounding
        ? multiplyRounded(a, b, attributes)
        : backend.executeSingleOutput('MatMul', attributes, [a, b]);
      return product as unknown as Tensor2D;
    },
    endPass: () => {
      for (const id of rounded.values()) binding.deleteTensor(id);
      rounded.clear();
    },
    multiplyEach: (a, b, turned) => tf.matMul(a as Tensor4D, b as Tensor4D, turned === 'a', turned === 'b'),
    addBias: (x, bias) => backend.executeSingleOutput('BiasAdd', biased, [x, bias]) as unknown as Tensor2D,
    sumOfRows: (x) => backend.executeSingleOutput('BiasAddGrad', biased, [x]),
    sumOfSquares: (tensors) =>
      tf.tidy(() => {
        const halves = tensors.map((tensor) => backend.executeSingleOutput('L2Loss', [float], [tensor]));
        return 2 * (tf.sum(tf.stack(halves)).dataSync()[0] as number);
      }),
    gate: (shape, share, seed) =>
      tf.tidy(() => {
        const inputs = [tf.tensor1d([...shape], 'int32'), tf.tensor1d([seed % 2 ** 31, 0], 'int32')];
        const random = backend.executeSingleOutput('StatelessRandomUniform', uniform, inputs);
        return tf.mul(tf.cast(tf.greaterEqual(random, share), 'float32'), 1 / (1 - share));
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
