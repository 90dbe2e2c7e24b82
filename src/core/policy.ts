import { z } from 'zod';
import { LABELS, type Label } from './labels.js';

const probability = z.number().min(0).max(1);

const Threshold = z
  .strictObject({
    /** From here on a person is asked. */
    review: probability,
    /** From here on the label rejects by itself; null: it never does. */
    reject: probability.nullable(),
  })
  .refine(({ review, reject }) => reject === null || reject >= review, 'reject must not lie below review');

/** Where the bands lie and what happens at their edges. Every number is a probability in [0, 1] unless it is a count. */
export const Policy = z.strictObject({
  thresholds: z.partialRecord(z.enum(LABELS), Threshold),
  /** A rejecting rule whose label the model scores below this asks a person instead. */
  agree: probability,
  /** So many readers' reports bring a published comment back before a person. */
  reportsToReview: z.int().positive(),
});
export type Policy = z.infer<typeof Policy>;

/** What an artefact says about one label: where its measured precision allows a threshold. */
export type SuggestedThreshold = { readonly review: number; readonly reject: number | null };

/**
 * The policy that is shipped: the artefact's measured thresholds, and cautious words where it measured nothing.
 * `off_topic` never rejects.
 */
export function shippedPolicy(suggested: Readonly<Partial<Record<Label, SuggestedThreshold>>>): Policy {
  const thresholds: Policy['thresholds'] = {};
  for (const label of LABELS) {
    const measured = suggested[label];
    if (measured === undefined) continue;
    thresholds[label] = { review: measured.review, reject: label === 'off_topic' ? null : measured.reject };
  }
  return { thresholds, agree: 0.2, reportsToReview: 3 };
}
