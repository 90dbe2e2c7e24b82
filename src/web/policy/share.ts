/** What a pair of thresholds does to the comments of a histogram; shares in [0, 1] that sum to 1, or 0 where there are none. */
export type Effect = { readonly published: number; readonly asked: number; readonly rejected: number };

/**
 * The shares that lie below the review threshold, between the two and above the reject threshold. A threshold within a bin
 * takes the part of it that lies above, as if its comments lay evenly.
 *
 * @param reject null: the label rejects nothing by itself.
 */
export function effectOf(bins: readonly number[], review: number, reject: number | null): Effect {
  const total = bins.reduce((sum, count) => sum + count, 0);
  if (total === 0) return { published: 0, asked: 0, rejected: 0 };
  const rejected = reject === null ? 0 : above(bins, reject) / total;
  const asked = Math.max(0, above(bins, review) / total - rejected);
  return { published: Math.max(0, 1 - asked - rejected), asked, rejected };
}

function above(bins: readonly number[], threshold: number): number {
  return bins.reduce((sum, count, index) => {
    const part = index + 1 - threshold * bins.length;
    return sum + count * Math.min(1, Math.max(0, part));
  }, 0);
}

/** `6.4 %`; what is there but little is not written as nothing, and what is nearly all not as all. */
export function shareWords(share: number): string {
  if (share > 0 && share < 0.001) return '< 0.1 %';
  if (share < 1 && share >= 0.9995) return '> 99.9 %';
  const fine = (share > 0 && share < 0.1) || (share < 1 && share >= 0.995);
  return `${(100 * share).toFixed(fine ? 1 : 0)} %`;
}
