import type { ModelLabel } from '../core/labels.js';
import { EVIDENCE_BINS, type Manifest } from '../model/manifest.js';
import { type answersOf, judged, type LabelOutputs, onNaturalText } from './measure.js';
import type { Judged } from './metrics.js';

/** How validation rows of natural text score, label by label; see the manifest. @param answers what the service answers for each row */
export function evidenceIn(
  byLabel: readonly LabelOutputs[],
  answers: ReturnType<typeof answersOf>,
): NonNullable<Manifest['evidence']> {
  const evidence: Partial<Record<ModelLabel, { positives: number[]; negatives: number[] }>> = {};
  for (const outputs of byLabel) evidence[outputs.label] = histogramsOf(onNaturalText(judged(outputs, answers)));
  return evidence;
}

/** Calibrated probabilities counted in equal parts of [0, 1], apart for rows that carry the label and rows that do not. */
export function histogramsOf(rows: readonly Judged[]): { positives: number[]; negatives: number[] } {
  const counts = { positives: emptyBins(), negatives: emptyBins() };
  for (const { score, carries } of rows) {
    const bin = Math.min(EVIDENCE_BINS - 1, Math.floor(score * EVIDENCE_BINS));
    const bins = carries ? counts.positives : counts.negatives;
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return counts;
}

function emptyBins(): number[] {
  return new Array<number>(EVIDENCE_BINS).fill(0);
}
