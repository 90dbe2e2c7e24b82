import { describe, expect, it } from 'vitest';
import { byChance, comparison, EarlierEvaluation } from '../../src/training/compare.js';
import type { Evaluation } from '../../src/training/evaluation.js';
import { shareOf } from '../../src/training/metrics.js';

const label = (auc: number, rows = 100) => ({
  rows,
  positives: 20,
  auc,
  aucInterval: { low: auc - 0.02, high: auc + 0.02 },
  review: { threshold: 0.3, recall: shareOf(15, 20), falseAlarms: shareOf(4, 80) },
});
const wrong = (...texts: readonly string[]) => ({
  capability: 'cheering',
  cases: 10,
  passed: 10 - texts.length,
  failures: texts.map((text) => ({ text })),
});
const evaluation = (name: string, about: object) =>
  ({
    ...{ id: `${name}-1234567890abcdef`, name, rows: 100, harmless: shareOf(3, 100) },
    ...{ labels: {}, capabilities: [], goals: [], ...about },
  }) as unknown as Evaluation;
const beside = (before: object, now: object) =>
  comparison(evaluation('new', now), EarlierEvaluation.parse(evaluation('old', before)));

describe('Two artefacts beside each other', () => {
  it('say where a label ranks below what the earlier one is sure of, and only there', () => {
    const text = beside(
      { labels: { hate: label(0.93), threat: label(0.96) } },
      { labels: { hate: label(0.9), threat: label(0.945) } },
    );
    expect(text).toContain('| hate | 0.930 → 0.900 (below its interval) |');
    expect(text).toContain('| threat | 0.960 → 0.945 |');
    expect(text).toContain('75.0 % → 75.0 %');
  });

  it('compare no label that was measured on other rows', () => {
    const text = beside({ labels: { hate: label(0.93, 90) } }, { labels: { hate: label(0.9) } });
    expect(text).not.toContain('0.930');
    expect(text).toContain('not compared: hate');
  });

  it('are told apart by the texts that only one judges rightly', () => {
    const text = beside({ capabilities: [wrong('a', 'b', 'c')] }, { capabilities: [wrong('c', 'd')] });
    expect(text).toContain('| cheering | 7 → 8 of 10 | 2 | 1 | 1.00 |');
    expect(beside({ capabilities: [{ ...wrong('a'), cases: 9 }] }, { capabilities: [wrong()] })).not.toContain('cheer');
  });

  it('say which goals are met that were not', () => {
    const goal = (measured: string, met: boolean) => ({ goals: [{ what: 'mean', goal: '≥ 0.9', measured, met }] });
    expect(beside(goal('0.89', false), goal('0.91', true))).toContain('| mean | ≥ 0.9 | 0.89 → 0.91 | met now |');
  });
});

it('How far apart chance brings two is the exact test of their differing texts', () => {
  expect(byChance(1, 1)).toBe(1);
  // 2 · (1 + 10) / 2^10
  expect(byChance(9, 10)).toBeCloseTo(0.0215, 4);
  expect(byChance(5, 10)).toBe(1);
});
