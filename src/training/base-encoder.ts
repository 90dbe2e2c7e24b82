import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { narrow } from '../model/half.js';
import type { EncoderShape } from '../model/manifest.js';
import { readSafetensors, type StoredTensor, type StoredTensors } from '../model/safetensors.js';
import { SCALE, toWeights, type Weights, WORDS } from '../model/weights.js';

const Config = z.object({
  num_hidden_layers: z.int(),
  hidden_size: z.int(),
  num_attention_heads: z.int(),
  intermediate_size: z.int(),
  max_position_embeddings: z.int(),
  vocab_size: z.int(),
  layer_norm_eps: z.number(),
  hidden_act: z.literal('gelu'),
  position_embedding_type: z.literal('absolute'),
});

/** A sentence encoder as its makers publish it, brought into the artefact's layout. */
export type BaseEncoder = {
  readonly shape: EncoderShape;
  /** As they are stored in an artefact: input-major, one matrix for query, key and value. */
  readonly tensors: StoredTensors;
  /** `tokenizer.json` as it came. */
  readonly tokenizer: Uint8Array;
};

/** Reads a BERT encoder in the layout of Hugging Face: config.json, model.safetensors, tokenizer.json. */
export async function readBaseEncoder(directory: string): Promise<BaseEncoder> {
  const config = Config.parse(JSON.parse(await readFile(join(directory, 'config.json'), 'utf8')));
  const file = join(directory, 'model.safetensors');
  const weights = toWeights(readSafetensors(await readFile(file)), file);
  const shape: EncoderShape = {
    layers: config.num_hidden_layers,
    hidden: config.hidden_size,
    heads: config.num_attention_heads,
    intermediate: config.intermediate_size,
    positions: config.max_position_embeddings,
    vocabulary: config.vocab_size,
    epsilon: config.layer_norm_eps,
  };
  return { shape, tensors: rearrange(weights, shape), tokenizer: await readFile(join(directory, 'tokenizer.json')) };
}

function rearrange(weights: Weights, shape: EncoderShape): StoredTensors {
  const get = (name: string) => {
    const found = weights.get(name);
    if (found === undefined) throw new Error(`the encoder has no ${name}`);
    return found.data;
  };
  const { hidden, intermediate } = shape;
  const tensors = new Map<string, StoredTensor>();
  const half = (name: string, sides: readonly number[], data: Float32Array) =>
    tensors.set(name, { dtype: 'F16', shape: sides, data: narrow(data) });
  const norm = (name: string, from: string) => {
    half(`${name}.scale`, [hidden], get(`${from}.LayerNorm.weight`));
    half(`${name}.shift`, [hidden], get(`${from}.LayerNorm.bias`));
  };
  const dense = (name: string, from: string, inputs: number, outputs: number) => {
    half(`${name}.weight`, [inputs, outputs], transpose(get(`${from}.weight`), outputs, inputs));
    half(`${name}.bias`, [outputs], get(`${from}.bias`));
  };

  wholeNumbers(tensors, WORDS, get('embeddings.word_embeddings.weight'), shape.vocabulary, hidden);
  // Comments are always the first of two possible texts, so that text's mark is part of every position.
  const firstText = get('embeddings.token_type_embeddings.weight');
  const positions = get('embeddings.position_embeddings.weight').map(
    (value, i) => value + (firstText[i % hidden] as number),
  );
  half('embeddings.positions', [shape.positions, hidden], positions);
  norm('embeddings.norm', 'embeddings');
  for (let layer = 0; layer < shape.layers; layer++) {
    const from = `encoder.layer.${layer}`;
    const self = ['query', 'key', 'value'].map((part) => `${from}.attention.self.${part}`);
    const columns = self.map((part) => transpose(get(`${part}.weight`), hidden, hidden));
    half(`layer.${layer}.attention.qkv.weight`, [hidden, 3 * hidden], sideBySide(columns, hidden, hidden));
    half(
      `layer.${layer}.attention.qkv.bias`,
      [3 * hidden],
      sideBySide(
        self.map((part) => get(`${part}.bias`)),
        1,
        hidden,
      ),
    );
    dense(`layer.${layer}.attention.output`, `${from}.attention.output.dense`, hidden, hidden);
    norm(`layer.${layer}.attention.norm`, `${from}.attention.output`);
    dense(`layer.${layer}.feedforward.in`, `${from}.intermediate.dense`, hidden, intermediate);
    dense(`layer.${layer}.feedforward.out`, `${from}.output.dense`, intermediate, hidden);
    norm(`layer.${layer}.feedforward.norm`, `${from}.output`);
  }
  return tensors;
}

/** Keeps a table as whole numbers of eight bits with one scale a row: half the size, and no row is coarser than 1/127. */
function wholeNumbers(
  tensors: Map<string, StoredTensor>,
  name: string,
  table: Float32Array,
  rows: number,
  width: number,
): void {
  const data = new Int8Array(rows * width);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const values = table.subarray(row * width, (row + 1) * width);
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const scale = largest === 0 ? 1 : largest / 127;
    scales[row] = scale;
    for (let i = 0; i < width; i++) data[row * width + i] = Math.round((values[i] as number) / scale);
  }
  tensors.set(name, { dtype: 'I8', shape: [rows, width], data });
  tensors.set(name + SCALE, { dtype: 'F32', shape: [rows], data: scales });
}

function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(matrix.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) turned[c * rows + r] = matrix[r * columns + c] as number;
  }
  return turned;
}

function sideBySide(parts: readonly Float32Array[], rows: number, width: number): Float32Array {
  const joined = new Float32Array(rows * width * parts.length);
  parts.forEach((part, p) => {
    for (let row = 0; row < rows; row++) {
      joined.set(part.subarray(row * width, (row + 1) * width), (row * parts.length + p) * width);
    }
  });
  return joined;
}
