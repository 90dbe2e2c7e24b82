import { NotANumber } from './errors.js';
import { widen } from './half.js';
import type { StoredTensors } from './safetensors.js';

/** Weights by name, in single precision, as the graph wants them. */
export type Weights = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

/** A table in whole numbers keeps one scale per row under its own name with this ending. */
export const SCALE = '.scale_per_row';

/** A table in whole numbers of eight bits: row r stands for `data` times `scales[r]`. */
export type WholeNumberTable = {
  readonly shape: readonly [rows: number, width: number];
  readonly data: Int8Array;
  readonly scales: Float32Array;
};

/** An encoder's weights; its words, half of all, stay as they are stored. */
export type EncoderWeights = { readonly words: WholeNumberTable; readonly others: Weights };

/** The stored name of the words' table. */
export const WORDS = 'embeddings.words';

/**
 * Brings stored tensors to single precision; tables in whole numbers are left out.
 *
 * @param file named in the error.
 * @throws NotANumber where a weight is infinite or not a number: such an artefact must not judge anybody.
 */
export function toWeights(stored: StoredTensors, file: string): Weights {
  const weights = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const [name, tensor] of stored) {
    if (tensor.dtype === 'I8' || name.endsWith(SCALE)) continue;
    const data = tensor.dtype === 'F32' ? tensor.data : widen(tensor.data);
    if (!allFinite(data)) throw new NotANumber(`the weights ${name} in ${file}`);
    weights.set(name, { shape: tensor.shape, data });
  }
  return weights;
}

/** @throws RangeError where the words' table or its scales are missing; NotANumber */
export function toEncoderWeights(stored: StoredTensors, file: string): EncoderWeights {
  const table = stored.get(WORDS);
  const scales = stored.get(WORDS + SCALE);
  const [rows = 0, width = 0] = table?.shape ?? [];
  if (table?.dtype !== 'I8' || scales?.dtype !== 'F32' || scales.data.length !== rows) {
    throw new RangeError(`${WORDS} is no table in whole numbers with a scale for every row`);
  }
  if (!allFinite(scales.data)) throw new NotANumber(`the weights ${WORDS} in ${file}`);
  return { words: { shape: [rows, width], data: table.data, scales: scales.data }, others: toWeights(stored, file) };
}

/** One addition per number: a sum that is finite times zero is zero only if every number was finite. */
export function allFinite(numbers: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += (numbers[i] as number) * 0;
  return sum === 0;
}
