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

/** Nobody is asked about something that is likelier absent than so, however rare its false alarms were on validation text. */
const LEAST_REVIEW = 0.3;
/**
 * Swearing alone is no reason to hold a comment back before it is more likely than not. Adverts were learnt from one site's,
 * whose praise of videos reads like a reader's thanks for an article: a plain thank-you scored .52.
 */
const LEAST_REVIEW_OF: Partial<Record<Label, number>> = { profanity: 0.5, spam: 0.7 };

/**
 * The policy that is shipped: the artefact's measured thresholds, not below what is worth a person's time. `off_topic` never
 * rejects.
 */
export function shippedPolicy(suggested: Readonly<Partial<Record<Label, SuggestedThreshold>>>): Policy {
  const thresholds: Policy['thresholds'] = {};
  for (const label of LABELS) {
    const measured = suggested[label];
    if (measured === undefined) continue;
    const review = Math.max(measured.review, LEAST_REVIEW_OF[label] ?? LEAST_REVIEW);
    const reject = label === 'off_topic' || measured.reject === null ? null : Math.max(measured.reject, review);
    thresholds[label] = { review, reject };
  }
  return { thresholds, agree: 0.2, reportsToReview: 3 };
}
