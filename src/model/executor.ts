import type { Tensor } from '@tensorflow/tfjs-core';
import type { Batch } from './batch.js';

export type BackendName = 'native' | 'wasm';

/** A graph that is loaded and can be run. */
export type Executor = {
  readonly backend: BackendName;
  /**
   * Runs one batch; blocks the thread while it does.
   *
   * @returns each output by name, row after row.
   * @throws NotANumber where a result is not finite.
   */
  run(batch: Batch): Promise<Readonly<Record<string, Float32Array>>>;
  dispose(): void;
};

/** The tensor operations that both executors take from their tfjs. */
export type TensorMaker = Pick<typeof import('@tensorflow/tfjs-core'), 'tensor'>;

/** The graph's inputs as tensors; the caller disposes of them. */
export function inputTensors(tf: TensorMaker, batch: Batch): { ids: Tensor; bias: Tensor; average: Tensor } {
  const { rows, length } = batch;
  return {
    ids: tf.tensor(batch.ids, [rows, length], 'int32'),
    bias: tf.tensor(batch.bias, [rows, 1, 1, length], 'float32'),
    average: tf.tensor(batch.average, [rows, 1, length], 'float32'),
  };
}
