import { calibrate, type LabelCalibration } from '../core/calibrate.js';
import type { ModelLabel } from '../core/labels.js';
import { fitPlatt, type Outcome } from './calibration.js';
import { areaUnderCurve, averagePrecision, calibrationError, type Judged } from './metrics.js';
import { placeOf } from './random.js';
import type { Row } from './rows.js';

/** What one label's outputs were on the validation rows that know the label. */
export type LabelOutputs = {
  readonly label: ModelLabel;
  readonly outcomes: readonly (Outcome & { readonly row: Row })[];
};

export type SourceMetrics = {
  readonly rows: number;
  readonly positives: number;
  /** Null where one kind has fewer than five rows. */
  readonly auc: number | null;
  readonly averagePrecision: number | null;
};

export type LabelMetrics = SourceMetrics & {
  /** Expected calibration error; each half of the rows measured with the calibration of the other half. */
  readonly calibrationError: number;
  readonly sources: Readonly<Record<string, SourceMetrics>>;
};

/** Picks out, label by label, the rows that know it. @param logits [rows, labels] */
export function outputsByLabel(
  rows: readonly Row[],
  labels: readonly ModelLabel[],
  logits: Float32Array,
): LabelOutputs[] {
  return labels.map((label, l) => ({
    label,
    outcomes: rows.flatMap((row, r) => {
      const target = row.targets[label];
      return target === undefined ? [] : [{ row, logit: logits[r * labels.length + l] as number, ...target }];
    }),
  }));
}

export function measureLabel({ outcomes }: LabelOutputs): LabelMetrics {
  const sets = [...new Set(outcomes.map(({ row }) => row.set))].sort();
  return {
    ...measureSource(outcomes),
    calibrationError: round(crossFitted(outcomes)),
    sources: Object.fromEntries(sets.map((set) => [set, measureSource(outcomes.filter(({ row }) => row.set === set))])),
  };
}

/** Rows with calibrated probabilities, for thresholds. */
export function judged({ outcomes }: LabelOutputs, calibration: LabelCalibration): Judged[] {
  return outcomes.map(({ logit, value }) => ({ score: calibrate(logit, calibration), carries: value >= 0.5 }));
}

function measureSource(outcomes: readonly Outcome[]): SourceMetrics {
  const rows = outcomes.map(({ logit, value }) => ({ score: logit, carries: value >= 0.5 }));
  const positives = rows.filter((row) => row.carries).length;
  const enough = positives >= 5 && rows.length - positives >= 5;
  return {
    rows: rows.length,
    positives,
    auc: enough ? round(areaUnderCurve(rows)) : null,
    averagePrecision: enough ? round(averagePrecision(rows)) : null,
  };
}

function crossFitted(outcomes: LabelOutputs['outcomes']): number {
  const halves = [0, 1].map((half) => outcomes.filter(({ row }) => (placeOf(`half ${row.id}`) < 0.5 ? 0 : 1) === half));
  const claims = halves.flatMap((half, i) => {
    const calibration = fitPlatt(halves[1 - i] ?? []);
    return half.map(({ logit, value }) => ({ probability: calibrate(logit, calibration), outcome: value }));
  });
  return calibrationError(claims);
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
