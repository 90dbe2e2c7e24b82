import { LABELS, type Label } from '../core/labels.js';
import type { SuggestedThreshold } from '../core/policy.js';
import type { Manifest } from './manifest.js';

/** Where an artefact's own measurements put the thresholds of each label that it covers. */
export function suggestedThresholds(manifest: Manifest): Partial<Record<Label, SuggestedThreshold>> {
  const suggested: Partial<Record<Label, SuggestedThreshold>> = {
    off_topic: { review: manifest.topic.review, reject: null },
  };
  for (const label of LABELS) {
    if (label === 'off_topic') continue;
    const measured = manifest.thresholds[label];
    if (measured === undefined) continue;
    suggested[label] = { review: measured.review.threshold, reject: measured.reject?.threshold ?? null };
  }
  return suggested;
}
