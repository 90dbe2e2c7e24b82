/**
 * Widens IEEE 754 half-precision numbers, as safetensors keeps them, to single precision. Exact: every half is a float.
 *
 * @param halves the 16-bit patterns.
 */
export function widen(halves: Uint16Array): Float32Array {
  const table = wideningTable();
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) floats[i] = table[halves[i] as number] as number;
  return floats;
}

/**
 * Narrows single-precision numbers to half precision, to the nearest, ties to even.
 *
 * @throws RangeError where a number does not fit (|x| ≥ 65,520, or not a number): a weight like that is broken.
 */
export function narrow(floats: Float32Array): Uint16Array {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  const halves = new Uint16Array(floats.length);
  for (let i = 0; i < floats.length; i++) {
    const value = Math.abs(floats[i] as number);
    if (!(value < 65_520)) throw new RangeError(`element ${i} does not fit half precision`);
    halves[i] = narrowOne(bits[i] as number, value);
  }
  return halves;
}

function narrowOne(bits: number, magnitude: number): number {
  const sign = (bits >>> 16) & 0x8000;
  // Below the smallest normal half the steps are 2^-24 wide, so rounding is that of an integer.
  if (magnitude < 2 ** -14) return sign | roundHalfToEven(magnitude * 2 ** 24);
  const rebased = (bits & 0x7fffffff) - (112 << 23);
  const rounded = rebased + 0xfff + ((rebased >>> 13) & 1);
  return sign | (rounded >>> 13);
}

function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

let table: Float32Array | undefined;

/** All 65,536 halves as floats: one look-up per weight makes loading 11 million of them take milliseconds. */
function wideningTable(): Float32Array {
  if (table !== undefined) return table;
  table = new Float32Array(65_536);
  for (let half = 0; half < 65_536; half++) {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) table[half] = sign * fraction * 2 ** -24;
    else if (exponent === 31) table[half] = fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    else table[half] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return table;
}
