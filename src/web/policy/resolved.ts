import type { Label } from '../../core/labels.js';
import type { PolicyDocument } from './shapes.js';

export type Resolved = {
  readonly review: number;
  readonly reject: number | null;
  /** The section says nothing of its own about it. */
  readonly inherited: { readonly review: boolean; readonly reject: boolean };
};

/**
 * What holds for a label, in a section or everywhere: the section's own thresholds over the defaults.
 *
 * @param section null: everywhere.
 * @returns null where the policy does not name the label, or the section takes its thresholds away.
 */
export function resolvedThreshold(document: PolicyDocument, label: Label, section: string | null): Resolved | null {
  const base = document.defaults?.thresholds?.[label];
  const own = section === null ? undefined : document.sections?.[section]?.thresholds?.[label];
  if (own === null) return null;
  const review = own?.review ?? base?.review;
  if (typeof review !== 'number') return null;
  const reject = own?.reject === undefined ? (base?.reject ?? null) : own.reject;
  return {
    review,
    reject,
    inherited: {
      review: section !== null && own?.review === undefined,
      reject: section !== null && own?.reject === undefined,
    },
  };
}

/** Where a threshold stands in the document. */
export function pathOf(label: Label, section: string | null, handle: 'review' | 'reject'): readonly string[] {
  return [...(section === null ? ['defaults'] : ['sections', section]), 'thresholds', label, handle];
}
