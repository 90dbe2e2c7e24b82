import type { HeadsShape, Pooling } from '../manifest.js';
import type { Weights } from '../weights.js';
import { addDense, type Encoded } from './encoder.js';
import { bool, float, type GraphBuilder, int, int32 } from './graph.js';

/** The layer that makes the embedding, in the heads' weights: [hidden, hidden] and [hidden]. */
export const EMBEDDING = 'embedding_head';

/** How an encoder that was trained on gives its embedding. */
export type EmbeddingHead = { readonly pooling: Pooling; readonly weights: Weights };

/**
 * Adds the sentence embedding, of length one. Off-topic and the cache of parents depend on its being that of the base
 * encoder: the mean of the last layer over the tokens where the encoder is that one, and what a linear layer was taught to
 * give back of it where the encoder was trained on.
 */
export function addEmbedding(
  graph: GraphBuilder,
  encoded: Encoded,
  hidden: number,
  head: EmbeddingHead | null,
): string {
  const pooling = head?.pooling ?? { layer: encoded.hidden.length - 1, kind: 'mean' };
  const pooled = addPooling(graph, pooling, encoded, hidden);
  const mean = head === null ? pooled : addDense(graph, EMBEDDING, pooled, head.weights);
  const square = graph.add('embedding/square', 'Square', [mean], { T: float });
  const sum = graph.add('embedding/sum', 'Sum', [square, graph.integers('embedding/axis', [1])], {
    T: float,
    Tidx: int32,
    keep_dims: bool(true),
  });
  const lifted = graph.add('embedding/lifted', 'AddV2', [sum, graph.scalar('embedding/least', 1e-24)], { T: float });
  const inverse = graph.add('embedding/inverse', 'Rsqrt', [lifted], { T: float });
  return graph.add('embedding', 'Mul', [mean, inverse], { T: float });
}

/** Adds what the heads read: poolings of the named layers, side by side. [batch, poolings · hidden] */
export function addFeatures(
  graph: GraphBuilder,
  encoded: Encoded,
  poolings: readonly Pooling[],
  hidden: number,
): string {
  const pooled = poolings.map((pooling) => addPooling(graph, pooling, encoded, hidden));
  const axis = graph.integer('features/axis', 1);
  if (pooled.length === 1) return graph.add('features', 'Identity', [pooled[0] as string], { T: float });
  return graph.add('features', 'ConcatV2', [...pooled, axis], { N: int(pooled.length), T: float, Tidx: int32 });
}

/** Adds the heads: dense layers with ReLU between them, ending in one unbounded number a label. [batch, labels] */
export function addHeads(graph: GraphBuilder, features: string, shape: HeadsShape, weights: Weights): string {
  let current = features;
  shape.hidden.forEach((_, i) => {
    const dense = addDense(graph, `heads.${i}`, current, weights);
    current = graph.add(`heads.${i}/relu`, 'Relu', [dense], { T: float });
  });
  const last = addDense(graph, `heads.${shape.hidden.length}`, current, weights);
  return graph.add('logits', 'Identity', [last], { T: float });
}

function addPooling(graph: GraphBuilder, pooling: Pooling, encoded: Encoded, hidden: number): string {
  const name = `pool.${pooling.layer}.${pooling.kind}`;
  const state = encoded.hidden[pooling.layer];
  if (state === undefined) throw new Error(`the encoder has no layer ${pooling.layer} to pool`);
  if (graph.nodes.some((node) => node.name === name)) return name;
  const tokens = addOnce(graph, `pool.${pooling.layer}/tokens`, 'Reshape', [state, encoded.tokensShape], {
    T: float,
    Tshape: int32,
  });
  const flat = () => addOnceIntegers(graph, 'pool/flat', [-1, hidden]);

  switch (pooling.kind) {
    case 'mean': {
      // The weights of the mean are 0 on padding, so a multiplication averages and masks at once.
      const mean = graph.add(`${name}/mean`, 'BatchMatMulV2', [encoded.average, tokens], {
        T: float,
        adj_x: bool(false),
        adj_y: bool(false),
      });
      return graph.add(name, 'Reshape', [mean, flat()], { T: float, Tshape: int32 });
    }
    case 'max': {
      const column = addOnce(
        graph,
        'pool/padding',
        'Transpose',
        [encoded.bias, addOnceIntegers(graph, 'pool/order', [0, 3, 1, 2])],
        { T: float, Tperm: int32 },
      );
      const rows = addOnce(graph, 'pool/padding_rows', 'Squeeze', [column], {
        T: float,
        squeeze_dims: { kind: 'integers', value: [3] },
      });
      const masked = graph.add(`${name}/masked`, 'AddV2', [tokens, rows], { T: float });
      return graph.add(name, 'Max', [masked, addOnceIntegers(graph, 'pool/length_axis', [1])], {
        T: float,
        Tidx: int32,
        keep_dims: bool(false),
      });
    }
    case 'first': {
      const begin = addOnceIntegers(graph, 'pool/first_begin', [0, 0, 0]);
      const size = addOnceIntegers(graph, 'pool/first_size', [-1, 1, -1]);
      const first = graph.add(`${name}/first`, 'Slice', [tokens, begin, size], { T: float, Index: int32 });
      return graph.add(name, 'Reshape', [first, flat()], { T: float, Tshape: int32 });
    }
  }
}

function addOnce(
  graph: GraphBuilder,
  name: string,
  op: string,
  inputs: readonly string[],
  attributes: Parameters<GraphBuilder['add']>[3],
): string {
  return graph.nodes.some((node) => node.name === name) ? name : graph.add(name, op, inputs, attributes);
}

function addOnceIntegers(graph: GraphBuilder, name: string, values: readonly number[]): string {
  return graph.nodes.some((node) => node.name === name) ? name : graph.integers(name, values);
}
