import { sigmoid } from '../core/calibrate.js';

/** One validation row: the head's raw output and the share of readers who gave the label. */
export type Outcome = { readonly logit: number; readonly value: number; readonly weight: number };

/**
 * Fits sigmoid(slope · logit + intercept) to outcomes by Newton's method, drawn slightly towards slope 1 and intercept 0 so
 * that a label with a handful of rows does not get a cliff.
 *
 * @see Platt, "Probabilistic Outputs for Support Vector Machines", 1999.
 */
export function fitPlatt(rows: readonly Outcome[]): {
  readonly kind: 'platt';
  readonly slope: number;
  readonly intercept: number;
} {
  const pull = 1;
  let slope = 1;
  let intercept = 0;
  for (let step = 0; step < 100; step++) {
    let gs = pull * (slope - 1);
    let gi = 0.01 * intercept;
    let hss = pull;
    let hsi = 0;
    let hii = 0.01;
    for (const { logit, value, weight } of rows) {
      const p = sigmoid(slope * logit + intercept);
      const error = weight * (p - value);
      const spread = Math.max(weight * p * (1 - p), 1e-9);
      gs += error * logit;
      gi += error;
      hss += spread * logit * logit;
      hsi += spread * logit;
      hii += spread;
    }
    const det = hss * hii - hsi * hsi;
    const ds = (hii * gs - hsi * gi) / det;
    const di = (hss * gi - hsi * gs) / det;
    slope = Math.max(0.05, slope - ds);
    intercept -= di;
    if (Math.abs(ds) + Math.abs(di) < 1e-9) break;
  }
  if (!Number.isFinite(slope) || !Number.isFinite(intercept)) throw new RangeError('the calibration does not converge');
  return { kind: 'platt', slope, intercept };
}

/**
 * Weighs outcomes as if no more than a given share of the rows carried the label. Validation sets are enriched; calibrated
 * on them as they are, a label that two of five rows carry would score a quarter for every harmless comment.
 */
export function asOnStream<O extends Outcome>(rows: readonly O[], largestShare: number): O[] {
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const carried = rows.reduce((sum, { weight, value }) => sum + weight * value, 0);
  const share = carried / Math.max(1e-9, total);
  if (share <= largestShare) return [...rows];
  const factor = (largestShare / (1 - largestShare)) * ((1 - share) / share);
  return rows.map((row) => {
    const counted = factor * row.value + 1 - row.value;
    return { ...row, value: (factor * row.value) / counted, weight: row.weight * counted };
  });
}
