import type { Tensor } from '@tensorflow/tfjs-core';
import { NotANumber } from './errors.js';
import { type Executor, inputTensors } from './executor.js';
import type { Graph } from './graph/graph.js';
import { TAG } from './graph/saved-model.js';
import type { NativeTensorFlow } from './native.js';
import { allFinite } from './weights.js';

/**
 * What tfjs-node's backend does underneath `tf.node.loadSavedModel`. That call also reads the whole file in JavaScript to
 * learn the names of inputs and outputs, which took 0.12 s and 180 MB here; premod wrote the file and knows them.
 */
type SavedModelBackend = {
  loadSavedModelMetaGraph(folder: string, tags: string): number;
  runSavedModel(
    session: number,
    inputs: readonly Tensor[],
    infos: readonly { readonly name: string; readonly tfDtype: string }[],
    outputs: readonly string[],
  ): Tensor[];
  deleteSavedModel(session: number): void;
};

const INPUTS = [
  { name: 'ids:0', tfDtype: 'DT_INT32' },
  { name: 'bias:0', tfDtype: 'DT_FLOAT' },
  { name: 'average:0', tfDtype: 'DT_FLOAT' },
] as const;

/**
 * Loads a SavedModel's folder into the native library.
 *
 * @param outputs what the graph gives, as in the graph it was written from.
 */
export function nativeExecutor(tf: NativeTensorFlow, folder: string, outputs: Graph['outputs']): Executor {
  const backend = tf.backend() as unknown as SavedModelBackend;
  const session = backend.loadSavedModelMetaGraph(folder, TAG);
  const names = Object.keys(outputs);
  const nodes = Object.values(outputs).map((output) => `${output.node}:0`);
  return {
    backend: 'native',
    run: async (batch) => {
      // Where both backends are loaded, they share one engine.
      if (tf.getBackend() !== 'tensorflow') await tf.setBackend('tensorflow');
      const { ids, bias, average } = inputTensors(tf, batch);
      const inputs = [ids, bias, average];
      const results: Tensor[] = [];
      try {
        results.push(...backend.runSavedModel(session, inputs, INPUTS, nodes));
        return Object.fromEntries(
          names.map((name, i) => {
            const data = (results[i] as Tensor).dataSync<'float32'>();
            if (!allFinite(data)) throw new NotANumber(`the model's ${name}`);
            return [name, data];
          }),
        );
      } finally {
        for (const tensor of [...inputs, ...results]) tensor.dispose();
      }
    },
    dispose: () => backend.deleteSavedModel(session),
  };
}
