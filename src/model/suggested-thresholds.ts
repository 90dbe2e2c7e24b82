import { ASSUMED_PRIOR, chooseThreshold } from '../core/consequences.js';
import { LABELS, type Label } from '../core/labels.js';
import { SHIPPED_PRECISION } from '../core/policy.js';
import { evidenceOf } from './evidence.js';
import type { Manifest } from './manifest.js';

/** What an artefact's measurements allow a label: from where on to ask a person, and from where on a policy may let it reject. */
export type SuggestedThreshold = { readonly review: number; readonly reject: number | null };

/** From where on the label may reject by itself at the precision that is shipped as the target, whatever the artefact was made for. */
function rejectThreshold(manifest: Manifest, label: Label): number | null {
  const known = evidenceOf(manifest, label);
  return known === null ? null : chooseThreshold(known.evidence, SHIPPED_PRECISION, ASSUMED_PRIOR).threshold;
}

/** Where an artefact's own measurements put the thresholds of each label that it covers. */
export function suggestedThresholds(manifest: Manifest): Partial<Record<Label, SuggestedThreshold>> {
  const suggested: Partial<Record<Label, SuggestedThreshold>> = {
    off_topic: { review: manifest.topic.review, reject: null },
  };
  for (const label of LABELS) {
    if (label === 'off_topic') continue;
    const measured = manifest.thresholds[label];
    if (measured === undefined) continue;
    suggested[label] = { review: measured.review.threshold, reject: rejectThreshold(manifest, label) };
  }
  return suggested;
}
