/** One validation row as one label sees it. */
export type Judged = {
  /** A logit or a probability; larger means more. */
  readonly score: number;
  readonly carries: boolean;
};

/**
 * How often a row that carries the label scores above one that does not; .5 is chance.
 *
 * @returns NaN where there are no rows of one kind.
 */
export function areaUnderCurve(rows: readonly Judged[]): number {
  const sorted = [...rows].sort((a, b) => a.score - b.score);
  const positives = rows.filter((row) => row.carries).length;
  const negatives = rows.length - positives;
  let rankSum = 0;
  for (let i = 0; i < sorted.length; ) {
    let end = i;
    while (end < sorted.length && sorted[end]?.score === sorted[i]?.score) end++;
    const rank = (i + 1 + end) / 2;
    for (; i < end; i++) if (sorted[i]?.carries) rankSum += rank;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Mean precision over the rows that carry the label, best scores first. */
export function averagePrecision(rows: readonly Judged[]): number {
  const sorted = [...rows].sort((a, b) => b.score - a.score);
  let found = 0;
  let sum = 0;
  sorted.forEach((row, i) => {
    if (!row.carries) return;
    found++;
    sum += found / (i + 1);
  });
  return sum / found;
}

/** A probability, what came true (0, 1 or a fraction), and how much it counts. */
export type Claim = { readonly probability: number; readonly outcome: number; readonly weight: number };

/** Rows of about one probability. */
export type ReliabilityBin = {
  readonly rows: number;
  /** The weight of its rows among all. */
  readonly share: number;
  readonly claimed: number;
  readonly happened: number;
};

/** Ten groups of as many rows each, lowest probabilities first: what was claimed beside what came true. */
export function reliability(claims: readonly Claim[]): ReliabilityBin[] {
  const sorted = [...claims].sort((a, b) => a.probability - b.probability);
  const all = sorted.reduce((sum, { weight }) => sum + weight, 0);
  const groups = 10;
  return Array.from({ length: groups }, (_, g) => {
    const group = sorted.slice(
      Math.floor((g * sorted.length) / groups),
      Math.floor(((g + 1) * sorted.length) / groups),
    );
    const weight = group.reduce((sum, row) => sum + row.weight, 0);
    const mean = (of: (row: Claim) => number) =>
      group.reduce((sum, row) => sum + row.weight * of(row), 0) / Math.max(weight, 1e-12);
    return {
      rows: group.length,
      share: weight / Math.max(all, 1e-12),
      claimed: mean(({ probability }) => probability),
      happened: mean(({ outcome }) => outcome),
    };
  }).filter(({ rows }) => rows > 0);
}

/** Expected calibration error: how far probabilities lie from what came true, in the mean over {@link reliability}'s groups. */
export function calibrationError(claims: readonly Claim[]): number {
  return reliability(claims).reduce(
    (sum, { share, claimed, happened }) => sum + share * Math.abs(claimed - happened),
    0,
  );
}

export type Interval = { readonly low: number; readonly high: number };

/** Wilson's 95 % interval of a share. */
export function shareInterval(hits: number, of: number): Interval {
  if (of === 0) return { low: 0, high: 1 };
  const z = 1.96;
  const p = hits / of;
  const centre = (p + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of))) / (1 + (z * z) / of);
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** A share of rows, with Wilson's 95 % interval. */
export type Share = Interval & { readonly share: number; readonly hits: number; readonly of: number };

export function shareOf(hits: number, of: number): Share {
  return { share: hits / Math.max(1, of), ...shareInterval(hits, of), hits, of };
}

/**
 * The 95 % interval of an area under the curve.
 *
 * @see Hanley and McNeil, "The meaning and use of the area under a ROC curve", Radiology 1982.
 */
export function areaInterval(area: number, positives: number, negatives: number): Interval {
  const q1 = area / (2 - area);
  const q2 = (2 * area * area) / (1 + area);
  const variance =
    (area * (1 - area) + (positives - 1) * (q1 - area * area) + (negatives - 1) * (q2 - area * area)) /
    (positives * negatives);
  const half = 1.96 * Math.sqrt(Math.max(0, variance));
  return { low: Math.max(0, area - half), high: Math.min(1, area + half) };
}

/**
 * Cohen's κ: how far two agree beyond what chance would give.
 *
 * @param agree share of rows of which both say the same
 * @param one, other the shares of rows that each gives the label
 * @returns NaN where chance alone would make them agree on every row.
 */
export function kappaOf(agree: number, one: number, other: number): number {
  const chance = byChance(one, other);
  return (agree - chance) / (1 - chance);
}

/**
 * The 95 % interval of {@link kappaOf} over so many rows.
 *
 * @see Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 1960.
 */
export function kappaInterval(agree: number, one: number, other: number, rows: number): Interval {
  const value = kappaOf(agree, one, other);
  const half = (1.96 * Math.sqrt((agree * (1 - agree)) / rows)) / (1 - byChance(one, other));
  return { low: Math.max(-1, value - half), high: Math.min(1, value + half) };
}

function byChance(one: number, other: number): number {
  return one * other + (1 - one) * (1 - other);
}

/** What one threshold would find and flag. */
export type CurvePoint = { readonly threshold: number; readonly recall: number; readonly falseAlarms: number };

const POINTS = 80;

/** Recall and false alarms at thresholds from the highest score to the lowest, few enough to draw. */
export function curveOf(rows: readonly Judged[]): CurvePoint[] {
  const sorted = [...rows].sort((a, b) => b.score - a.score);
  const positives = Math.max(1, rows.filter((row) => row.carries).length);
  const negatives = Math.max(1, rows.filter((row) => !row.carries).length);
  const all: CurvePoint[] = [];
  let found = 0;
  let alarms = 0;
  sorted.forEach((row, i) => {
    if (row.carries) found++;
    else alarms++;
    if (sorted[i + 1]?.score === row.score) return;
    all.push({ threshold: row.score, recall: found / positives, falseAlarms: alarms / negatives });
  });
  // Even steps along the curve, not along the rows: where few rows carry the label, most steps would be alarms.
  const points: CurvePoint[] = [];
  let way = 0;
  let before = { recall: 0, falseAlarms: 0 };
  for (const point of all) {
    way += point.recall - before.recall + (point.falseAlarms - before.falseAlarms);
    before = point;
    if (way < 2 / POINTS && point !== all.at(-1)) continue;
    points.push(point);
    way = 0;
  }
  return points;
}
