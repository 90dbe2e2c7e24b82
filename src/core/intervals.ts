/** A share with its 95 % interval; all three in [0, 1]. */
export type Estimate = { readonly value: number; readonly lower: number; readonly upper: number };

const Z = 1.96;

/**
 * Wilson's 95 % interval of a share.
 *
 * @param hits and of may be fractions: with weighted rows, the effective numbers.
 * @returns the whole of [0, 1] with the middle as value where nothing was seen.
 */
export function wilson(hits: number, of: number): Estimate {
  if (!(of > 0)) return { value: 0.5, lower: 0, upper: 1 };
  const p = hits / of;
  const centre = (p + (Z * Z) / (2 * of)) / (1 + (Z * Z) / of);
  const half = (Z * Math.sqrt((p * (1 - p)) / of + (Z * Z) / (4 * of * of))) / (1 + (Z * Z) / of);
  return { value: p, lower: p === 0 ? 0 : Math.max(0, centre - half), upper: p === 1 ? 1 : Math.min(1, centre + half) };
}

/**
 * The sum of independent shares, each times its size: MOVER (Zou and Donner, "Construction of confidence intervals about effect
 * measures", Statistics in Medicine 2008), which takes each share's own limits instead of a variance that is nought where nothing
 * was found.
 */
export function weightedSum(parts: readonly { readonly size: number; readonly share: Estimate }[]): Estimate {
  const value = parts.reduce((sum, { size, share }) => sum + size * share.value, 0);
  const below = parts.reduce((sum, { size, share }) => sum + (size * (share.value - share.lower)) ** 2, 0);
  const above = parts.reduce((sum, { size, share }) => sum + (size * (share.upper - share.value)) ** 2, 0);
  return { value, lower: Math.max(0, value - Math.sqrt(below)), upper: value + Math.sqrt(above) };
}

/** a / (a + b) of two independent amounts, each at its worst corner: at least as wide as it must be. Null where both are nought. */
export function shareOf(a: Estimate, b: Estimate): Estimate | null {
  const of = (one: number, other: number) => (one + other === 0 ? 0 : one / (one + other));
  if (a.value + b.value === 0) return null;
  return { value: of(a.value, b.value), lower: of(a.lower, b.upper), upper: of(a.upper, b.lower) };
}
