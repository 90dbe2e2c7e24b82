import type { Label } from '../core/labels.js';
import { shippedPolicy } from '../core/policy.js';
import type { Manifest } from '../model/manifest.js';
import { suggestedThresholds } from '../model/suggested-thresholds.js';

/** From where on the service flags and rejects: an artefact suggests, the shipped policy may ask for more. */
export type ShippedThresholds = Readonly<
  Partial<Record<Label, { readonly review: number; readonly reject: number | null }>>
>;

export function shippedThresholds(manifest: Manifest): ShippedThresholds {
  return shippedPolicy(suggestedThresholds(manifest)).defaults.thresholds;
}

/** Above every score: what has no threshold is never flagged. */
export const NEVER = 2;
