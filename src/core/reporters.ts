/** How a reader's earlier reports ended: with a person who rejected the comment, or with one who approved it. */
export type ReporterRecord = { readonly right: number; readonly wrong: number };

/** What is believed of a reporter of whom nothing is known: as often right as wrong, with the weight of four reports. */
const PRIOR = { right: 2, wrong: 2 };

/**
 * How much one reader's report counts, where one of an unknown reader counts 1: the expected share of right reports under a
 * Beta(2, 2) prior, (2 + right) / (4 + right + wrong), over the prior's own mean of ½. Lies between 0 and 2: nobody brings a
 * comment back alone unless one report is enough, and whoever is nearly always wrong hardly counts.
 */
export function reporterWeight({ right, wrong }: ReporterRecord): number {
  return (2 * (PRIOR.right + right)) / (PRIOR.right + PRIOR.wrong + right + wrong);
}

/** Whether reports bring a comment back before a person. @param reporters one entry a reader who reported it */
export function bringBack(
  reporters: readonly ReporterRecord[],
  { toReview, weighed }: { readonly toReview: number; readonly weighed: boolean },
): boolean {
  const weight = weighed ? reporters.reduce((sum, one) => sum + reporterWeight(one), 0) : reporters.length;
  // Sums of fractions miss a whole number by a hair.
  return weight >= toReview - 1e-9;
}
