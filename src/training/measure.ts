import type { ModelLabel } from '../core/labels.js';
import type { Manifest } from '../model/manifest.js';
import { scoresOf } from '../model/model.js';
import type { Outcome } from './calibration.js';
import type { CalibrationChoice } from './calibration-choice.js';
import { areaUnderCurve, averagePrecision, type Judged } from './metrics.js';
import { isOfOthers, type Row } from './rows.js';

/** What one label's head gave on the validation rows that know the label. */
export type LabelOutputs = {
  readonly label: ModelLabel;
  readonly outcomes: readonly (Outcome & { readonly row: Row; readonly index: number })[];
};

/** Below so many rows of one kind an area under the curve says nothing. */
export const LEAST_FOR_AREA = 5;

export type SourceMetrics = {
  readonly rows: number;
  readonly positives: number;
  /** Null where one kind has fewer than five rows. */
  readonly auc: number | null;
  readonly averagePrecision: number | null;
};

export type LabelMetrics = SourceMetrics & {
  /** What it is calibrated by, and what each kind of calibration reached on rows that it was not fitted to. */
  readonly calibration: CalibrationChoice;
  /** Expected calibration error of the chosen one; each half of the rows measured with the calibration of the other half. */
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
    outcomes: rows.flatMap((row, index) => {
      const target = row.targets[label];
      if (target === undefined) return [];
      return [{ row, index, logit: logits[index * labels.length + l] as number, ...target }];
    }),
  }));
}

/**
 * What the service would answer for each row: calibrated, and labels held against each other.
 *
 * @param logits [rows, labels]
 */
export function answersOf(
  manifest: Pick<Manifest, 'labels' | 'calibration'>,
  logits: Float32Array,
): readonly ReturnType<typeof scoresOf>[] {
  const width = manifest.labels.length;
  return Array.from({ length: logits.length / width }, (_, row) =>
    scoresOf(manifest, [{ logits: logits.subarray(row * width, (row + 1) * width) }]),
  );
}

/** The answers for one label's rows beside what is known of them. */
export function judged(
  { label, outcomes }: LabelOutputs,
  answers: ReturnType<typeof answersOf>,
): (Judged & { row: Row })[] {
  return outcomes.map(({ row, index, value }) => ({
    row,
    score: answers[index]?.[label] ?? Number.NaN,
    carries: value >= 0.5,
  }));
}

/**
 * The rows that stand for a stream. Comments of our own are written to be mistaken: where a third of the negatives are theirs, a
 * threshold that keeps false alarms rare pays for them with what it misses among readers' comments, and a precision is of no
 * stream. Where a label has hardly other rows, all count.
 */
export function onNaturalText<Answer extends { readonly row: Row; readonly carries: boolean }>(
  rows: readonly Answer[],
): readonly Answer[] {
  const natural = rows.filter(({ row }) => isOfOthers(row));
  const carried = natural.filter(({ carries }) => carries).length;
  const enough = carried >= LEAST_NATURAL.carried && natural.length - carried >= LEAST_NATURAL.not;
  return enough ? natural : rows;
}

/**
 * Below so many rows with a label an interval says next to nothing, and below so many without it a precision on a stream cannot
 * be told: of n rows without a false alarm one in n / 3 may still bring one.
 */
const LEAST_NATURAL = { carried: 20, not: 2_000 } as const;

export function measureLabel(
  outputs: LabelOutputs,
  answers: ReturnType<typeof answersOf>,
  calibration: CalibrationChoice,
): LabelMetrics {
  const rows = judged(outputs, answers);
  const sets = [...new Set(rows.map(({ row }) => row.set))].sort();
  return {
    ...measureSource(rows),
    calibration,
    calibrationError: round(calibration.validated[calibration.chosen].error),
    sources: Object.fromEntries(sets.map((set) => [set, measureSource(rows.filter(({ row }) => row.set === set))])),
  };
}

function measureSource(rows: readonly Judged[]): SourceMetrics {
  const positives = rows.filter((row) => row.carries).length;
  const enough = positives >= LEAST_FOR_AREA && rows.length - positives >= LEAST_FOR_AREA;
  return {
    rows: rows.length,
    positives,
    auc: enough ? round(areaUnderCurve(rows)) : null,
    averagePrecision: enough ? round(averagePrecision(rows)) : null,
  };
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
