import { OUTCOMES, type Outcome } from './decision.js';
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
type AuditCell = {
  readonly outcome: Outcome;
  readonly flagged: boolean;
  /** How many decisions there were. */
  readonly decisions: number;
  /** Sums over decisions that got a verdict: of weights (1 / chance of being drawn), of their squares, and of those that carry it. */
  readonly weight: number;
  readonly weightSquared: number;
  readonly carrying: number;
};

type AuditFigures = {
  /** The share of all comments that a person rejects for this label. */
  readonly baseRate: Estimate | null;
  /** Of comments that the machine flags with it, the share that a person rejects for it. */
  readonly precision: Estimate | null;
  /** Of comments that a person rejects for it, the share that the machine flags with it. */
  readonly recall: Estimate | null;
};

export type LabelAudit = AuditFigures & {
  /** How many verdicts there are on comments that the machine flags with it, and how many reject for it. */
  readonly judged: { readonly flagged: number; readonly rejected: number };
};

/** More than this share of the decisions without a single verdict on their kind, and nothing can be said about all of them. */
const MOST_UNSEEN = 0.05;

/**
 * Figures about all comments, from verdicts on some: each kind of decision (outcome, flagged or not) counts as often as it was
 * made, and within a kind each verdict by the inverse of its chance of being drawn. Intervals: Wilson's on the effective number of
 * verdicts (Kish) within a kind, MOVER across kinds, the worst corner for a ratio.
 */
function auditFigures(cells: readonly AuditCell[]): AuditFigures {
  const amounts = cells.map((cell) => ({ cell, size: cell.decisions, share: shareIn(cell) }));
  const all = sum(cells, ({ decisions }) => decisions);
  const unseen = (of: typeof amounts) => {
    const size = sum(of, (one) => one.size);
    const blank = sum(of, (one) => (one.cell.weight > 0 ? 0 : one.size));
    return size === 0 || blank / size > MOST_UNSEEN;
  };
  const flagged = amounts.filter(({ cell }) => cell.flagged);
  const others = amounts.filter(({ cell }) => !cell.flagged);
  return {
    baseRate: unseen(amounts) ? null : scaled(weightedSum(amounts), all),
    precision: unseen(flagged)
      ? null
      : scaled(
          weightedSum(flagged),
          sum(flagged, ({ size }) => size),
        ),
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

/** How many decisions there were: of each outcome, and of those with each flag. */
export type AuditPopulation = {
  readonly decisions: Readonly<Record<Outcome, number>>;
  readonly flagged: readonly { readonly outcome: Outcome; readonly label: Label; readonly decisions: number }[];
};

/** Decisions that a person judged too, as many as are alike. Where the machine asked a person, each counts one. */
export type AuditVerdicts = {
  readonly outcome: Outcome;
  readonly flags: readonly Label[];
  /** 1 / the chance of being drawn. */
  readonly weight: number;
  readonly rejected: boolean;
  /** What a rejection was for, where it was for a label. */
  readonly label: Label | null;
  readonly count: number;
};

/** The share of the decisions of one outcome that a person rejects. */
export type OutcomeAudit = { readonly decisions: number; readonly judged: number; readonly rejected: Estimate | null };

export type Audit = {
  readonly outcomes: Readonly<Record<Outcome, OutcomeAudit>>;
  /** Of all comments, whatever they are rejected for; the machine finds what it does not approve. */
  readonly any: LabelAudit;
  readonly labels: Readonly<Partial<Record<Label, LabelAudit>>>;
};

/** All figures. A label that is neither flagged nor a person's reason anywhere is left out. */
export function auditOf(population: AuditPopulation, verdicts: readonly AuditVerdicts[]): Audit {
  const of = (outcome: Outcome) => verdicts.filter((one) => one.outcome === outcome);
  const whole = OUTCOMES.map((outcome) =>
    cellOf(
      { outcome, decisions: population.decisions[outcome], flagged: outcome !== 'approve' },
      of(outcome),
      ({ rejected }) => rejected,
    ),
  );
  const outcomes = Object.fromEntries(
    whole.map((cell) => {
      const judged = sum(of(cell.outcome), ({ count }) => count);
      return [cell.outcome, { decisions: cell.decisions, judged, rejected: judged === 0 ? null : shareIn(cell) }];
    }),
  ) as Record<Outcome, OutcomeAudit>;

  const labels: Partial<Record<Label, LabelAudit>> = {};
  for (const label of LABELS) {
    const isFlag = population.flagged.some((one) => one.label === label);
    if (isFlag || verdicts.some(carrying(label))) labels[label] = labelAudit(population, verdicts, label);
  }
  const any = auditFigures(whole.filter(({ decisions }) => decisions > 0));
  const judged = judgedIn(
    verdicts,
    ({ outcome }) => outcome !== 'approve',
    ({ rejected }) => rejected,
  );
  return { outcomes, any: { ...any, judged }, labels };
}

/** The figures of one label, also of one that is neither flagged nor a person's reason anywhere: they say how rare it is. */
export function labelAudit(population: AuditPopulation, verdicts: readonly AuditVerdicts[], label: Label): LabelAudit {
  const found = population.flagged.filter((one) => one.label === label);
  const cells = OUTCOMES.flatMap((outcome) => {
    const flagged = sum(found, (one) => (one.outcome === outcome ? one.decisions : 0));
    const [withFlag, without] = [true, false].map((is) =>
      verdicts.filter((one) => one.outcome === outcome && one.flags.includes(label) === is),
    );
    return [
      cellOf({ outcome, decisions: flagged, flagged: true }, withFlag ?? [], carrying(label)),
      cellOf(
        { outcome, decisions: population.decisions[outcome] - flagged, flagged: false },
        without ?? [],
        carrying(label),
      ),
    ];
  });
  const judged = judgedIn(verdicts, ({ flags }) => flags.includes(label), carrying(label));
  return { ...auditFigures(cells.filter(({ decisions }) => decisions > 0)), judged };
}

function judgedIn(
  verdicts: readonly AuditVerdicts[],
  isFlagged: (one: AuditVerdicts) => boolean,
  isRejected: (one: AuditVerdicts) => boolean,
): LabelAudit['judged'] {
  const count = (of: (one: AuditVerdicts) => boolean) => sum(verdicts, (one) => (of(one) ? one.count : 0));
  return { flagged: count(isFlagged), rejected: count(isRejected) };
}

/** Whether a person rejected for a label. */
function carrying(label: Label): (one: AuditVerdicts) => boolean {
  return (one) => one.rejected && one.label === label;
}

/** What persons decided of the comments that score for a label from some threshold on, whatever the machine did with them. */
export type AuditedAbove = {
  /** How many of them have a verdict. */
  readonly judged: number;
  /** The share that a person rejects, for whatever reason; null where too many of them are of a kind that nobody has judged. */
  readonly rejected: Estimate | null;
};

/** The same as {@link auditOf} says of a flag, of a threshold that may be another than that in force. */
export function auditedAbove(
  decisions: AuditPopulation['decisions'],
  verdicts: readonly Pick<AuditVerdicts, 'outcome' | 'weight' | 'rejected' | 'count'>[],
): AuditedAbove {
  const cells = OUTCOMES.map((outcome) =>
    cellOf(
      { outcome, decisions: decisions[outcome], flagged: true },
      verdicts.filter((one) => one.outcome === outcome),
      ({ rejected }) => rejected,
    ),
  );
  const { precision } = auditFigures(cells.filter((cell) => cell.decisions > 0));
  return { judged: sum(verdicts, ({ count }) => count), rejected: precision };
}

function cellOf<Verdicts extends Pick<AuditVerdicts, 'weight' | 'count'>>(
  of: Pick<AuditCell, 'outcome' | 'decisions' | 'flagged'>,
  verdicts: readonly Verdicts[],
  carries: (one: Verdicts) => boolean,
): AuditCell {
  return {
    ...of,
    weight: sum(verdicts, ({ weight, count }) => weight * count),
    weightSquared: sum(verdicts, ({ weight, count }) => weight * weight * count),
    carrying: sum(verdicts, (one) => (carries(one) ? one.weight * one.count : 0)),
  };
}

function sum<One>(of: readonly One[], amount: (one: One) => number): number {
  return of.reduce((total, one) => total + amount(one), 0);
}
