import { calibrate, type LabelCalibration } from '../core/calibrate.js';
import { asOnStream, fitIsotonic, fitPlatt, fitTemperature, type Outcome, streamOdds } from './calibration.js';
import { calibrationError } from './metrics.js';
import { placeOf } from './random.js';
import { type Row, relatedOf } from './rows.js';

export const CALIBRATION_KINDS = ['platt', 'temperature', 'isotonic'] as const;
export type CalibrationKind = (typeof CALIBRATION_KINDS)[number];

/** How one kind of calibration does on rows that it was not fitted to, weighed as on a stream. */
export type Validated = {
  readonly logLoss: number;
  /** Expected calibration error. */
  readonly error: number;
  /** How much larger its log loss is than Platt's, with the standard error of that. */
  readonly worse: { readonly by: number; readonly standardError: number };
};

/** Which calibration a label gets, and what each kind reached. */
export type CalibrationChoice = {
  readonly chosen: CalibrationKind;
  readonly validated: Readonly<Record<CalibrationKind, Validated>>;
};

type Known = Outcome & { readonly row: Row };

/** A difference of so many standard errors is more than chance: about one in twenty is as large without a reason. */
const STANDARD_ERRORS = 2;

/**
 * Platt, unless temperature or isotonic regression has a smaller log loss by more than two standard errors of the difference; of
 * two that have, the one with the smaller.
 *
 * Each half of the rows is judged by what was fitted to the other half. Rows of one frame or debate lie in the same half, and
 * count as one in the standard error. With ten labels and two others to choose from, one standard error alone would let some leave Platt
 * by chance.
 */
export function chooseCalibration(outcomes: readonly Known[], largestShare: number): CalibrationChoice {
  const odds = streamOdds(outcomes, largestShare);
  const rows = asOnStream(outcomes, largestShare);
  const halves = [0, 1].map((half) =>
    rows.filter(({ row }) => Number(placeOf(`half ${relatedOf(row)}`) >= 0.5) === half),
  );
  const claimed = (kind: CalibrationKind) =>
    halves.flatMap((half, i) => {
      const calibration = fitted(kind, halves[1 - i] ?? [], odds);
      return half.map(({ logit, value, weight, row }) => {
        const probability = calibrate(logit, calibration);
        return { probability, outcome: value, weight, row, loss: logLoss(probability, value) };
      });
    });
  const platt = claimed('platt');
  const total = Math.max(1e-12, sum(platt.map(({ weight }) => weight)));
  const validated = (kind: CalibrationKind): Validated => {
    const claims = kind === 'platt' ? platt : claimed(kind);
    const more = claims.map(({ loss, weight, row }, i) => ({ row, weight, more: loss - (platt[i]?.loss ?? 0) }));
    const by = sum(more.map((one) => one.weight * one.more)) / total;
    const related = new Map<string, number>();
    for (const one of more) {
      const group = relatedOf(one.row);
      related.set(group, (related.get(group) ?? 0) + one.weight * (one.more - by));
    }
    return {
      logLoss: rounded(sum(claims.map(({ loss, weight }) => weight * loss)) / total),
      error: rounded(calibrationError(claims)),
      worse: {
        by: rounded(by),
        standardError: rounded(Math.sqrt(sum([...related.values()].map((x) => x * x))) / total),
      },
    };
  };
  const found = {
    platt: validated('platt'),
    temperature: validated('temperature'),
    isotonic: validated('isotonic'),
  };
  const better = CALIBRATION_KINDS.filter((kind) => {
    const { by, standardError } = found[kind].worse;
    return by < -STANDARD_ERRORS * standardError;
  });
  const [chosen = 'platt'] = better.sort((a, b) => found[a].logLoss - found[b].logLoss);
  return { chosen, validated: found };
}

/** The calibration of a kind, fitted to all rows. */
export function calibrationOf(
  kind: CalibrationKind,
  outcomes: readonly Outcome[],
  largestShare: number,
): LabelCalibration {
  return fitted(kind, asOnStream(outcomes, largestShare), streamOdds(outcomes, largestShare));
}

function fitted(kind: CalibrationKind, rows: readonly Outcome[], odds: number): LabelCalibration {
  switch (kind) {
    case 'platt':
      return fitPlatt(rows);
    case 'temperature':
      return fitTemperature(rows, odds);
    case 'isotonic':
      return fitIsotonic(rows);
  }
}

function logLoss(probability: number, value: number): number {
  const p = Math.min(1 - 1e-12, Math.max(1e-12, probability));
  return -(value * Math.log(p) + (1 - value) * Math.log(1 - p));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function rounded(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}
