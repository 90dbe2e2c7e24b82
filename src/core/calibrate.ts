import { z } from 'zod';

/** How one label's raw output becomes a probability; fitted on validation text and kept in the manifest. */
export const LabelCalibration = z.discriminatedUnion('kind', [
  /** sigmoid(slope · logit + intercept); a slope above 0 keeps the order of comments. */
  z.strictObject({ kind: z.literal('platt'), slope: z.number().positive(), intercept: z.number() }),
  /** A line through the given points, level beyond the first and the last; it keeps the order of comments, too. */
  z
    .strictObject({
      kind: z.literal('isotonic'),
      logits: z.array(z.number()).min(2).refine(rises, 'must rise'),
      probabilities: z.array(z.number().min(0).max(1)).min(2).refine(rises, 'must rise'),
    })
    .refine(({ logits, probabilities }) => logits.length === probabilities.length, {
      path: ['probabilities'],
      error: 'must be as many as the logits',
    }),
]);
export type LabelCalibration = z.infer<typeof LabelCalibration>;

function rises(numbers: readonly number[]): boolean {
  return numbers.every((number, i) => i === 0 || number >= (numbers[i - 1] as number));
}

/**
 * Turns one label's raw output into a probability that a moderator can act on.
 *
 * @param logit the model's number for the label; unbounded, 0 meaning "undecided" before calibration.
 * @returns the probability that the comment carries the label, in [0, 1]. Labels are independent, so those of one comment
 *   need not sum to 1.
 * @throws RangeError if `logit` is not a finite number: that is an error, never a score.
 * @see Platt, "Probabilistic Outputs for Support Vector Machines", 1999; Zadrozny and Elkan, KDD 2002, for isotonic.
 */
export function calibrate(logit: number, calibration: LabelCalibration): number {
  if (!Number.isFinite(logit)) throw new RangeError('a logit must be a finite number');
  switch (calibration.kind) {
    case 'platt':
      return sigmoid(calibration.slope * logit + calibration.intercept);
    case 'isotonic':
      return interpolate(logit, calibration.logits, calibration.probabilities);
  }
}

export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

function interpolate(x: number, xs: readonly number[], ys: readonly number[]): number {
  const above = xs.findIndex((candidate) => candidate >= x);
  if (above === -1) return ys.at(-1) as number;
  if (above === 0) return ys[0] as number;
  const [x0, x1] = [xs[above - 1] as number, xs[above] as number];
  const [y0, y1] = [ys[above - 1] as number, ys[above] as number];
  return x1 === x0 ? y1 : y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}
