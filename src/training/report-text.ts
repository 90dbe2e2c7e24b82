import type { CalibrationChoice, Validated } from './calibration-choice.js';
import type { Area, ReadersEvaluation } from './measure-readers.js';
import type { Interval, Share } from './metrics.js';

export function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}

/** A share with its interval, such as `50.0 % (40.2–59.8)`. */
export function between(share: Share): string {
  return share.of === 0 ? '–' : `${percent(share.share)} (${range(share)})`;
}

export function range({ low, high }: Interval): string {
  return `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}`;
}

/** An area under the curve with its interval; a dash where there are too few rows. */
export function area(auc: number | null, interval: Interval | null): string {
  if (auc === null) return '–';
  return interval === null
    ? auc.toFixed(3)
    : `${auc.toFixed(3)} (${interval.low.toFixed(2)}–${interval.high.toFixed(2)})`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)} MB`;
}

/** Whether a goal is met, in a word. */
export function metInWords(met: boolean | null): string {
  if (met === null) return '–';
  return met ? 'yes' : 'no';
}

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

export const CALIBRATION_EXPLAINED =
  'How a raw output becomes a probability, compared on these rows by two-fold cross-validation along frames and debates: log loss and ECE, weighed as on a stream, of rows that the calibration was not fitted to; in brackets how much more or less than by Platt, and the standard error of that, in ten-thousandths. A training run takes Platt unless another is better by more than two standard errors.';

export const CALIBRATION_HEAD = [
  'label',
  'the rule takes',
  'log loss: Platt',
  'temperature',
  'isotonic',
  'ECE: Platt, temperature, isotonic',
] as const;

/** The cells under {@link CALIBRATION_HEAD}. */
export function calibrationCells(label: string, { chosen, validated }: CalibrationChoice): string[] {
  const { platt, temperature, isotonic } = validated;
  const beside = ({ logLoss, worse: { by, standardError } }: Validated) =>
    `${logLoss.toFixed(4)} (${by < 0 ? '−' : '+'}${Math.abs(1e4 * by).toFixed(1)} ± ${(1e4 * standardError).toFixed(1)})`;
  const errors = [platt, temperature, isotonic].map(({ error }) => error.toFixed(3));
  return [label, chosen, platt.logLoss.toFixed(4), beside(temperature), beside(isotonic), errors.join(', ')];
}

export const READERS_EXPLAINED =
  "Readers of our own read rows that a set keeps for measuring. For toxicity, insult, identity_attack and profanity they were asked what the set's raters had been asked; for the other labels they went by labels.md, which no set did. The last column says how far the two agree: the AUC of the readers' shares by the raters' majority. Of other labels than toxicity these are yes or no as a rule, and an area gives half a point for a tie: a model that ranks can reach more.";

export const READERS_HEAD = [
  'set: label',
  'rows',
  'with it, by raters, by readers, by both',
  'they agree on',
  'AUC by raters',
  'AUC by readers',
  'readers by raters',
] as const;

/** The cells under {@link READERS_HEAD}. */
export function readersRows(all: readonly ReadersEvaluation[]): string[][] {
  const areaIn = (one: Area) => area(one?.auc ?? null, one?.interval ?? null);
  return all.map(({ set, label, rows, positives, agree, model, readersByRaters }) => [
    `${set}: ${label}`,
    String(rows),
    `${positives.raters}, ${positives.readers}, ${positives.both}`,
    between(agree),
    areaIn(model.byRaters.area),
    areaIn(model.byReaders.area),
    areaIn(readersByRaters),
  ]);
}
