import type { ModelLabel } from '../core/labels.js';
import type { Manifest } from '../model/manifest.js';
import { type CalibrationChoice, calibrationOf, chooseCalibration } from './calibration-choice.js';
import { answersOf, judged, type LabelOutputs, onNaturalText } from './measure.js';
import type { Recipe } from './recipe.js';
import { isHarmless, type Row } from './rows.js';
import { rejectThreshold, reviewThreshold } from './thresholds.js';

/**
 * Each text's largest logit a label, over its windows.
 *
 * @param logits [windows, labels], a text's windows side by side.
 * @param counts how many windows each text has.
 */
export function worstOfWindows(logits: Float32Array, counts: readonly number[], labels: number): Float32Array {
  const worst = new Float32Array(counts.length * labels).fill(Number.NEGATIVE_INFINITY);
  let window = 0;
  counts.forEach((count, text) => {
    for (const end = window + count; window < end; window++) {
      for (let l = 0; l < labels; l++) {
        const at = text * labels + l;
        worst[at] = Math.max(worst[at] as number, logits[window * labels + l] as number);
      }
    }
  });
  return worst;
}

export type Judging = Pick<Manifest, 'calibration' | 'thresholds' | 'sentencesFrom'> & {
  /** For each label, why it is calibrated as it is. */
  readonly calibrations: Readonly<Record<string, CalibrationChoice>>;
  /** Comments of real threads, and the shares of them that reach each threshold, and any. */
  readonly harmless: {
    readonly comments: number;
    readonly flagged: Readonly<Record<string, number>>;
    readonly any: number;
  };
};

/**
 * Calibrations and thresholds, from what the heads gave for validation rows, comments of real threads among them.
 *
 * @param outputs the rows, and their logits [rows, labels].
 */
export function judgeLabels(
  byLabel: readonly LabelOutputs[],
  labels: readonly ModelLabel[],
  outputs: { readonly rows: readonly Row[]; readonly logits: Float32Array },
  recipe: Recipe,
): Judging {
  const { largestShare } = recipe.calibration;
  const calibrations = Object.fromEntries(
    byLabel.map(({ label, outcomes }) => [label, chooseCalibration(outcomes, largestShare)]),
  );
  const calibration: Manifest['calibration'] = Object.fromEntries(
    byLabel.map(({ label, outcomes }) => [
      label,
      calibrationOf(calibrations[label]?.chosen ?? 'platt', outcomes, largestShare),
    ]),
  );
  // Thresholds are set on what the service answers, labels held against each other.
  const about = { labels: [...labels], calibration };
  const answers = answersOf(about, outputs.logits);
  const stood = (about: readonly ModelLabel[]) => answers.filter((_, i) => isHarmless(outputs.rows[i] as Row, about));

  const thresholds: Manifest['thresholds'] = {};
  const flagged: Record<string, number> = {};
  for (const one of byLabel) {
    const { label } = one;
    const rows = onNaturalText(judged(one, answers));
    const harmless = stood([label]).map((scores) => scores[label] ?? Number.NaN);
    const { harmlessFlaggedFor, falsePositiveRateFor, ...aims } = recipe.thresholds;
    const review = reviewThreshold(rows, harmless, {
      ...aims,
      harmlessFlagged: harmlessFlaggedFor[label] ?? aims.harmlessFlagged,
      falsePositiveRate: falsePositiveRateFor[label] ?? aims.falsePositiveRate,
    });
    thresholds[label] = { review, reject: rejectThreshold(rows, review.threshold, recipe.thresholds) };
    flagged[label] = share(harmless.filter((score) => score >= review.threshold).length, harmless.length);
  }
  const all = stood(labels);
  const any = all.filter((scores) =>
    labels.some((label) => (scores[label] ?? 0) >= (thresholds[label]?.review.threshold ?? 2)),
  );
  // Sentences are worth a second pass a little before a person is asked, so that the page can show what comes near.
  const lowest = Math.min(...Object.values(thresholds).map(({ review }) => review.threshold));
  return {
    calibration,
    calibrations,
    thresholds,
    sentencesFrom: Math.round(lowest * 800) / 1000,
    harmless: { comments: all.length, flagged, any: share(any.length, all.length) },
  };
}

function share(part: number, of: number): number {
  return Math.round((10_000 * part) / Math.max(1, of)) / 10_000;
}
