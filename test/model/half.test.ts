import { expect, test } from 'vitest';
import { narrow, widen } from '../../src/model/half.js';

test('every half-precision number survives being widened and narrowed', () => {
  const finite = Uint16Array.from(Array.from({ length: 65_536 }, (_, i) => i).filter((i) => (i & 0x7c00) !== 0x7c00));
  expect(narrow(widen(finite))).toEqual(finite);
});

test('narrowing rounds to the nearest, ties to even', () => {
  const steps = [1 + 1 / 2048, 1 + 3 / 2048, 1 + 1.1 / 2048, 2 ** -25, 3 * 2 ** -25, -65_504];
  expect([...widen(narrow(Float32Array.from(steps)))]).toEqual([1, 1 + 2 / 1024, 1 + 1 / 1024, 0, 2 ** -23, -65_504]);
});

test('a number that does not fit is refused, not made infinite', () => {
  for (const value of [65_520, -1e9, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => narrow(Float32Array.of(value))).toThrow(RangeError);
  }
});
