import { describe, expect, it, test } from 'vitest';
import { asOnStream, fitPlatt } from '../../src/training/calibration.js';
import { onNaturalText } from '../../src/training/measure.js';
import {
  areaInterval,
  areaUnderCurve,
  averagePrecision,
  calibrationError,
  curveOf,
  reliability,
  shareInterval,
} from '../../src/training/metrics.js';
import { randomFrom } from '../../src/training/random.js';
import type { Row } from '../../src/training/rows.js';
import { rejectThreshold, reviewThreshold, worthOf } from '../../src/training/thresholds.js';

const rows = (...given: readonly (readonly [number, boolean])[]) =>
  given.map(([score, carries]) => ({ score, carries }));

test('the area under the curve is the share of pairs in the right order, ties counting half', () => {
  expect(areaUnderCurve(rows([0.9, true], [0.8, true], [0.1, false]))).toBe(1);
  expect(areaUnderCurve(rows([0.9, false], [0.1, true]))).toBe(0);
  expect(areaUnderCurve(rows([0.5, false], [0.5, true], [0.5, true]))).toBe(0.5);
  expect(areaUnderCurve(rows([0.1, false], [0.4, true], [0.6, false], [0.9, true]))).toBe(0.75);
});

test('average precision looks at the order from the top', () => {
  expect(averagePrecision(rows([0.9, true], [0.8, false], [0.7, true]))).toBeCloseTo((1 + 2 / 3) / 2, 12);
});

test('an interval of a share holds it and narrows with more rows', () => {
  const [few, many] = [shareInterval(5, 10), shareInterval(500, 1000)];
  expect(few.low).toBeLessThan(many.low);
  expect(many.high).toBeLessThan(few.high);
  expect(shareInterval(0, 0)).toEqual({ low: 0, high: 1 });
});

test('an area is known the better the more rows carry the label', () => {
  const [few, many] = [areaInterval(0.9, 10, 1000), areaInterval(0.9, 1000, 1000)];
  expect(few.low).toBeLessThan(many.low);
  // Hanley and McNeil's variance at .9 with ten and ten: (.09 + 9 (.81818 - .81) + 9 (.85263 - .81)) / 100.
  expect(areaInterval(0.9, 10, 10).low).toBeCloseTo(0.9 - 1.96 * Math.sqrt(0.005473), 3);
});

test('a curve begins with the highest scores, ends with all rows and has few points', () => {
  const random = randomFrom(7);
  const many = Array.from({ length: 5_000 }, () => ({ score: random(), carries: random() < 0.1 }));
  const curve = curveOf(many);
  expect(curve.length).toBeLessThan(100);
  expect(curve.length).toBeGreaterThan(40);
  expect(curve.at(-1)).toMatchObject({ recall: 1, falseAlarms: 1 });
  expect(curve.map(({ threshold }) => threshold)).toEqual(
    [...curve].map(({ threshold }) => threshold).sort((a, b) => b - a),
  );
  expect(curveOf(rows([0.9, true], [0.9, false], [0.1, false]))).toEqual([
    { threshold: 0.9, recall: 1, falseAlarms: 0.5 },
    { threshold: 0.1, recall: 1, falseAlarms: 1 },
  ]);
});

test('groups of probabilities weigh what their rows weigh', () => {
  const claims = Array.from({ length: 100 }, (_, i) => ({
    probability: i < 50 ? 0.1 : 0.9,
    outcome: i < 50 ? 0 : 1,
    weight: i < 50 ? 3 : 1,
  }));
  const bins = reliability(claims);
  expect(bins).toHaveLength(10);
  expect(bins.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  expect(bins[0]).toMatchObject({ rows: 10, claimed: expect.closeTo(0.1), happened: 0, share: expect.closeTo(0.15) });
});

describe('A calibration', () => {
  const random = randomFrom(1);
  const outcomes = Array.from({ length: 20_000 }, () => {
    const logit = (random() - 0.5) * 10;
    return { logit, value: random() < 1 / (1 + Math.exp(-(0.7 * logit - 1))) ? 1 : 0, weight: 1 };
  });

  it('finds the line that the outcomes were drawn from', () => {
    const { slope, intercept } = fitPlatt(outcomes);
    expect(slope).toBeCloseTo(0.7, 1);
    expect(intercept).toBeCloseTo(-1, 1);
  });

  it('for a stream in which a tenth carry the label says a tenth on average', () => {
    const stream = asOnStream(outcomes, 0.1);
    const { slope, intercept } = fitPlatt(stream);
    const total = stream.reduce((sum, { weight }) => sum + weight, 0);
    const claimed = stream.reduce(
      (sum, { logit, weight }) => sum + weight / (1 + Math.exp(-(slope * logit + intercept))),
      0,
    );
    expect(claimed / total).toBeCloseTo(0.1, 2);
  });

  it('leaves labels alone that are rare already', () => {
    const rare = outcomes.map((outcome, i) => ({ ...outcome, value: i % 100 === 0 ? 1 : 0 }));
    expect(asOnStream(rare, 0.1)).toEqual(rare);
  });
});

test('the calibration error of a coin that is said to be one is nought', () => {
  const coin = Array.from({ length: 1_000 }, (_, i) => ({ probability: 0.5, outcome: i % 2, weight: 1 }));
  expect(calibrationError(coin)).toBeCloseTo(0, 12);
  expect(calibrationError(coin.map((row) => ({ ...row, probability: 0.9 })))).toBeCloseTo(0.4, 12);
});

describe('A threshold', () => {
  const aims = { prior: 0.02, falsePositiveRate: 0.05, harmlessFlagged: 0.01, rejectPrecision: 0.9 };
  const found = Array.from({ length: 1_000 }, (_, i) => ({ score: i / 1_000, carries: i >= 800 }));

  it('is worth what it would be on a stream, not on the enriched rows', () => {
    const worth = worthOf(found, 0.79, 0.02);
    // All 200 positives and 10 of 800 negatives reach it: 95 % precision here, 62 % where one in fifty carries the label.
    expect(worth.recall).toBe(1);
    expect(worth.precision).toBeCloseTo((0.02 * 1) / (0.02 * 1 + 0.98 * (10 / 800)), 3);
    expect(worth.precisionLow).toBeLessThan(worth.precision);
    expect(worth.precisionHigh).toBeGreaterThan(worth.precision);
  });

  it('for review keeps both kinds of false alarm rare', () => {
    const harmless = Array.from({ length: 1_000 }, (_, i) => (i < 20 ? 0.9 : 0.1));
    const review = reviewThreshold(found, harmless, aims);
    expect(review.falsePositiveRate).toBeLessThanOrEqual(0.05);
    expect(harmless.filter((score) => score >= review.threshold).length).toBeLessThanOrEqual(10);
  });

  it('is set on the comments of readers, not on what was written to be mistaken, where there are enough', () => {
    const of = (set: string, carried: number, not: number) =>
      Array.from({ length: carried + not }, (_, i) => ({ row: { set } as Row, carries: i < carried }));
    const own = [...of('own', 60, 60), ...of('own-held-out', 60, 60)];
    const enough = of('dghs', 20, 2_000);
    expect(onNaturalText([...own, ...enough])).toEqual(enough);
    for (const few of [of('dghs', 19, 2_000), of('dghs', 20, 1_999)]) {
      expect(onNaturalText([...own, ...few])).toEqual([...own, ...few]);
    }
  });

  it('for rejecting exists only where the rows prove it', () => {
    expect(rejectThreshold(found, 0.5, aims)).toBeNull();
    const many = Array.from({ length: 100_000 }, (_, i) => ({ score: i / 100_000, carries: i >= 50_000 }));
    expect(rejectThreshold(many, 0.4, aims)?.precisionLow).toBeGreaterThanOrEqual(0.9);
  });
});
