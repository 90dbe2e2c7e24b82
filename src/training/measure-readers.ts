import type { ModelLabel } from '../core/labels.js';
import type { answersOf } from './measure.js';
import { areaInterval, areaUnderCurve, type Interval, type Judged } from './metrics.js';
import type { Row } from './rows.js';

/** An area under the curve; null where one kind has fewer than five rows. */
export type Area = { readonly auc: number; readonly interval: Interval } | null;

/** Two words on the same rows of a set: its raters', and that of our readers of rudeness. */
export type ReadersEvaluation = {
  readonly set: string;
  readonly label: ModelLabel;
  readonly rows: number;
  /** Rows of which the raters, or the readers, say that at least half would give the label. */
  readonly positives: { readonly raters: number; readonly readers: number };
  /** How well the model ranks the rows by each word. */
  readonly model: { readonly byRaters: Area; readonly byReaders: Area };
  /** How well the readers' shares rank them by the raters' word: how far the two agree. */
  readonly readersByRaters: Area;
};

/** For every set that readers of rudeness read beside its raters, the labels both were asked for. */
export function evaluateReaders(
  rows: readonly Row[],
  labels: readonly ModelLabel[],
  answers: ReturnType<typeof answersOf>,
): ReadersEvaluation[] {
  const sets = [...new Set(rows.flatMap(({ set, byReaders }) => (byReaders === undefined ? [] : [set])))].sort();
  return sets.flatMap((set) => labels.flatMap((label) => evaluateOne(rows, set, label, answers) ?? []));
}

function evaluateOne(
  rows: readonly Row[],
  set: string,
  label: ModelLabel,
  answers: ReturnType<typeof answersOf>,
): ReadersEvaluation | null {
  const asked = rows.flatMap((row, i) => {
    const [raters, readers] = [row.byItsSet?.[label]?.value, row.byReaders?.[label]?.value];
    if (row.set !== set || raters === undefined || readers === undefined) return [];
    return [{ score: answers[i]?.[label] ?? 0, readers, byRaters: raters >= 0.5, byReaders: readers >= 0.5 }];
  });
  if (asked.length === 0) return null;
  return {
    set,
    label,
    rows: asked.length,
    positives: {
      raters: asked.filter(({ byRaters }) => byRaters).length,
      readers: asked.filter(({ byReaders }) => byReaders).length,
    },
    model: {
      byRaters: areaOf(asked.map(({ score, byRaters }) => ({ score, carries: byRaters }))),
      byReaders: areaOf(asked.map(({ score, byReaders }) => ({ score, carries: byReaders }))),
    },
    readersByRaters: areaOf(asked.map(({ readers, byRaters }) => ({ score: readers, carries: byRaters }))),
  };
}

function areaOf(rows: readonly Judged[]): Area {
  const positives = rows.filter(({ carries }) => carries).length;
  const negatives = rows.length - positives;
  if (positives < 5 || negatives < 5) return null;
  const auc = areaUnderCurve(rows);
  return { auc, interval: areaInterval(auc, positives, negatives) };
}
