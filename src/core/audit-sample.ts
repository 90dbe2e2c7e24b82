import type { Outcome } from './decision.js';
import { type Estimate, shareOf, weightedSum, wilson } from './intervals.js';
import { LABELS, type Label } from './labels.js';

/**
 * Whether a decision is drawn. The place is a number in [0, 1) that only this installation can tell of this decision, so a retry
 * draws the same, nobody outside can foresee it, and a larger share draws all that a smaller one would.
 */
export function isDrawn(place: number, share: number): boolean {
  return place < share;
}

/** No more than every second item that waits anyway is shown without its findings. */
const MOST_COVER = 0.5;

/**
 * At which share items that wait anyway are shown as a drawn one is, without findings: about as many as are drawn, so that a blind
 * item is as likely the one as the other.
 *
 * @param recent how many of the newest decisions were made by the machine alone, and how many asked a person.
 */
export function coverShare(recent: { readonly automatic: number; readonly asked: number }, share: number): number {
  return recent.asked === 0 ? 0 : Math.min(MOST_COVER, (share * recent.automatic) / recent.asked);
}

/** Decisions of one outcome that do, or do not, carry the flag of a label, and what persons found where they looked. */
export type AuditCell = {
  readonly outcome: Outcome;
  /** Null: all decisions of the outcome, for the figures of rejection as a whole. */
  readonly label: Label | null;
  readonly flagged: boolean;
  /** How many decisions there were. */
  readonly decisions: number;
  /** Sums over decisions that got a verdict: of weights (1 / chance of being drawn), of their squares, and of those that carry it. */
  readonly weight: number;
  readonly weightSquared: number;
  readonly carrying: number;
};

export type LabelAudit = {
  /** The share of all comments that a person rejects for this label. */
  readonly baseRate: Estimate | null;
  /** Of comments that the machine flags with it, the share that a person rejects for it. */
  readonly precision: Estimate | null;
  /** Of comments that a person rejects for it, the share that the machine flags with it. */
  readonly recall: Estimate | null;
};

/** More than this share of the decisions without a single verdict on their kind, and nothing can be said about all of them. */
const MOST_UNSEEN = 0.05;

/**
 * Figures about all comments, from verdicts on some: each kind of decision (outcome, flagged or not) counts as often as it was
 * made, and within a kind each verdict by the inverse of its chance of being drawn. Intervals: Wilson's on the effective number of
 * verdicts (Kish) within a kind, MOVER across kinds, the worst corner for a ratio.
 */
export function auditFigures(cells: readonly AuditCell[]): LabelAudit {
  const amounts = cells.map((cell) => ({ cell, size: cell.decisions, share: shareIn(cell) }));
  const all = cells.reduce((sum, { decisions }) => sum + decisions, 0);
  const unseen = (of: typeof amounts) => {
    const size = of.reduce((sum, one) => sum + one.size, 0);
    const blank = of.reduce((sum, one) => sum + (one.cell.weight > 0 ? 0 : one.size), 0);
    return size === 0 || blank / size > MOST_UNSEEN;
  };
  const flagged = amounts.filter(({ cell }) => cell.flagged);
  const others = amounts.filter(({ cell }) => !cell.flagged);
  const sizeOf = (of: typeof amounts) => of.reduce((sum, { size }) => sum + size, 0);
  return {
    baseRate: unseen(amounts) ? null : scaled(weightedSum(amounts), all),
    precision: unseen(flagged) ? null : scaled(weightedSum(flagged), sizeOf(flagged)),
    recall: unseen(amounts) ? null : shareOf(weightedSum(flagged), weightedSum(others)),
  };
}

function shareIn({ weight, weightSquared, carrying }: AuditCell): Estimate {
  if (weight === 0) return wilson(0, 0);
  const effective = (weight * weight) / weightSquared;
  return wilson((effective * carrying) / weight, effective);
}

function scaled({ value, lower, upper }: Estimate, by: number): Estimate {
  return { value: value / by, lower: lower / by, upper: Math.min(1, upper / by) };
}

/** The figures of every label. */
export function auditByLabel(cells: readonly AuditCell[]): Readonly<Partial<Record<Label, LabelAudit>>> {
  const figures: Partial<Record<Label, LabelAudit>> = {};
  for (const label of LABELS) {
    const own = cells.filter((cell) => cell.label === label);
    if (own.length > 0) figures[label] = auditFigures(own);
  }
  return figures;
}
