import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { BackendName, Executor } from './executor.js';
import { nativeExecutor } from './executor-native.js';
import { GRAPH_VERSION } from './graph/build.js';
import { cachedSavedModel } from './graph/cache.js';
import type { Graph } from './graph/graph.js';
import { toSavedModel } from './graph/saved-model.js';
import { loadNative, type NativeTensorFlow } from './native.js';

/** `auto` takes the native backend where it is installed and WebAssembly everywhere else. */
export type BackendChoice = BackendName | 'auto';

/** A backend that runs in this process. */
export type Backend = {
  readonly name: BackendName;
  /** What stands behind the name, such as `TensorFlow 2.21.0`. */
  readonly library: string;
  /** Why it is not the faster one; null where it is. */
  readonly whyNotNative: string | null;
  /**
   * Loads a graph.
   *
   * @param key names the graph for the cache; the same key must always stand for the same graph.
   * @param outputs what the graph will give, known before it is made.
   * @param make is called only where the cache does not have the graph.
   */
  load(key: string, outputs: Graph['outputs'], make: () => Graph): Promise<Executor>;
};

export type BackendOptions = {
  readonly choice: BackendChoice;
  /** premod's per-user cache, as `cacheFolder` in native.ts names it. */
  readonly cache: string;
};

/** @throws Error with one line for the operator where `native` was asked for and is not there. */
export function openBackend({ choice, cache }: BackendOptions): Backend {
  if (choice === 'wasm') return wasmBackend('WebAssembly was asked for');
  // Half as fast again on this graph, because the library then fuses bias and GELU into its multiplications. Its notices go
  // to the inference process's log.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
  const native = loadNative(cache);
  if (native.kind === 'loaded') return nativeBackend(native.tf, native.tensorflow, cache);
  if (choice === 'native') throw new Error(`the native backend is not there: ${native.why}`);
  return wasmBackend(native.why);
}

function nativeBackend(tf: NativeTensorFlow, version: string, cache: string): Backend {
  return {
    name: 'native',
    library: `TensorFlow ${version}`,
    whyNotNative: null,
    load: async (key, outputs, make) => {
      const graphs = resolve(cache, 'graphs');
      // The folder too, because it is written into the graph: a cache that was moved is of no use.
      const name = createHash('sha256').update(`${key} ${GRAPH_VERSION} ${graphs}`).digest('hex');
      const folder = await cachedSavedModel(graphs, name, (place) => toSavedModel(make(), place));
      return nativeExecutor(tf, folder, outputs);
    },
  };
}

function wasmBackend(why: string): Backend {
  return {
    name: 'wasm',
    library: 'tfjs WebAssembly',
    whyNotNative: why,
    load: async (_key, _outputs, make) => {
      // Only where it is needed: it brings a second copy of tfjs.
      const { wasmExecutor } = await import('./executor-wasm.js');
      return await wasmExecutor(make());
    },
  };
}
