import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { NotANumber } from './errors.js';
import { type Executor, inputTensors } from './executor.js';
import type { Graph } from './graph/graph.js';
import { toGraphModel } from './graph/graph-model.js';
import { allFinite } from './weights.js';

/** Loads a graph into tfjs' WebAssembly backend, which every machine with Node has. */
export async function wasmExecutor(graph: Graph): Promise<Executor> {
  await startWasm();
  const model = await loadGraphModel({ load: async () => toGraphModel(graph) });
  const names = Object.keys(graph.outputs);
  const nodes = Object.values(graph.outputs).map((output) => output.node);
  return {
    backend: 'wasm',
    run: async (batch) => {
      // Where both backends are loaded, they share one engine.
      if (tf.getBackend() !== 'wasm') await tf.setBackend('wasm');
      const inputs = inputTensors(tf, batch);
      const outputs = model.execute(inputs, nodes) as tf.Tensor[];
      try {
        return Object.fromEntries(
          names.map((name, i) => {
            const data = (outputs[i] as tf.Tensor).dataSync<'float32'>().slice();
            if (!allFinite(data)) throw new NotANumber(`the model's ${name}`);
            return [name, data];
          }),
        );
      } finally {
        for (const tensor of [...Object.values(inputs), ...outputs]) tensor.dispose();
      }
    },
    dispose: () => model.dispose(),
  };
}

let started: Promise<void> | undefined;

function startWasm(): Promise<void> {
  started ??= (async () => {
    const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(join(dirname(main), sep));
    if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly backend does not start');
    await tf.ready();
  })();
  return started;
}
