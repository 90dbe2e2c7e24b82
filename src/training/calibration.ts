import { type LabelCalibration, sigmoid } from '../core/calibrate.js';

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
 * Fits sigmoid(slope · logit + offset), 1 / slope being the temperature, drawn slightly towards slope 1. The offset is not fitted:
 * it is what weighing the rows as on a stream does to the odds.
 *
 * @see Guo et al., "On Calibration of Modern Neural Networks", ICML 2017.
 */
export function fitTemperature(rows: readonly Outcome[], offset: number): LabelCalibration {
  let slope = 1;
  for (let step = 0; step < 100; step++) {
    let gradient = slope - 1;
    let curvature = 1;
    for (const { logit, value, weight } of rows) {
      const p = sigmoid(slope * logit + offset);
      gradient += weight * (p - value) * logit;
      curvature += Math.max(weight * p * (1 - p), 1e-9) * logit * logit;
    }
    const by = gradient / curvature;
    slope = Math.max(0.05, slope - by);
    if (Math.abs(by) < 1e-9) break;
  }
  return { kind: 'platt', slope, intercept: offset };
}

/** No score is sure: a claim of nothing at all, where it is wrong once, costs more than any other mistake. */
const SUREST = 1e-4;

/**
 * Fits the line that rises with the logits and lies nearest to the outcomes, a point for each group of rows that share a value.
 *
 * @see Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass probability estimates", KDD 2002.
 */
export function fitIsotonic(rows: readonly Outcome[]): LabelCalibration {
  const groups: { logit: number; value: number; weight: number }[] = [];
  for (const { logit, value, weight } of [...rows].sort((a, b) => a.logit - b.logit)) {
    if (weight === 0) continue;
    let group = { logit, value, weight };
    for (let last = groups.at(-1); last !== undefined && last.value >= group.value; last = groups.at(-1)) {
      const both = last.weight + group.weight;
      const mean = (of: 'logit' | 'value') => (last[of] * last.weight + group[of] * group.weight) / both;
      group = { logit: mean('logit'), value: mean('value'), weight: both };
      groups.pop();
    }
    groups.push(group);
  }
  const [only = { logit: 0, value: 0.5 }] = groups;
  const points = groups.length < 2 ? [only, only] : groups;
  return {
    kind: 'isotonic',
    logits: points.map(({ logit }) => logit),
    probabilities: points.map(({ value }) => Math.min(1 - SUREST, Math.max(SUREST, value))),
  };
}

/** What {@link asOnStream} does to the odds of carrying the label, as a logarithm: 0 where it leaves the rows alone, else below. */
export function streamOdds(rows: readonly Outcome[], largestShare: number): number {
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const carried = rows.reduce((sum, { weight, value }) => sum + weight * value, 0);
  const share = carried / Math.max(1e-9, total);
  if (share <= largestShare) return 0;
  return Math.log((largestShare / (1 - largestShare)) * ((1 - share) / share));
}

/**
 * Weighs outcomes as if no more than a given share of the rows carried the label. Validation sets are enriched; calibrated
 * on them as they are, a label that two of five rows carry would score a quarter for every harmless comment.
 */
export function asOnStream<O extends Outcome>(rows: readonly O[], largestShare: number): O[] {
  const factor = Math.exp(streamOdds(rows, largestShare));
  if (factor === 1) return [...rows];
  return rows.map((row) => {
    const counted = factor * row.value + 1 - row.value;
    return { ...row, value: (factor * row.value) / counted, weight: row.weight * counted };
  });
}
