import type { SuggestedThreshold } from '../model/manifest.js';
import { type Judged, shareInterval } from './metrics.js';

export type ThresholdAims = {
  readonly prior: number;
  readonly falsePositiveRate: number;
  readonly harmlessFlagged: number;
  readonly rejectPrecision: number;
};

/**
 * What a threshold is worth on a stream in which only `prior` of the comments carry the label. Validation sets are enriched,
 * so their own precision says nothing; recall and the share of false alarms carry over.
 *
 * @param rows calibrated probabilities of validation rows.
 */
export function worthOf(rows: readonly Judged[], threshold: number, prior: number): SuggestedThreshold {
  const positives = rows.filter((row) => row.carries);
  const negatives = rows.filter((row) => !row.carries);
  const found = positives.filter((row) => row.score >= threshold).length;
  const alarms = negatives.filter((row) => row.score >= threshold).length;
  const recall = found / Math.max(1, positives.length);
  const falsePositiveRate = alarms / Math.max(1, negatives.length);
  const recallBounds = shareInterval(found, positives.length);
  const alarmBounds = shareInterval(alarms, negatives.length);
  const precision = (hit: number, miss: number) => {
    const right = prior * hit;
    const wrong = (1 - prior) * miss;
    return right + wrong === 0 ? 0 : right / (right + wrong);
  };
  return {
    threshold,
    precision: round(precision(recall, falsePositiveRate)),
    precisionLow: round(precision(recallBounds.low, alarmBounds.high)),
    precisionHigh: round(precision(recallBounds.high, alarmBounds.low)),
    recall: round(recall),
    falsePositiveRate: round(falsePositiveRate),
    prior,
    positives: positives.length,
    negatives: negatives.length,
  };
}

/**
 * The lowest threshold that keeps false alarms rare, on validation negatives and among the comments of real threads that
 * nobody had reason to reject. Below it a moderator's time goes into harmless comments.
 *
 * @param harmless calibrated probabilities of such comments.
 */
export function reviewThreshold(
  rows: readonly Judged[],
  harmless: readonly number[],
  aims: ThresholdAims,
): SuggestedThreshold {
  const negatives = rows.filter((row) => !row.carries).map((row) => row.score);
  const threshold = Math.max(
    beyond(negatives, aims.falsePositiveRate),
    beyond(harmless, aims.harmlessFlagged),
    // A label that is likelier absent than one in twenty is not worth a look, however rare its false alarms.
    0.05,
  );
  return worthOf(rows, up(threshold), aims.prior);
}

/** The lowest threshold whose precision is high enough with 95 % certainty, or null. */
export function rejectThreshold(rows: readonly Judged[], from: number, aims: ThresholdAims): SuggestedThreshold | null {
  const candidates = [...new Set(rows.map((row) => up(row.score)))]
    .filter((score) => score >= from)
    .sort((a, b) => a - b);
  for (const candidate of candidates) {
    const worth = worthOf(rows, candidate, aims.prior);
    if (worth.precisionLow >= aims.rejectPrecision) return worth;
  }
  return null;
}

/** The score that at most the given share of the scores lies at or above. */
function beyond(scores: readonly number[], share: number): number {
  const sorted = [...scores].sort((a, b) => b - a);
  const score = sorted[Math.floor(share * sorted.length)];
  return score === undefined ? 0 : score + 1e-6;
}

/** To three digits, never below: a threshold that people read and type. */
function up(threshold: number): number {
  return Math.min(1, Math.ceil(threshold * 1000) / 1000);
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
