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
  return evaluateReaders([...rows, unread], ['insult', 'toxicity'], answers);
};

it('A model is measured by raters and by readers on the same rows, for what both were asked', () => {
  const [one, ...more] = evaluate((i) => i);
  expect(more).toEqual([]);
  expect(one).toMatchObject({ set: 'news', label: 'toxicity', rows: 20, positives: { raters: 10, readers: 10 } });
  expect(one?.model.byReaders?.auc).toBe(1);
  expect(one?.model.byRaters?.auc).toBeCloseTo(0.45, 12);
  expect(one?.readersByRaters?.auc).toBeCloseTo(0.45, 12);
  const [other] = evaluate((i) => (i % 2 === 0 ? 1 : 0));
  expect(other?.model.byRaters?.auc).toBe(1);
  expect(other?.model.byReaders?.auc).toBeCloseTo(0.5, 12);
});
