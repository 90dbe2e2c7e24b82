import { describe, expect, it } from 'vitest';
import { readSafetensors, type StoredTensors, writeSafetensors } from '../../src/model/safetensors.js';

const tensors: StoredTensors = new Map([
  ['whole', { dtype: 'I8', shape: [3], data: Int8Array.of(-128, 0, 127) }],
  ['single', { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, -2.5, 3e-8, 4) }],
  ['half', { dtype: 'F16', shape: [1, 2], data: Uint16Array.of(15_360, 49_152) }],
]);

describe('A safetensors file', () => {
  it('gives back what was written, in whatever order and precision', () => {
    expect(readSafetensors(writeSafetensors(tensors))).toEqual(tensors);
  });

  it('is the same bytes for the same tensors', () => {
    expect(writeSafetensors(tensors)).toEqual(writeSafetensors(tensors));
  });

  it('is refused where it is cut, or claims more than it has', () => {
    const file = writeSafetensors(tensors);
    expect(() => readSafetensors(file.subarray(0, 5))).toThrow(RangeError);
    expect(() => readSafetensors(file.subarray(0, file.length - 1))).toThrow(RangeError);
    const boasting = Uint8Array.from(file);
    new DataView(boasting.buffer).setBigUint64(0, 2n ** 40n, true);
    expect(() => readSafetensors(boasting)).toThrow(RangeError);
  });
});
