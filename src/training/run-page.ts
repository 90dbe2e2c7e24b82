import type { Manifest } from '../model/manifest.js';
import type { FineTuned } from './fine-tune.js';
import type { LabelMetrics } from './measure.js';
import { areaInterval } from './metrics.js';
import { bar, escaped, stepsPicture } from './pictures.js';
import { page, table } from './report-page.js';
import { percent } from './report-text.js';

/** What a run leaves to be looked at. */
export type RunPage = Pick<FineTuned, 'losses' | 'rates'> & {
  /** The artefact that it made. */
  readonly name: string;
  readonly measured: Readonly<Record<string, LabelMetrics>>;
  readonly thresholds: Readonly<Partial<Manifest['thresholds']>>;
};

/** How a run that trained the encoder went, and what it measured at its end, as one page that stands by itself. */
export function runPage({ name, losses, rates, measured, thresholds }: RunPage): string {
  const means = smoothed(losses);
  const pictures =
    losses.length === 0
      ? []
      : [
          ['Loss of the labels', over('loss per row', means, ({ labels }) => labels)],
          ['Distance from the base encoder’s embedding', over('distance', means, ({ embedding }) => embedding)],
          [
            'Learning rate of the last layer',
            stepsPicture(
              'rate',
              rates.map((value, i) => ({ step: i + 1, value })),
              (value) => (value === 0 ? '0' : value.toExponential(0)),
            ),
          ],
        ];
  const figures = pictures.map(
    ([caption, picture]) => `<figure><figcaption>${caption}</figcaption>${picture}</figure>`,
  );
  const steps =
    losses.length === 0
      ? 'No step was made: the weights are those that it went on from, or their mean.'
      : `${losses.length} steps, each counted once however often the run was cut. A point of a loss is the mean of ${smoothing(losses.length)}.`;
  const rows = Object.entries(measured).map(([label, one]) => {
    const review = thresholds[label as keyof Manifest['thresholds']]?.review;
    const { auc, positives } = one;
    return [
      escaped(label),
      `${one.rows} (${positives})`,
      auc?.toFixed(3) ?? '–',
      auc === null ? '' : bar(auc, areaInterval(auc, positives, one.rows - positives), null),
      one.averagePrecision?.toFixed(3) ?? '–',
      one.calibrationError.toFixed(3),
      one.calibration.chosen,
      ...(review === undefined
        ? ['–', '–', '–']
        : [String(review.threshold), percent(review.recall), percent(review.falsePositiveRate)]),
    ];
  });
  const head = [
    'label',
    'rows (with it)',
    'AUC',
    '',
    'AUPRC',
    'ECE',
    'calibrated by',
    'review from',
    'finds',
    'false alarms',
  ];
  const content = `<h1>${escaped(name)}</h1>
<p>${steps}</p>
<div class="plots">${figures.join('\n')}</div>
<h2>What it measured at its end</h2>
<p>On validation rows; ECE of each half of them with the other half’s calibration. <code>premod evaluate</code> measures the artefact as the service runs it.</p>
${table(head, rows)}`;
  return page(`${name}: training`, content);
}

/** Points of a curve of losses. */
const POINTS = 200;

type Mean = { readonly step: number; readonly labels: number; readonly embedding: number };

/** At most two hundred points of the losses, each a mean. */
export function smoothed(losses: FineTuned['losses']): readonly Mean[] {
  const size = smoothing(losses.length);
  const points: Mean[] = [];
  for (let begin = 0; begin < losses.length; begin += size) {
    const part = losses.slice(begin, begin + size);
    const mean = (of: (loss: (typeof losses)[number]) => number) =>
      Math.round((10_000 * part.reduce((sum, loss) => sum + of(loss), 0)) / part.length) / 10_000;
    points.push({
      step: begin + part.length,
      labels: mean((loss) => loss.labels),
      embedding: mean((loss) => loss.embedding),
    });
  }
  return points;
}

/** How many steps a point is the mean of. */
function smoothing(steps: number): number {
  return Math.max(1, Math.ceil(steps / POINTS));
}

function over(y: string, means: readonly Mean[], of: (mean: Mean) => number): string {
  const values = means.map((mean) => ({ step: mean.step, value: of(mean) }));
  return stepsPicture(y, values, (value) => value.toFixed(2));
}
