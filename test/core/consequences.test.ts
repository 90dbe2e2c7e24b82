import { describe, expect, it } from 'vitest';
import {
  ASSUMED_PRIOR,
  chooseThreshold,
  consequenceOf,
  type Prior,
  unmetPrecision,
} from '../../src/core/consequences.js';
import { type Evidence, measuredAt } from '../../src/core/evidence.js';
import { wilson } from '../../src/core/intervals.js';
import { readPolicy } from '../../src/core/policy.js';
import { histogramsOf } from '../../src/training/evidence.js';
import { randomFrom } from '../../src/training/random.js';

/** Scores of rows whose distribution is known: carriers lean to 1, others to 0. The share of each at or above a score is exact. */
const CARRIER = { draw: (u: number) => u ** (1 / 4), atLeast: (t: number) => 1 - t ** 4 };
const OTHER = { draw: (u: number) => 1 - (1 - u) ** (1 / 12), atLeast: (t: number) => (1 - t) ** 12 };

function validation(seed: number, positives: number, negatives: number): Evidence {
  const random = randomFrom(seed);
  return {
    kind: 'histogram',
    ...histogramsOf([
      ...Array.from({ length: positives }, () => ({ score: CARRIER.draw(random()), carries: true })),
      ...Array.from({ length: negatives }, () => ({ score: OTHER.draw(random()), carries: false })),
    ]),
  };
}

const truePrecision = (threshold: number, prior: number) => {
  const right = prior * CARRIER.atLeast(threshold);
  return right / (right + (1 - prior) * OTHER.atLeast(threshold));
};

const RUNS = 400;

describe('What a threshold does', () => {
  it('where an audit has found nobody guilty yet, is shown for the one that rejects least and not for all comments', () => {
    const none: Prior = { share: { value: 0, lower: 0, upper: 0.01 }, source: 'audit' };
    const { threshold, consequence } = chooseThreshold(validation(5, 500, 5_000), 0.95, none);
    expect(threshold).toBeNull();
    expect(consequence?.precision.lower).toBe(0);
    expect(consequence?.rejectedShare.value).toBeLessThan(0.01);
  });

  it('is what it does to a stream: precision, recall and shares lie in their intervals nearly always', () => {
    const inside = { precision: 0, recall: 0, rejectedShare: 0, wronglyRejectedPerThousand: 0 };
    const prior = 0.02;
    for (let run = 0; run < RUNS; run += 1) {
      const measured = measuredAt(validation(run, 500, 5_000), 0.3);
      if (measured === null) throw new Error('Nothing was measured.');
      const found = consequenceOf(measured, ASSUMED_PRIOR);
      const truth = {
        precision: truePrecision(0.3, prior),
        recall: CARRIER.atLeast(0.3),
        rejectedShare: prior * CARRIER.atLeast(0.3) + (1 - prior) * OTHER.atLeast(0.3),
        wronglyRejectedPerThousand: 1000 * (1 - prior) * OTHER.atLeast(0.3),
      };
      for (const key of ['precision', 'recall', 'rejectedShare', 'wronglyRejectedPerThousand'] as const) {
        const { value, lower, upper } = found[key];
        expect(lower).toBeLessThanOrEqual(value);
        expect(upper).toBeGreaterThanOrEqual(value);
        if (lower <= truth[key] && truth[key] <= upper) inside[key] += 1;
      }
    }
    for (const count of Object.values(inside)) expect(count / RUNS).toBeGreaterThan(0.93);
    // Not so wide that they say nothing.
    expect(
      consequenceOf(measuredAt(validation(1, 500, 5_000), 0.3) as never, ASSUMED_PRIOR).precision.upper,
    ).toBeLessThan(0.75);
  });

  it('is another thing on a live stream than on enriched validation rows', () => {
    const measured = measuredAt(validation(1, 700, 300), 0.3);
    if (measured === null) throw new Error('Nothing was measured.');
    const enriched: Prior = { share: wilson(700, 1000), source: 'given' };
    expect(consequenceOf(measured, enriched).precision.value).toBeGreaterThan(0.98);
    expect(consequenceOf(measured, ASSUMED_PRIOR).precision.value).toBeLessThan(0.7);
  });
});

describe('A threshold chosen for a precision', () => {
  it('keeps its word: the true precision meets the target in at least 95 of 100 validation sets', () => {
    let chosen = 0;
    let kept = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const { threshold, consequence } = chooseThreshold(validation(1_000 + run, 2_000, 20_000), 0.9, ASSUMED_PRIOR);
      if (threshold === null) continue;
      chosen += 1;
      expect(consequence?.threshold).toBe(threshold);
      if (truePrecision(threshold, 0.02) >= 0.9) kept += 1;
    }
    expect(chosen / RUNS).toBeGreaterThan(0.95);
    expect(kept / chosen).toBeGreaterThanOrEqual(0.95);
  });

  it('is none where too few rows were measured, and then says what comes nearest', () => {
    const { threshold, consequence } = chooseThreshold(validation(3, 100, 400), 0.95, ASSUMED_PRIOR);
    expect(threshold).toBeNull();
    expect(consequence?.precision.lower).toBeLessThan(0.95);
    expect(consequence?.threshold).toBeGreaterThan(0.2);
  });

  it('is lower where more comments carry the label', () => {
    const evidence = validation(4, 2_000, 20_000);
    const at = (share: number) =>
      chooseThreshold(evidence, 0.9, { share: { value: share, lower: share, upper: share }, source: 'given' })
        .threshold;
    expect(at(0.2)).toBeLessThan(at(0.02) ?? 0);
  });
});

describe('A label that a policy lets reject by itself', () => {
  const evidence = validation(5, 2_000, 20_000);
  const unmet = (policy: object) =>
    unmetPrecision(
      readPolicy(policy),
      (label) => (label === 'hate' ? evidence : null),
      () => ASSUMED_PRIOR,
    );
  const hate = (reject: number) => ({ thresholds: { hate: { review: 0.2, reject } } });
  const { threshold } = chooseThreshold(evidence, 0.95, ASSUMED_PRIOR);

  it('may from the threshold on whose precision is certain enough, and not below', () => {
    if (threshold === null) throw new Error('There is no such threshold.');
    expect(unmet({ defaults: hate(threshold) })).toEqual([]);
    expect(unmet({ defaults: hate(0.3) })).toMatchObject([
      {
        pointer: '/defaults/thresholds/hate/reject',
        label: 'hate',
        threshold: 0.3,
        target: 0.95,
        precision: { lower: expect.any(Number) },
        wouldDo: threshold,
      },
    ]);
  });

  it('is told where it is written, also in a section, and once', () => {
    const policy = {
      defaults: { thresholds: { hate: { review: 0.2 } } },
      sections: { world: hate(0.3), local: { agree: 0.1 } },
    };
    expect(unmet(policy).map(({ pointer }) => pointer)).toEqual(['/sections/world/thresholds/hate/reject']);
  });

  it('is also asked for what an article and its section say together', () => {
    if (threshold === null) throw new Error('There is no such threshold.');
    const policy = {
      defaults: { thresholds: { hate: { review: 0.2 } } },
      sections: { world: hate(threshold) },
      articles: { trial: { precision: 0.9999 }, harbour: { agree: 0.1 } },
    };
    expect(unmet(policy)).toMatchObject([{ pointer: '/articles/trial/thresholds/hate/reject', target: 0.9999 }]);
    expect(unmet({ ...policy, articles: { trial: { precision: 0.9 } } })).toEqual([]);
  });

  it('may not where nothing was measured', () => {
    expect(unmet({ defaults: { thresholds: { spam: { review: 0.5, reject: 0.99 } } } })).toMatchObject([
      { label: 'spam', precision: null, wouldDo: null },
    ]);
  });
});

describe('A policy of three hundred articles under forty sections', () => {
  it('is looked at once for each threshold and precision, also where each article has its own', () => {
    const numbered = (count: number, what: (n: number) => object) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`n${n}`, what(n)]));
    const policy = readPolicy({
      defaults: { thresholds: { hate: { review: 0.2, reject: 0.9 } } },
      sections: numbered(40, (n) => ({ thresholds: { insult: { review: 0.2, reject: 0.5 + n / 1_000 } } })),
      articles: numbered(300, (n) => ({
        agree: n / 1_000,
        thresholds: { threat: { review: 0.2, reject: 0.5 + n / 1_000 } },
      })),
    });
    const asked: string[] = [];
    const evidence = validation(6, 500, 5_000);
    const began = performance.now();
    const unmet = unmetPrecision(
      policy,
      () => evidence,
      () => ASSUMED_PRIOR,
      (label, threshold) => {
        asked.push(`${label} ${threshold}`);
        return null;
      },
    );
    // It took forty seconds where each place was looked at; other tests share the processors.
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(asked).toHaveLength(1 + 40 + 300);
    expect(new Set(asked).size).toBe(asked.length);
    const pointers = unmet.flatMap(({ threshold, pointer }) => (threshold === 0.5 ? [pointer] : []));
    expect(pointers).toEqual(['/sections/n0/thresholds/insult/reject', '/articles/n0/thresholds/threat/reject']);
  });
});

describe('Evidence of single thresholds', () => {
  const points: Evidence = {
    kind: 'points',
    positives: 508,
    negatives: 4_584,
    points: [{ threshold: 0.269, recall: 0.7087, falseAlarms: 0.05 }],
  };

  it('says something about those and nothing about any other', () => {
    expect(consequenceOf(measuredAt(points, 0.269) as never, ASSUMED_PRIOR)).toMatchObject({
      precision: {
        value: expect.closeTo(0.2244, 3),
        lower: expect.closeTo(0.1939, 3),
        upper: expect.closeTo(0.2571, 3),
      },
      recall: { value: expect.closeTo(0.7087, 4) },
    });
    expect(measuredAt(points, 0.9)).toBeNull();
    expect(chooseThreshold(points, 0.95, ASSUMED_PRIOR)).toMatchObject({
      threshold: null,
      consequence: { threshold: 0.269 },
    });
  });
});
