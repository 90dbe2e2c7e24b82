import { expect, it } from 'vitest';
import { evaluateReaders } from '../../src/training/measure-readers.js';
import type { Row } from '../../src/training/rows.js';

const target = (value: number) => ({ value, weight: 1 });

/** Twenty rows: readers say toxic of the last ten, raters of every second one. The model scores as `score` says. */
const evaluate = (score: (i: number) => number) => {
  const rows = Array.from({ length: 20 }, (_, i) => ({
    id: `row-${i}`,
    set: 'news',
    byItsSet: { toxicity: target(i % 2 === 0 ? 2 / 3 : 1 / 3) },
    byReaders: { toxicity: target(i / 19), insult: target(0) },
  })) as unknown as Row[];
  const unread = { id: 'unread', set: 'other', byItsSet: { toxicity: target(1) } } as unknown as Row;
  const answers = [...rows, unread].map((_, i) => ({ toxicity: score(i) }));
  return evaluateReaders([...rows, unread], ['insult', 'toxicity'], answers, {
    thresholds: { toxicity: { review: 10, reject: null } },
    largestShare: 0.5,
  });
};

it('A model is measured by raters and by readers on the same rows, for what both were asked', () => {
  const [one, ...more] = evaluate((i) => i);
  expect(more).toEqual([]);
  expect(one).toMatchObject({
    set: 'news',
    label: 'toxicity',
    rows: 20,
    positives: { raters: 10, readers: 10, both: 5 },
  });
  expect(one?.agree).toMatchObject({ hits: 10, of: 20 });
  // Half of the rows each: to agree on half of them is what chance gives.
  expect(one?.kappa).toBeCloseTo(0, 12);
  expect(one?.model.byReaders.area?.auc).toBe(1);
  expect(one?.model.byRaters.area?.auc).toBeCloseTo(0.45, 12);
  expect(one?.readersByRaters?.auc).toBeCloseTo(0.45, 12);
  const [other] = evaluate((i) => (i % 2 === 0 ? 1 : 0));
  expect(other?.model.byRaters.area?.auc).toBe(1);
  expect(other?.model.byReaders.area?.auc).toBeCloseTo(0.5, 12);
});

it('Both words are held against the shipped threshold, and so is what they agree on', () => {
  const [one] = evaluate((i) => i);
  expect(one?.model.byReaders.right.share).toBe(1);
  expect(one?.model.byRaters.right.share).toBe(0.5);
  expect(one?.model.agreed).toMatchObject({ area: { auc: 1 }, right: { hits: 10, of: 10 } });
});

it('A calibration error is that by the shares of whose word it is', () => {
  const [one] = evaluate((i) => i / 19);
  expect(one?.model.byReaders.error).toBeCloseTo(0, 12);
  expect(one?.model.byRaters.error).toBeGreaterThan(0.2);
});
