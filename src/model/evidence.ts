import type { Evidence } from '../core/evidence.js';
import type { Label } from '../core/labels.js';
import type { Manifest } from './manifest.js';

/** What an artefact's validation rows say about a label, and in which words that is told; null where they say nothing. */
export function evidenceOf(
  manifest: Pick<Manifest, 'name' | 'evidence' | 'thresholds'>,
  label: Label,
): { readonly evidence: Evidence; readonly source: string } | null {
  if (label === 'off_topic') return null;
  const measured = manifest.thresholds[label];
  const points = [measured?.review, measured?.reject].flatMap((point) =>
    point === null || point === undefined
      ? []
      : [{ threshold: point.threshold, recall: point.recall, falseAlarms: point.falsePositiveRate }],
  );
  const histogram = manifest.evidence?.[label];
  if (histogram !== undefined) {
    return { evidence: { kind: 'histogram', ...histogram, points }, source: `validation rows of ${manifest.name}` };
  }
  if (measured === undefined) return null;
  const { positives, negatives } = measured.review;
  return {
    evidence: { kind: 'points', positives, negatives, points },
    source: `thresholds measured when ${manifest.name} was made`,
  };
}
