import type { Estimate } from './intervals.js';
import { wilson } from './intervals.js';

/** What was measured at one threshold: shares in [0, 1]. */
type Point = { readonly threshold: number; readonly recall: number; readonly falseAlarms: number };

/**
 * What an artefact's validation rows say about one label. `histogram`: how many rows that carry it, and that do not, score in each
 * of as many equal bins of [0, 1]; bin i begins at i / bins. `points`: what was measured at single thresholds, exactly.
 */
export type Evidence =
  | {
      readonly kind: 'histogram';
      readonly positives: readonly number[];
      readonly negatives: readonly number[];
      readonly points?: readonly Point[];
    }
  | {
      readonly kind: 'points';
      readonly positives: number;
      readonly negatives: number;
      readonly points: readonly Point[];
    };

/** What a threshold finds: of rows that carry the label, and of those that do not. Wilson's 95 % intervals. */
export type Measured = { readonly threshold: number; readonly recall: Estimate; readonly falseAlarms: Estimate };

/** How many rows the evidence is of. */
export function evidenceSize(evidence: Evidence): { readonly positives: number; readonly negatives: number } {
  if (evidence.kind === 'points') return { positives: evidence.positives, negatives: evidence.negatives };
  return { positives: total(evidence.positives), negatives: total(evidence.negatives) };
}

/** Every threshold that was measured, rising; the highest that a score can reach is 1. */
export function measuredThresholds(evidence: Evidence): readonly number[] {
  if (evidence.kind === 'points')
    return [...new Set(evidence.points.map(({ threshold }) => threshold))].sort((a, b) => a - b);
  const bins = evidence.positives.length;
  return Array.from({ length: bins }, (_, bin) => bin / bins);
}

/**
 * What a threshold is worth on validation rows. Between two bins the worse of both sides is taken: recall from the higher one,
 * false alarms from the lower one.
 *
 * @returns null where nothing was measured there.
 */
export function measuredAt(evidence: Evidence, threshold: number): Measured | null {
  const { positives, negatives } = evidenceSize(evidence);
  const point = evidence.points?.find((one) => Math.abs(one.threshold - threshold) < 1e-9);
  if (point !== undefined) {
    return {
      threshold,
      recall: wilson(point.recall * positives, positives),
      falseAlarms: wilson(point.falseAlarms * negatives, negatives),
    };
  }
  if (evidence.kind === 'points') return null;
  const bins = evidence.positives.length;
  // A hundredth times two hundred is a hair off a whole number.
  const higher = Math.ceil(threshold * bins - 1e-9);
  const lower = Math.floor(threshold * bins + 1e-9);
  return {
    threshold,
    recall: wilson(total(evidence.positives.slice(higher)), positives),
    falseAlarms: wilson(total(evidence.negatives.slice(lower)), negatives),
  };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
