import { asOnStream } from './calibration.js';
import { chooseCalibration } from './calibration-choice.js';
import { type answersOf, judged, type LabelMetrics, type LabelOutputs, measureLabel } from './measure.js';
import {
  areaInterval,
  areaUnderCurve,
  type Claim,
  type CurvePoint,
  calibrationError,
  curveOf,
  type Interval,
  type Judged,
  type ReliabilityBin,
  reliability,
  type Share,
  shareOf,
} from './metrics.js';
import { NEVER, type ShippedThresholds } from './shipped-thresholds.js';
import { worthOf } from './thresholds.js';

/** What a shipped threshold does on validation rows, and what its flags would be worth on a stream. */
export type AtThreshold = {
  readonly threshold: number;
  readonly recall: Share;
  readonly falseAlarms: Share;
  /** On the validation rows as they are, of which far more carry the label than of a stream. */
  readonly precision: Share;
  /** On a stream in which `prior` of the comments carry the label. */
  readonly onStream: { readonly prior: number; readonly precision: number } & Interval;
};

/** What the rows of one set say of a label. */
export type SourceEvaluation = {
  readonly rows: number;
  readonly positives: number;
  /** Null where one kind has fewer than five rows. */
  readonly auc: number | null;
  readonly aucInterval: Interval | null;
  readonly averagePrecision: number | null;
  /** Of the scores as they are answered, weighed as on a stream; null where one kind has fewer than five rows. */
  readonly calibrationError: number | null;
  readonly recall: Share;
  readonly falseAlarms: Share;
};

export type LabelEvaluation = Omit<LabelMetrics, 'sources' | 'calibrationError'> & {
  readonly aucInterval: Interval | null;
  readonly review: AtThreshold | null;
  /** Where a site's own policy may let it reject; null where its precision is known to be enough nowhere. */
  readonly reject: AtThreshold | null;
  /** Of the scores as they are answered, weighed as on a stream. */
  readonly reliability: readonly ReliabilityBin[];
  /** Of these, too: an artefact is held to its own calibration, not to one that its rows would have. */
  readonly calibrationError: number;
  readonly curve: readonly CurvePoint[];
  readonly sources: Readonly<Record<string, SourceEvaluation>>;
};

/**
 * Measures one label on all rows that know it, and set by set.
 *
 * @param stream the share of a stream's comments that is assumed to carry a label, and the largest share that calibration
 *   assumes.
 */
export function evaluateLabel(
  outputs: LabelOutputs,
  answers: ReturnType<typeof answersOf>,
  thresholds: ShippedThresholds,
  { prior, largestShare }: { readonly prior: number; readonly largestShare: number },
): LabelEvaluation {
  const { label, outcomes } = outputs;
  const rows = judged(outputs, answers);
  const calibration = chooseCalibration(outcomes, largestShare);
  const { sources, calibrationError: _, ...overall } = measureLabel(outputs, answers, calibration);
  const { review = NEVER, reject = null } = thresholds[label] ?? {};
  const claims = claimsOf(outputs, answers, largestShare);
  return {
    ...overall,
    aucInterval: overall.auc === null ? null : intervalOf(rows),
    review: review === NEVER ? null : atThreshold(rows, review, prior),
    reject: reject === null ? null : atThreshold(rows, reject, prior),
    reliability: reliability(claims),
    calibrationError: calibrationError(claims),
    curve: curveOf(rows),
    sources: Object.fromEntries(
      Object.entries(sources).map(([set, measured]) => {
        const own = { label, outcomes: outcomes.filter(({ row }) => row.set === set) };
        const ownRows = rows.filter(({ row }) => row.set === set);
        const { recall, falseAlarms } = hitsAt(ownRows, review);
        const aucInterval = measured.auc === null ? null : intervalOf(ownRows);
        const error = measured.auc === null ? null : calibrationError(claimsOf(own, answers, largestShare));
        return [set, { ...measured, aucInterval, calibrationError: error, recall, falseAlarms }];
      }),
    ),
  };
}

function hitsAt(rows: readonly Judged[], threshold: number): Pick<AtThreshold, 'recall' | 'falseAlarms' | 'precision'> {
  const flagged = rows.filter(({ score }) => score >= threshold);
  const found = flagged.filter(({ carries }) => carries).length;
  const positives = rows.filter(({ carries }) => carries).length;
  return {
    recall: shareOf(found, positives),
    falseAlarms: shareOf(flagged.length - found, rows.length - positives),
    precision: shareOf(found, flagged.length),
  };
}

function atThreshold(rows: readonly Judged[], threshold: number, prior: number): AtThreshold {
  const { precision, precisionLow, precisionHigh } = worthOf(rows, threshold, prior);
  const onStream = { prior, precision, low: precisionLow, high: precisionHigh };
  return { threshold, ...hitsAt(rows, threshold), onStream };
}

function intervalOf(rows: readonly Judged[]): Interval {
  const positives = rows.filter(({ carries }) => carries).length;
  return areaInterval(areaUnderCurve(rows), positives, rows.length - positives);
}

/** The scores as they are answered beside what is known. Sets are enriched, and no stream looks like them. */
function claimsOf(
  { label, outcomes }: LabelOutputs,
  answers: ReturnType<typeof answersOf>,
  largestShare: number,
): Claim[] {
  return asOnStream(outcomes, largestShare).map(({ index, value, weight }) => ({
    probability: answers[index]?.[label] ?? Number.NaN,
    outcome: value,
    weight,
  }));
}
