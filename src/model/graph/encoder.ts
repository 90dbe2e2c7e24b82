import type { EncoderShape } from '../manifest.js';
import type { EncoderWeights, Weights, WholeNumberTable } from '../weights.js';
import { type Attribute, bool, float, type GraphBuilder, int, int8, int32 } from './graph.js';

/** What later parts of the graph read. Hidden states are [batch · length, hidden]; index 0 is the embedding layer. */
export type Encoded = {
  readonly hidden: readonly string[];
  /** The int32 vector [batch, length, hidden]. */
  readonly tokensShape: string;
  readonly ids: string;
  readonly bias: string;
  readonly average: string;
};

/**
 * Adds a BERT encoder (post-norm, GELU with erf) to the graph.
 *
 * It is given `ids` [batch, length], token ids, padded with anything; `bias` [batch, 1, 1, length], 0 where there is a token and
 * -1e9 where there is padding; `average` [batch, 1, length], one over the row's number of tokens where there is a token and 0
 * where there is padding. batch.ts makes all three.
 *
 * Few nodes and plain ones: each costs about 50 µs on the native backend whatever its size, and each must have a WASM
 * kernel. Query, key and value are one multiplication; weights are stored input-major, so nothing is transposed but the
 * attention heads.
 */
export function addEncoder(graph: GraphBuilder, shape: EncoderShape, all: EncoderWeights): Encoded {
  const weights = all.others;
  const ids = graph.placeholder('ids', 'int32', [-1, -1]);
  const bias = graph.placeholder('bias', 'float', [-1, 1, 1, -1]);
  const average = graph.placeholder('average', 'float', [-1, 1, -1]);

  const sides = graph.add('sides', 'Shape', [ids], { T: int32, out_type: int32 });
  const axis = graph.integer('axis_0', 0);
  const join = (name: string, tail: readonly number[]) =>
    graph.add(name, 'ConcatV2', [sides, graph.integers(`${name}/tail`, tail), axis], {
      N: int(2),
      T: int32,
      Tidx: int32,
    });
  const tokensShape = join('tokens_shape', [shape.hidden]);
  const attention: AttentionShape = {
    heads: shape.heads,
    split: join('attention_shape', [3, shape.heads, shape.hidden / shape.heads]),
    flat: graph.integers('flat_shape', [-1, shape.hidden]),
    // From [batch, length, 3, head, size] to [3, batch, head, length, size].
    apart: graph.integers('apart', [2, 0, 3, 1, 4]),
    together: graph.integers('together', [0, 2, 1, 3]),
  };
  const norm: Norm = {
    epsilon: graph.scalar('epsilon', shape.epsilon),
    lastAxis: graph.integers('last_axis', [-1]),
  };
  const gelu: Gelu = {
    half: graph.scalar('half', 0.5),
    one: graph.scalar('one', 1),
    rootHalf: graph.scalar('root_half', Math.SQRT1_2),
  };

  const embedded = addEmbeddings(graph, all, { ids, sides, axis, hidden: shape.hidden, flat: attention.flat });
  const hidden = [addNorm(graph, 'embeddings.norm', embedded, weights, norm)];
  for (let layer = 0; layer < shape.layers; layer++) {
    const before = hidden.at(-1) as string;
    hidden.push(
      addLayer(graph, `layer.${layer}`, before, weights, { attention, norm, gelu, bias, hidden: shape.hidden }),
    );
  }
  return { hidden, tokensShape, ids, bias, average };
}

type AttentionShape = {
  readonly heads: number;
  readonly split: string;
  readonly flat: string;
  readonly apart: string;
  readonly together: string;
};
type Norm = { readonly epsilon: string; readonly lastAxis: string };
type Gelu = { readonly half: string; readonly one: string; readonly rootHalf: string };

function addEmbeddings(
  graph: GraphBuilder,
  { words, others: weights }: EncoderWeights,
  given: { ids: string; sides: string; axis: string; hidden: number; flat: string },
): string {
  const word = addWords(graph, words, given);
  const one = graph.integers('one_side', [1]);
  const length = graph.add('length', 'Slice', [given.sides, one, one], { T: int32, Index: int32 });
  const size = graph.add(
    'positions_size',
    'ConcatV2',
    [length, graph.integers('positions_width', [given.hidden]), given.axis],
    {
      N: int(2),
      T: int32,
      Tidx: int32,
    },
  );
  const table = constant(graph, 'embeddings.positions', weights);
  const positions = graph.add('positions', 'Slice', [table, graph.integers('positions_begin', [0, 0]), size], {
    T: float,
    Index: int32,
  });
  const sum = graph.add('embedded', 'AddV2', [word, positions], { T: float });
  return graph.add('embedded_flat', 'Reshape', [sum, given.flat], { T: float, Tshape: int32 });
}

/**
 * Looks the words up in their table. It is half of all weights, and the native library keeps several copies of a constant,
 * so it stays in whole numbers and only the rows that are read are brought to single precision.
 */
function addWords(graph: GraphBuilder, words: WholeNumberTable, { ids, axis }: { ids: string; axis: string }): string {
  const gather = (name: string, from: string, type: Attribute) =>
    graph.add(name, 'GatherV2', [from, ids, axis], {
      Tparams: type,
      Tindices: int32,
      Taxis: int32,
      batch_dims: int(0),
    });
  const rows = gather('word/rows', graph.smallIntegers('embeddings.words', words.shape, words.data), int8);
  const scales = graph.floats('embeddings.words.scale', [words.scales.length, 1], words.scales);
  const wide = graph.add('word/wide', 'Cast', [rows], { SrcT: int8, DstT: float, Truncate: bool(false) });
  return graph.add('word', 'Mul', [wide, gather('word/scale', scales, float)], { T: float });
}

function addLayer(
  graph: GraphBuilder,
  name: string,
  before: string,
  weights: Weights,
  parts: { attention: AttentionShape; norm: Norm; gelu: Gelu; bias: string; hidden: number },
): string {
  const attended = addAttention(graph, `${name}.attention`, before, weights, parts);
  const first = graph.add(`${name}.attention/sum`, 'AddV2', [attended, before], { T: float });
  const middle = addNorm(graph, `${name}.attention.norm`, first, weights, parts.norm);
  const wide = addGelu(graph, `${name}.gelu`, addDense(graph, `${name}.feedforward.in`, middle, weights), parts.gelu);
  const narrow = addDense(graph, `${name}.feedforward.out`, wide, weights);
  const second = graph.add(`${name}.feedforward/sum`, 'AddV2', [narrow, middle], { T: float });
  return addNorm(graph, `${name}.feedforward.norm`, second, weights, parts.norm);
}

function addAttention(
  graph: GraphBuilder,
  name: string,
  input: string,
  weights: Weights,
  parts: { attention: AttentionShape; bias: string; hidden: number },
): string {
  const { split, apart, together, flat, heads } = parts.attention;
  const all = addDense(graph, `${name}.qkv`, input, scaledQueries(weights, `${name}.qkv`, parts.hidden, heads));
  const shaped = graph.add(`${name}/split`, 'Reshape', [all, split], { T: float, Tshape: int32 });
  const moved = graph.add(`${name}/apart`, 'Transpose', [shaped, apart], { T: float, Tperm: int32 });
  const parted = graph.add(`${name}/parts`, 'Unpack', [moved], { T: float, num: int(3), axis: int(0) });
  const likeness = graph.add(`${name}/likeness`, 'BatchMatMulV2', [parted, `${parted}:1`], {
    T: float,
    adj_x: bool(false),
    adj_y: bool(true),
  });
  const masked = graph.add(`${name}/masked`, 'AddV2', [likeness, parts.bias], { T: float });
  const shares = graph.add(`${name}/shares`, 'Softmax', [masked], { T: float });
  const mixed = graph.add(`${name}/mixed`, 'BatchMatMulV2', [shares, `${parted}:2`], {
    T: float,
    adj_x: bool(false),
    adj_y: bool(false),
  });
  const back = graph.add(`${name}/together`, 'Transpose', [mixed, together], { T: float, Tperm: int32 });
  const rows = graph.add(`${name}/rows`, 'Reshape', [back, flat], { T: float, Tshape: int32 });
  return addDense(graph, `${name}.output`, rows, weights);
}

/** The square root that attention divides by, put into the query's weights: one operation per layer less. */
function scaledQueries(weights: Weights, name: string, hidden: number, heads: number): Weights {
  const scale = 1 / Math.sqrt(hidden / heads);
  const scaled = new Map(weights);
  for (const part of [`${name}.weight`, `${name}.bias`]) {
    const { shape, data } = weight(weights, part);
    const copy = Float32Array.from(data);
    for (let row = 0; row < copy.length; row += 3 * hidden) {
      for (let i = row; i < row + hidden; i++) copy[i] = (copy[i] as number) * scale;
    }
    scaled.set(part, { shape, data: copy });
  }
  return scaled;
}

/** `input` · weight + bias, the weight being [in, out]. */
export function addDense(graph: GraphBuilder, name: string, input: string, weights: Weights): string {
  const product = graph.add(`${name}/product`, 'MatMul', [input, constant(graph, `${name}.weight`, weights)], {
    T: float,
    transpose_a: bool(false),
    transpose_b: bool(false),
  });
  const bias = constant(graph, `${name}.bias`, weights);
  return graph.add(`${name}/biased`, 'BiasAdd', [product, bias], {
    T: float,
    data_format: { kind: 'text', value: 'NHWC' },
  });
}

function addGelu(graph: GraphBuilder, name: string, input: string, gelu: Gelu): string {
  const multiply = (step: string, a: string, b: string) => graph.add(`${name}/${step}`, 'Mul', [a, b], { T: float });
  const erf = graph.add(`${name}/erf`, 'Erf', [multiply('scaled', input, gelu.rootHalf)], { T: float });
  const raised = graph.add(`${name}/raised`, 'AddV2', [erf, gelu.one], { T: float });
  return multiply('product', raised, multiply('halved', input, gelu.half));
}

function addNorm(graph: GraphBuilder, name: string, input: string, weights: Weights, norm: Norm): string {
  const mean = (step: string, of: string) =>
    graph.add(`${name}/${step}`, 'Mean', [of, norm.lastAxis], { T: float, Tidx: int32, keep_dims: bool(true) });
  const two = (step: string, op: string, a: string, b: string) =>
    graph.add(`${name}/${step}`, op, [a, b], { T: float });

  const centre = mean('mean', input);
  const centred = two('centred', 'Sub', input, centre);
  const variance = mean('variance', graph.add(`${name}/square`, 'Square', [centred], { T: float }));
  const spread = graph.add(`${name}/rsqrt`, 'Rsqrt', [two('lifted', 'AddV2', variance, norm.epsilon)], { T: float });
  const unit = two('unit', 'Mul', centred, spread);
  const scaled = two('scaled', 'Mul', unit, constant(graph, `${name}.scale`, weights));
  return two('shifted', 'AddV2', scaled, constant(graph, `${name}.shift`, weights));
}

function constant(graph: GraphBuilder, name: string, weights: Weights): string {
  const { shape, data } = weight(weights, name);
  return graph.floats(name, shape, data);
}

function weight(weights: Weights, name: string): { readonly shape: readonly number[]; readonly data: Float32Array } {
  const found = weights.get(name);
  if (found === undefined) throw new Error(`the artefact has no weights named ${name}`);
  return found;
}
