import { NotANumber } from './errors.js';
import { widen } from './half.js';
import type { StoredTensors } from './safetensors.js';

/** Weights by name, in single precision, as the graph wants them. */
export type Weights = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

/** A table in whole numbers keeps one scale per row under its own name with this ending. */
export const SCALE = '.scale_per_row';

/**
 * Brings stored tensors to single precision: halves are widened, rows in whole numbers multiplied by their scale.
 *
 * @param file named in the error.
 * @throws NotANumber where a weight is infinite or not a number: such an artefact must not judge anybody.
 */
export function toWeights(stored: StoredTensors, file: string): Weights {
  const weights = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const [name, tensor] of stored) {
    if (name.endsWith(SCALE)) continue;
    const data =
      tensor.dtype === 'F32'
        ? tensor.data
        : tensor.dtype === 'F16'
          ? widen(tensor.data)
          : scaleRows(tensor.data, tensor.shape, stored.get(name + SCALE), name);
    if (!allFinite(data)) throw new NotANumber(`the weights ${name} in ${file}`);
    weights.set(name, { shape: tensor.shape, data });
  }
  return weights;
}

function scaleRows(
  data: Int8Array,
  shape: readonly number[],
  scale: StoredTensors extends ReadonlyMap<string, infer T> ? T | undefined : never,
  name: string,
): Float32Array {
  const [rows = 0, width = 0] = shape;
  if (scale?.dtype !== 'F32' || scale.data.length !== rows) throw new RangeError(`${name} has no scale for every row`);
  const floats = new Float32Array(data.length);
  for (let row = 0, at = 0; row < rows; row++) {
    const factor = scale.data[row] as number;
    for (const end = at + width; at < end; at++) floats[at] = (data[at] as number) * factor;
  }
  return floats;
}

/** One addition per number: a sum that is finite times zero is zero only if every number was finite. */
export function allFinite(numbers: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += (numbers[i] as number) * 0;
  return sum === 0;
}
