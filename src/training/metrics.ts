/** One validation row as one label sees it. */
export type Judged = {
  /** A logit or a probability; larger means more. */
  readonly score: number;
  readonly carries: boolean;
};

/**
 * How often a row that carries the label scores above one that does not; .5 is chance.
 *
 * @returns NaN where there are no rows of one kind.
 */
export function areaUnderCurve(rows: readonly Judged[]): number {
  const sorted = [...rows].sort((a, b) => a.score - b.score);
  const positives = rows.filter((row) => row.carries).length;
  const negatives = rows.length - positives;
  let rankSum = 0;
  for (let i = 0; i < sorted.length; ) {
    let end = i;
    while (end < sorted.length && sorted[end]?.score === sorted[i]?.score) end++;
    const rank = (i + 1 + end) / 2;
    for (; i < end; i++) if (sorted[i]?.carries) rankSum += rank;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Mean precision over the rows that carry the label, best scores first. */
export function averagePrecision(rows: readonly Judged[]): number {
  const sorted = [...rows].sort((a, b) => b.score - a.score);
  let found = 0;
  let sum = 0;
  sorted.forEach((row, i) => {
    if (!row.carries) return;
    found++;
    sum += found / (i + 1);
  });
  return sum / found;
}

/**
 * Expected calibration error: how far probabilities lie from what came true, over ten groups of as many rows.
 *
 * @param rows probabilities, outcomes (0, 1 or a fraction), and how much each counts.
 */
export function calibrationError(
  rows: readonly { readonly probability: number; readonly outcome: number; readonly weight: number }[],
): number {
  const sorted = [...rows].sort((a, b) => a.probability - b.probability);
  const groups = 10;
  let error = 0;
  for (let g = 0; g < groups; g++) {
    const group = sorted.slice(
      Math.floor((g * sorted.length) / groups),
      Math.floor(((g + 1) * sorted.length) / groups),
    );
    const claimed = group.reduce((sum, row) => sum + row.weight * row.probability, 0);
    const happened = group.reduce((sum, row) => sum + row.weight * row.outcome, 0);
    error += Math.abs(claimed - happened);
  }
  return error / sorted.reduce((sum, row) => sum + row.weight, 0);
}

export type Interval = { readonly low: number; readonly high: number };

/** Wilson's 95 % interval of a share. */
export function shareInterval(hits: number, of: number): Interval {
  if (of === 0) return { low: 0, high: 1 };
  const z = 1.96;
  const p = hits / of;
  const centre = (p + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of))) / (1 + (z * z) / of);
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
