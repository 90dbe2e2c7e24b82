import type { Label } from '../core/labels.js';
import { shippedPolicy } from '../core/policy.js';
import type { Manifest } from '../model/manifest.js';
import { type SuggestedThreshold, suggestedThresholds } from '../model/suggested-thresholds.js';

/**
 * From where on the service flags: an artefact suggests, the shipped policy may ask for more. `reject`: from where on a site's own
 * policy may let the label reject; the shipped one lets none.
 */
export type ShippedThresholds = Readonly<Partial<Record<Label, SuggestedThreshold>>>;

export function shippedThresholds(manifest: Manifest): ShippedThresholds {
  const suggested = suggestedThresholds(manifest);
  const shipped: Partial<Record<Label, SuggestedThreshold>> = {};
  for (const [label, { review }] of Object.entries(shippedPolicy(suggested).defaults.thresholds)) {
    const reject = suggested[label as Label]?.reject ?? null;
    shipped[label as Label] = { review, reject: reject === null ? null : Math.max(reject, review) };
  }
  return shipped;
}

/** Above every score: what has no threshold is never flagged. */
export const NEVER = 2;
