import { z } from 'zod';

/** One named tensor as it lies in a file: shape and numbers, in the file's own precision. */
export type StoredTensor =
  | { readonly dtype: 'F32'; readonly shape: readonly number[]; readonly data: Float32Array }
  /** Half precision, as bit patterns; `widen` in half.ts makes floats of them. */
  | { readonly dtype: 'F16'; readonly shape: readonly number[]; readonly data: Uint16Array }
  | { readonly dtype: 'I8'; readonly shape: readonly number[]; readonly data: Int8Array };

export type StoredTensors = ReadonlyMap<string, StoredTensor>;

const WIDTH = { F32: 4, F16: 2, I8: 1 } as const;

const Header = z.record(
  z.string(),
  z.union([
    z.strictObject({
      dtype: z.enum(['F32', 'F16', 'I8']),
      shape: z.array(z.int().nonnegative()),
      data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
    }),
    z.record(z.string(), z.string()),
  ]),
);

/**
 * Reads a safetensors file: 8 bytes of header length, a JSON header, the tensors.
 *
 * @throws RangeError where the header does not fit the bytes.
 * @see {@link https://huggingface.co/docs/safetensors}
 */
export function readSafetensors(file: Uint8Array): StoredTensors {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.byteLength < 8) throw new RangeError('shorter than a safetensors header');
  const headerLength = Number(view.getBigUint64(0, true));
  if (headerLength > file.byteLength - 8) throw new RangeError('the safetensors header is longer than the file');
  const text = new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, 8 + headerLength));
  const header = Header.parse(JSON.parse(text));
  const body = file.subarray(8 + headerLength);

  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    if (!isTensorEntry(entry)) throw new RangeError(`${name} has no dtype`);
    const [begin, end] = entry.data_offsets;
    const count = entry.shape.reduce((product, side) => product * side, 1);
    if (end > body.byteLength || end - begin !== count * WIDTH[entry.dtype]) {
      throw new RangeError(`${name} has a shape that does not fit its bytes`);
    }
    tensors.set(name, storedTensor(entry.dtype, entry.shape, body.slice(begin, end)));
  }
  return tensors;
}

type TensorEntry = {
  readonly dtype: keyof typeof WIDTH;
  readonly shape: number[];
  readonly data_offsets: [number, number];
};

function isTensorEntry(entry: z.infer<typeof Header>[string]): entry is TensorEntry {
  return Array.isArray((entry as { shape?: unknown }).shape);
}

function storedTensor(dtype: keyof typeof WIDTH, shape: readonly number[], bytes: Uint8Array): StoredTensor {
  switch (dtype) {
    case 'F32':
      return { dtype, shape, data: new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4) };
    case 'F16':
      return { dtype, shape, data: new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2) };
    case 'I8':
      return { dtype, shape, data: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
  }
}

/** Writes a safetensors file, tensors in the order of the map. The same tensors give the same bytes. */
export function writeSafetensors(tensors: StoredTensors): Uint8Array {
  const header: Record<string, unknown> = {};
  let offset = 0;
  for (const [name, tensor] of tensors) {
    const length = tensor.data.byteLength;
    header[name] = { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [offset, offset + length] };
    offset += length;
  }
  const plain = new TextEncoder().encode(JSON.stringify(header));
  // The format asks for tensors that begin at a multiple of eight; the header is filled up with spaces.
  const headerLength = Math.ceil(plain.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + offset).fill(0x20, 8, 8 + headerLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.set(plain, 8);
  let at = 8 + headerLength;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}
