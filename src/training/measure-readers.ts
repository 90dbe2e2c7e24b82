import type { ModelLabel } from '../core/labels.js';
import { asOnStream } from './calibration.js';
import { type answersOf, LEAST_FOR_AREA } from './measure.js';
import {
  areaInterval,
  areaUnderCurve,
  calibrationError,
  type Interval,
  type Judged,
  kappaOf,
  type Share,
  shareOf,
} from './metrics.js';
import type { Row } from './rows.js';
import { NEVER, type ShippedThresholds } from './shipped-thresholds.js';

/** An area under the curve; null where one kind has fewer than five rows. */
export type Area = { readonly auc: number; readonly interval: Interval } | null;

/** How the model does on rows by somebody's word. */
export type ByOneWord = {
  readonly area: Area;
  /** Rows on their side of the shipped threshold. */
  readonly right: Share;
  /** Of the scores as they are answered beside the shares of those who gave the label, weighed as on a stream. */
  readonly error: number;
};

/** Two words on the same rows of a set: its raters', and that of our readers, by labels.md or of rudeness. */
export type ReadersEvaluation = {
  readonly set: string;
  readonly label: ModelLabel;
  readonly rows: number;
  /** Rows of which at least half of the raters, of the readers, of either would give the label. */
  readonly positives: { readonly raters: number; readonly readers: number; readonly both: number };
  /** Rows of which both say the same. */
  readonly agree: Share;
  readonly model: {
    readonly byRaters: ByOneWord;
    readonly byReaders: ByOneWord;
    /** On the rows of which both say the same. */
    readonly agreed: Pick<ByOneWord, 'area' | 'right'>;
  };
  /** Cohen's: how far they agree beyond what chance would give; NaN where both say the same of every row. */
  readonly kappa: number;
  /** How well the readers' shares rank the rows by the raters' word: how far the two agree. */
  readonly readersByRaters: Area;
};

/** For every set that readers read beside its raters, the labels on which both have a word. */
export function evaluateReaders(
  rows: readonly Row[],
  labels: readonly ModelLabel[],
  answers: ReturnType<typeof answersOf>,
  judging: { readonly thresholds: ShippedThresholds; readonly largestShare: number },
): ReadersEvaluation[] {
  const sets = [...new Set(rows.flatMap(({ set, byReaders }) => (byReaders === undefined ? [] : [set])))].sort();
  return sets.flatMap((set) => labels.flatMap((label) => evaluateOne(rows, { set, label }, answers, judging) ?? []));
}

function evaluateOne(
  rows: readonly Row[],
  { set, label }: { readonly set: string; readonly label: ModelLabel },
  answers: ReturnType<typeof answersOf>,
  { thresholds, largestShare }: { readonly thresholds: ShippedThresholds; readonly largestShare: number },
): ReadersEvaluation | null {
  const asked = rows.flatMap((row, i) => {
    const [raters, readers] = [row.byItsSet?.[label]?.value, row.byReaders?.[label]?.value];
    if (row.set !== set || raters === undefined || readers === undefined) return [];
    return [{ score: answers[i]?.[label] ?? 0, raters, readers }];
  });
  if (asked.length === 0) return null;
  const by = (share: (row: (typeof asked)[number]) => number, of = asked): Asked[] =>
    of.map((row) => ({ score: row.score, share: share(row), carries: share(row) >= 0.5 }));
  const byRaters = by(({ raters }) => raters);
  const byReaders = by(({ readers }) => readers);
  const same = asked.filter(({ raters, readers }) => raters >= 0.5 === readers >= 0.5);
  const agreed = by(({ raters }) => raters, same);
  const review = thresholds[label]?.review ?? NEVER;
  const measured = (some: readonly Asked[]) => ({ area: areaOf(some), right: rightAt(some, review) });
  const carrying = (some: readonly Asked[]) => some.filter(({ carries }) => carries).length;
  return {
    set,
    label,
    rows: asked.length,
    positives: { raters: carrying(byRaters), readers: carrying(byReaders), both: carrying(agreed) },
    agree: shareOf(same.length, asked.length),
    kappa: kappaOf(same.length / asked.length, carrying(byRaters) / asked.length, carrying(byReaders) / asked.length),
    model: {
      byRaters: { ...measured(byRaters), error: errorOf(byRaters, largestShare) },
      byReaders: { ...measured(byReaders), error: errorOf(byReaders, largestShare) },
      agreed: measured(agreed),
    },
    readersByRaters: areaOf(asked.map(({ readers, raters }) => ({ score: readers, carries: raters >= 0.5 }))),
  };
}

/** A row beside the share of those asked who gave the label. */
export type Asked = Judged & { readonly share: number };

/** Expected calibration error of the scores as they are answered, weighed as on a stream. */
export function errorOf(rows: readonly Asked[], largestShare: number): number {
  const outcomes = rows.map(({ score, share }) => ({ logit: 0, score, value: share, weight: 1 }));
  const weighed = asOnStream(outcomes, largestShare);
  return calibrationError(weighed.map(({ score, value, weight }) => ({ probability: score, outcome: value, weight })));
}

function rightAt(rows: readonly Judged[], threshold: number): Share {
  return shareOf(rows.filter(({ score, carries }) => score >= threshold === carries).length, rows.length);
}

function areaOf(rows: readonly Judged[]): Area {
  const positives = rows.filter(({ carries }) => carries).length;
  const negatives = rows.length - positives;
  if (positives < LEAST_FOR_AREA || negatives < LEAST_FOR_AREA) return null;
  const auc = areaUnderCurve(rows);
  return { auc, interval: areaInterval(auc, positives, negatives) };
}
