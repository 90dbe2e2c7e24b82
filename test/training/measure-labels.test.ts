import { expect, it } from 'vitest';
import type { LabelOutputs } from '../../src/training/measure.js';
import { evaluateLabel } from '../../src/training/measure-labels.js';
import type { Row } from '../../src/training/rows.js';

/** A hundred rows, of which every tenth is hateful and scored higher by the head. */
const OUTPUTS: LabelOutputs = {
  label: 'hate',
  outcomes: Array.from({ length: 100 }, (_, index) => {
    const carries = index % 10 === 0;
    const row = { id: `row-${index}`, set: 'gab', text: 'a text' } as Row;
    return { row, index, logit: carries ? 2 : -2, value: carries ? 1 : 0, weight: 1 };
  }),
};

const errorOf = (answer: (carries: boolean) => number) => {
  const answers = OUTPUTS.outcomes.map(({ value }) => ({ hate: answer(value === 1) }));
  return evaluateLabel(OUTPUTS, answers, {}, { prior: 0.02, largestShare: 0.1 }).calibrationError;
};

it('The calibration error of a label is that of the scores which are answered', () => {
  expect(errorOf((carries) => (carries ? 1 : 0))).toBeCloseTo(0, 6);
  expect(errorOf((carries) => (carries ? 0.5 : 0))).toBeCloseTo(0.05, 6);
  expect(errorOf((carries) => (carries ? 1 : 0.3))).toBeCloseTo(0.27, 6);
});
