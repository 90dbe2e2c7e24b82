import type { LabelEvaluation } from './measure-labels.js';

type Point = readonly [x: number, y: number];

/** What stands in a picture; both axes run from 0 to 1, shares of something or of the largest. */
type Plot = {
  /** What it shows, for whoever does not see it. */
  readonly about: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly { readonly points: readonly Point[]; readonly kind: 'main' | 'second' | 'guide' }[];
  /** With words where they are told apart by them. */
  readonly dots: readonly { readonly at: Point; readonly word?: string }[];
  /** What 1 stands for on either axis where it is no share, and how a part of it is written. */
  readonly scale?: { readonly x: number; readonly y: number; readonly as: (y: number) => string };
};

const WIDTH = 244;
const HEIGHT = 208;
const LEFT = 38;
const BOTTOM = 36;
const TOP = 10;
const RIGHT = 10;

/** What was claimed beside what came true; on the diagonal, scores mean what they say. */
export function reliabilityPicture(label: string, { reliability }: LabelEvaluation): string {
  const points = reliability.map(({ claimed, happened }): Point => [claimed, happened]);
  return plot({
    about: `Reliability of ${label}: ${points.map(([x, y]) => `${share(x)} claimed, ${share(y)} true`).join('; ')}`,
    x: 'score',
    y: 'share with the label',
    lines: [
      {
        points: [
          [0, 0],
          [1, 1],
        ],
        kind: 'guide',
      },
      { points, kind: 'main' },
    ],
    dots: points.map((at) => ({ at })),
  });
}

/** Comments found against false alarms; the dot is the shipped threshold for review. */
export function rocPicture(label: string, { curve, review, auc }: LabelEvaluation): string {
  const points: Point[] = [[0, 0], ...curve.map(({ falseAlarms, recall }): Point => [falseAlarms, recall])];
  return plot({
    about: `ROC of ${label}, area ${auc?.toFixed(3) ?? 'unknown'}`,
    x: 'false alarms',
    y: 'found',
    lines: [
      {
        points: [
          [0, 0],
          [1, 1],
        ],
        kind: 'guide',
      },
      { points, kind: 'main' },
    ],
    dots: review === null ? [] : [{ at: [review.falseAlarms.share, review.recall.share], word: 'review' }],
  });
}

/** Precision against comments found, on a stream in which `prior` of the comments carry the label. */
export function precisionPicture(label: string, { curve, review }: LabelEvaluation): string {
  const prior = review?.onStream.prior ?? 0.02;
  const points = curve.map(({ falseAlarms, recall }): Point => {
    const right = prior * recall;
    return [recall, right === 0 ? 0 : right / (right + (1 - prior) * falseAlarms)];
  });
  return plot({
    about: `Precision and recall of ${label} where ${share(prior)} of the comments carry it`,
    x: 'found',
    y: `precision at ${share(prior)}`,
    lines: [{ points, kind: 'main' }],
    dots: review === null ? [] : [{ at: [review.recall.share, review.onStream.precision], word: 'review' }],
  });
}

/** What each threshold would find and flag. */
export function thresholdPicture(label: string, { curve, review, reject }: LabelEvaluation): string {
  const from = review?.threshold;
  const upright = (x: number) => ({
    points: [
      [x, 0],
      [x, 1],
    ] as const,
    kind: 'guide' as const,
  });
  return plot({
    about: `What thresholds for ${label} find and flag${from === undefined ? '' : `; review from ${from}`}`,
    x: 'threshold',
    y: 'found; false alarms (dashed)',
    lines: [
      ...(from === undefined ? [] : [upright(from)]),
      ...(reject === null ? [] : [upright(reject.threshold)]),
      { points: curve.map(({ threshold, recall }): Point => [threshold, recall]), kind: 'main' },
      { points: curve.map(({ threshold, falseAlarms }): Point => [threshold, falseAlarms]), kind: 'second' },
    ],
    dots: review === null ? [] : [{ at: [review.threshold, review.recall.share], word: 'review' }],
  });
}

/** Something that changed over a run's steps, from 0 to its largest. */
export function stepsPicture(
  y: string,
  values: readonly { readonly step: number; readonly value: number }[],
  as: (value: number) => string,
): string {
  const steps = values.at(-1)?.step ?? 0;
  const largest = Math.max(...values.map(({ value }) => value)) || 1;
  const first = values[0]?.value ?? 0;
  const last = values.at(-1)?.value ?? 0;
  return plot({
    about: `${y} over ${steps} steps: ${as(first)} at first, ${as(last)} at the end, at most ${as(largest)}`,
    x: 'step',
    y,
    lines: [{ points: values.map(({ step, value }): Point => [step / steps, value / largest]), kind: 'main' }],
    dots: [],
    scale: { x: steps, y: largest, as },
  });
}

/** A bar from 0 to 1 with its interval. @param goal null where there is none */
export function bar(
  value: number,
  { low, high }: { readonly low: number; readonly high: number },
  goal: number | null,
): string {
  const at = (part: number) => (part * 200).toFixed(1);
  return (
    `<svg class="bar" viewBox="0 0 200 12" role="img" aria-label="${share(value)}, between ${share(low)} and ${share(high)}">` +
    `<rect class="ground" width="200" height="12" rx="2"/>` +
    `<rect class="${goal === null ? 'plain' : value >= goal ? 'good' : 'bad'}" width="${at(value)}" height="12" rx="2"/>` +
    `<path class="whisker" d="M${at(low)} 6H${at(high)}M${at(low)} 3v6M${at(high)} 3v6"/>` +
    `${goal === null ? '' : `<path class="goal" d="M${at(goal)} 0v12"/>`}</svg>`
  );
}

function plot({ about, x, y, lines, dots, scale }: Plot): string {
  const px = (value: number) => (LEFT + value * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const py = (value: number) => (HEIGHT - BOTTOM - value * (HEIGHT - BOTTOM - TOP)).toFixed(1);
  const ticks = [0, 0.5, 1];
  const grid = ticks.map(
    (tick) => `<path class="grid" d="M${px(0)} ${py(tick)}H${px(1)}M${px(tick)} ${py(0)}V${py(1)}"/>`,
  );
  const marks = ticks.flatMap((tick) => [
    `<text x="${px(tick)}" y="${Number(py(0)) + 14}" text-anchor="middle">${scale === undefined ? tick : Math.round(tick * scale.x)}</text>`,
    `<text x="${LEFT - 6}" y="${Number(py(tick)) + 4}" text-anchor="end">${scale === undefined ? tick : scale.as(tick * scale.y)}</text>`,
  ]);
  const drawn = lines
    .filter(({ points }) => points.length > 1)
    .map(
      ({ points, kind }) =>
        `<polyline class="${kind}" points="${points.map(([a, b]) => `${px(a)},${py(b)}`).join(' ')}"/>`,
    );
  const spots = dots.map(({ at: [a, b], word }) => {
    // Words go to the side on which there is room.
    const right = a < 0.6;
    const text =
      word === undefined
        ? ''
        : `<text class="word" x="${Number(px(a)) + (right ? 8 : -8)}" y="${Number(py(b)) + (b > 0.5 ? 14 : -8)}" text-anchor="${right ? 'start' : 'end'}">${word}</text>`;
    return `<circle cx="${px(a)}" cy="${py(b)}" r="${word === undefined ? 2.5 : 4}"/>${text}`;
  });
  return [
    `<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(about)}">`,
    ...grid,
    ...marks,
    `<text x="${px(0.5)}" y="${HEIGHT - 4}" text-anchor="middle">${escaped(x)}</text>`,
    `<text transform="translate(11 ${py(0.5)}) rotate(-90)" text-anchor="middle">${escaped(y)}</text>`,
    ...drawn,
    ...spots,
    '</svg>',
  ].join('');
}

/** A text as HTML shows it. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function share(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
