import { describe, expect, it } from 'vitest';
import { calibrate } from '../../src/core/calibrate.js';
import { asOnStream, fitIsotonic, fitTemperature, streamOdds } from '../../src/training/calibration.js';
import { calibrationOf, chooseCalibration } from '../../src/training/calibration-choice.js';
import { normal, randomFrom } from '../../src/training/random.js';
import type { Row } from '../../src/training/rows.js';

/** Rows whose chance of the label is known, `carried` of ten each in a debate. */
function drawn(count: number, chance: (logit: number) => number, set = 'gab') {
  const random = randomFrom(7);
  return Array.from({ length: count }, (_, i) => {
    const logit = 3 * normal(random);
    const row = { id: `thread-${Math.floor(i / 10)}-${i % 10}`, set, text: '' } as Row;
    return { row, logit, value: random() < chance(logit) ? 1 : 0, weight: 1 };
  });
}

const line = (slope: number, intercept: number) => (logit: number) => 1 / (1 + Math.exp(-(slope * logit + intercept)));

describe('The calibration of a label', () => {
  it('is Platt where the outcomes lie on its line, and temperature leaves out the offset', () => {
    const rows = drawn(4_000, line(0.7, -1.5));
    const { chosen, validated } = chooseCalibration(rows, 1);
    expect(chosen).toBe('platt');
    expect(validated.platt.worse).toEqual({ by: 0, standardError: 0 });
    expect(validated.temperature.worse.by).toBeGreaterThan(5 * validated.temperature.worse.standardError);
    expect(validated.temperature.logLoss - validated.platt.logLoss).toBeCloseTo(validated.temperature.worse.by, 4);
  });

  it('stays Platt where temperature does as well but for chance', () => {
    const { chosen, validated } = chooseCalibration(drawn(4_000, line(0.7, 0)), 1);
    expect(chosen).toBe('platt');
    const { by, standardError } = validated.temperature.worse;
    expect(Math.abs(by)).toBeLessThan(2 * standardError);
  });

  it('is isotonic where no line fits, and says what each kind reached', () => {
    // Half of what scores highest is a kind of text that the head takes for the label.
    const rows = drawn(4_000, (logit) => (logit > 0 ? 0.5 : 0.02));
    const { chosen, validated } = chooseCalibration(rows, 1);
    expect(chosen).toBe('isotonic');
    expect(validated.isotonic.worse.by).toBeLessThan(-2 * validated.isotonic.worse.standardError);
    expect(validated.isotonic.logLoss).toBeLessThan(validated.platt.logLoss);
    const calibration = calibrationOf(chosen, rows, 1);
    expect(calibrate(3, calibration)).toBeCloseTo(0.5, 1);
    expect(calibrate(-3, calibration)).toBeCloseTo(0.02, 1);
  });

  it('counts rows of one debate as one, so that they do not make a difference sure', () => {
    // Every debate says the same ten times: a tenth of the rows, and about three times the error.
    const few = drawn(300, line(0.7, -0.4));
    const many = few.flatMap(({ row, ...rest }, debate) =>
      Array.from({ length: 10 }, (_, i) => ({ ...rest, row: { ...row, id: `thread-${debate}-${i}` } })),
    );
    const errorIn = (set: string) =>
      chooseCalibration(
        many.map(({ row, ...rest }) => ({ ...rest, row: { ...row, set } })),
        1,
      ).validated.isotonic.worse.standardError;
    expect(errorIn('threads')).toBeGreaterThan(2 * errorIn('gab'));
  });

  it('as a temperature keeps the odds of the stream for which rows are weighed', () => {
    const rows = drawn(8_000, line(0.5, 0));
    const odds = streamOdds(rows, 0.1);
    expect(odds).toBeCloseTo(Math.log(1 / 9), 1);
    const temperature = fitTemperature(asOnStream(rows, 0.1), odds);
    expect(temperature).toMatchObject({ kind: 'platt', slope: expect.closeTo(0.5, 1), intercept: odds });
  });

  it('rises as an isotonic line, is never sure, and stands also on rows that are all alike', () => {
    const rows = [0.9, 0.1, 0.5, 0.5, 0.7].map((value, logit) => ({ logit, value, weight: 1 }));
    expect(fitIsotonic(rows)).toEqual({
      kind: 'isotonic',
      logits: [1.5, 4],
      probabilities: [expect.closeTo(0.5), expect.closeTo(0.7)],
    });
    const alike = fitIsotonic([{ logit: 1, value: 0, weight: 1 }]);
    expect(calibrate(5, alike)).toBe(1e-4);
    expect(calibrate(5, fitIsotonic([]))).toBe(0.5);
  });
});
