import { describe, expect, it, test } from 'vitest';
import { calibrate, LabelCalibration } from '../../src/core/calibrate.js';

describe('A calibration by Platt', () => {
  const calibration = { kind: 'platt', slope: 2, intercept: -1 } as const;

  it('gives one half where slope and intercept meet', () => {
    expect(calibrate(0.5, calibration)).toBeCloseTo(0.5, 12);
  });

  it('keeps the order of comments', () => {
    const scores = [-40, -3, 0, 0.1, 2, 900].map((logit) => calibrate(logit, calibration));
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
    expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
  });

  it('never turns a broken number into a score', () => {
    for (const logit of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(() => calibrate(logit, calibration)).toThrow(RangeError);
    }
  });

  it('is refused where its slope would turn the order round', () => {
    expect(LabelCalibration.safeParse({ kind: 'platt', slope: -1, intercept: 0 }).success).toBe(false);
  });
});

describe('An isotonic calibration', () => {
  const calibration = { kind: 'isotonic', logits: [-2, 0, 2], probabilities: [0.1, 0.2, 0.9] } as const;
  const given = { ...calibration, logits: [...calibration.logits], probabilities: [...calibration.probabilities] };

  it('is a line between its points and level beyond them', () => {
    expect([-5, -2, -1, 0, 1, 2, 7].map((logit) => Number(calibrate(logit, given).toFixed(3)))).toEqual([
      0.1, 0.1, 0.15, 0.2, 0.55, 0.9, 0.9,
    ]);
  });

  test.for([{ probabilities: [0.1, 0.2] }, { logits: [-2, 2, 0] }, { probabilities: [0.1, 0.9, 0.2] }])(
    'is refused with %j, which would give no number or turn the order round',
    (change) => {
      expect(LabelCalibration.safeParse(given).success).toBe(true);
      expect(LabelCalibration.safeParse({ ...given, ...change }).success).toBe(false);
    },
  );
});
