import { describe, expect, it } from 'vitest';
import type { ByWord, Evaluation, Goal } from '../../src/training/evaluation.js';
import type { ReadersEvaluation } from '../../src/training/measure-readers.js';
import { shareOf } from '../../src/training/metrics.js';
import { missedGoals } from '../../src/training/report-missed.js';

const INTERVAL = { low: 0, high: 1 };

const goal = (about: Goal['about'], met: boolean): Goal => ({
  ...{ about, what: 'w', goal: 'g', measured: 'm', met },
  replaced: false,
});
const bySet = (set: string, by: ByWord['by'], wanted: number, labels: ByWord['labels'] = ['hate']): ByWord => ({
  kind: 'set',
  ...{ set, labels, by, wanted },
});

/** What was measured of a set by both words: areas, unless something else is changed. */
function read(set: string, { raters, readers }: { raters: number; readers: number }) {
  const word = (auc: number) => ({ area: { auc, interval: INTERVAL }, right: shareOf(auc * 100, 100), error: auc });
  const model = { byRaters: word(raters), byReaders: word(readers), agreed: { ...word(0.99), error: undefined } };
  return {
    ...{ set, label: 'hate', rows: 100, positives: { raters: 40, readers: 20, both: 18 } },
    ...{ agree: shareOf(76, 100), kappa: 0.46, model, readersByRaters: null },
  } as ReadersEvaluation;
}

const missed = (about: Partial<Evaluation>) =>
  missedGoals({ readers: [], capabilities: [], identities: null, labels: {}, ...about } as Evaluation);

describe('What is said of missed goals', () => {
  it('is nothing where none is missed', () => {
    expect(missed({ goals: [goal(bySet('gab', 'AUC', 0.88), true)] })).toBeNull();
  });

  it("tells a goal that is missed by the set's word alone from one that is missed by either", () => {
    const found = missed({
      goals: [goal(bySet('wide', 'AUC', 0.92), false), goal(bySet('near', 'AUC', 0.9), false)],
      readers: [read('wide', { raters: 0.65, readers: 0.95 }), read('near', { raters: 0.88, readers: 0.89 })],
    });
    expect(found?.sets?.rows[0]).toEqual([
      ...['wide: AUC of hate', '≥ 0.920', '100', '40, 20, 18', '76.0 %', '0.46'],
      ...['0.650', '0.950', '0.990'],
    ]);
    const [byReaders, still, agreed] = found?.sets?.found ?? [];
    expect(byReaders).toContain('1 of these 2 goals would be met: wide: AUC of hate (0.950, wanted 0.920).');
    expect(still).toMatch(/Missed by either word, .*: near: AUC of hate \(0\.890, wanted 0\.900\)\.$/);
    expect(agreed).toMatch(/2 of these 2 goals would be met: wide: .*; near: /);
  });

  it('goes by the mean where a goal is about several labels, and by nothing where one of them was not read', () => {
    const goals = [goal(bySet('news', 'AUC', 0.8, ['hate', 'threat']), false)];
    const hate = read('news', { raters: 0.6, readers: 0.8 });
    const threat = { ...read('news', { raters: 0.8, readers: 1 }), label: 'threat' } as const;
    const both = missed({ goals, readers: [hate, threat] });
    expect(both?.sets?.rows.map(([name, , , , , , model]) => [name, model])).toEqual([
      ['news: mean AUC', '0.700'],
      ['… hate', '0.600'],
      ['… threat', '0.800'],
    ]);
    expect(both?.sets?.found.join(' ')).toContain('1 of these 1 goals would be met: news: mean AUC (0.900');
    const one = missed({ goals, readers: [hate] });
    expect(one?.sets?.rows[0]?.slice(6)).toEqual(['–', '–', '–']);
    expect(one?.sets?.found).toEqual([]);
    expect(missed({ goals })?.sets?.rows).toEqual([
      ['news: mean AUC', '≥ 0.800', 'none', ...new Array<string>(6).fill('–')],
    ]);
  });

  it('takes a calibration error for met where it is small', () => {
    const goals = [goal(bySet('news', 'ECE', 0.03), false)];
    const found = missed({ goals, readers: [read('news', { raters: 0.08, readers: 0.02 })] });
    expect(found?.sets?.rows[0]?.slice(1, 2)).toEqual(['≤ 0.030']);
    expect(found?.sets?.rows[0]?.slice(6)).toEqual(['0.080', '0.020', '–']);
    expect(found?.sets?.found).toEqual([expect.stringContaining('1 of these 1 goals would be met')]);
  });

  it('counts misses and false alarms of our own texts by label, and the near ones, once for both goals about them', () => {
    const failure = (hate: number, insult: number, wrong: readonly string[]) => ({ scores: { hate, insult }, wrong });
    const failures = [failure(0.3, 0.9, ['hate', 'insult']), failure(0.1, 0, ['hate']), failure(0.9, 0, ['hate'])];
    const capabilities = [
      { cases: 30, passed: 27, share: 0.9, failures },
      { cases: 10, passed: 5, share: 0.5, failures: [] },
    ] as unknown as Evaluation['capabilities'];
    const at = { review: { threshold: 0.5 } };
    const labels = { hate: at, insult: at } as unknown as Evaluation['labels'];
    const goals = [goal({ kind: 'capabilities' }, false), goal({ kind: 'capabilities' }, false)];
    const named = goal({ kind: 'named', label: 'hate' }, false);
    const found = missed({ goals: [...goals, named], capabilities, labels });
    expect(found?.sets).toBeNull();
    expect(found?.others).toHaveLength(2);
    expect(found?.others[0]).toContain('1 of 2 capabilities are below 85.0 %; 8 of 40 texts are judged wrongly');
    expect(found?.others[0]).toContain('missed 2 times (hate 2), 1 of these with a score of at least half');
    expect(found?.others[0]).toContain('found 2 times (insult 1, hate 1)');
    expect(found?.others[1]).toContain(
      'missed in 2 texts, 1 of them with a score of at least half the threshold of 0.5',
    );
  });
});
