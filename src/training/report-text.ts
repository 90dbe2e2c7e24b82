import type { CalibrationChoice, Validated } from './calibration-choice.js';
import { type Drawn, tallyOf } from './disagreements.js';
import type { Goal } from './evaluation.js';
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

/** A goal's words, with a mark where another one stands for it. */
export function goalInWords({ what, replaced }: Pick<Goal, 'what' | 'replaced'>): string {
  return replaced ? `${what} (by the set's word; replaced, see below)` : what;
}

/** How many goals are met; in both ways of counting where some are replaced. */
export function goalsMet(goals: readonly Goal[]): string {
  const met = (some: readonly Goal[]) => `${some.filter((one) => one.met === true).length} of ${some.length}`;
  const asSet = goals.filter(({ about }) => about.kind !== 'readers');
  if (asSet.length === goals.length) return `${met(goals)} met`;
  const now = goals.filter(({ replaced }) => !replaced);
  return `${met(asSet)} met by the sets' own word; ${met(now)} with the replaced ones by the readers' word`;
}

export const DISAGREEMENTS_EXPLAINED =
  'Where set and readers say different things, rows were drawn at random and judged once more by docs/labels.md, with neither word in sight; whoever judged was a language model, as the readers were, and it is by labels.md that the readers read: what they are found right in shows that the set means something else by the word, or that its raters erred. A goal on a set is replaced, met or missed, where κ is below .6 for each of its labels and the readers are found right in more than half of what was drawn; the goal that stands for it asks for the same figure by the readers’ word, on the rows that they read. The old ones stay listed.';

export const DISAGREEMENTS_HEAD = [
  'set: label',
  'κ',
  'drawn',
  'the set is right',
  'the readers are',
  'undecidable',
] as const;

/** The cells under {@link DISAGREEMENTS_HEAD}. */
export function disagreementCells(drawn: Drawn, readers: readonly ReadersEvaluation[]): string[] {
  const { rows, set, readers: ours, nobody } = tallyOf(drawn);
  const kappa = readers.find((one) => one.set === drawn.set && one.label === drawn.label)?.kappa;
  const counts = [rows, set, ours, nobody].map(String);
  return [`${drawn.set}: ${drawn.label}`, kappa === undefined ? '–' : kappa.toFixed(2), ...counts];
}

export const EXAMPLES_HEAD = [
  'set: label',
  'what a text says, in our words',
  'the set',
  'the readers',
  'right',
] as const;

/** The cells under {@link EXAMPLES_HEAD}: of what was drawn, the rows that are told in other words. */
export function exampleRows({ set, label, rows }: Drawn): string[][] {
  const word = (share: number) => (share >= 0.5 ? label : 'not');
  return rows.flatMap((row) =>
    row.says === undefined
      ? []
      : [[`${set}: ${label}`, row.says, word(row.set), word(row.readers), `the ${row.right}`]],
  );
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
