import { describe, expect, it } from 'vitest';
import type { CapabilityResult } from '../../src/training/functional.js';
import type { LabelOutputs } from '../../src/training/measure.js';
import { kindsOfMistakes, worstOwnMistakes } from '../../src/training/mistakes.js';
import type { Row } from '../../src/training/rows.js';

const THRESHOLDS = { hate: { review: 0.5, reject: null }, insult: { review: 0.5, reject: null } };

/** So many texts with the label or without it, all with one score. */
function group(text: string, carries: boolean, score: number, count: number) {
  return Array.from({ length: count }, () => ({ text, carries, score }));
}

function kindsOf(
  given: readonly { readonly text: string; readonly carries: boolean; readonly score: number }[],
  set = 'gab',
) {
  const outputs: LabelOutputs = {
    label: 'hate',
    outcomes: given.map(({ text, carries }, index) => ({
      row: { text, set } as Row,
      index,
      logit: 0,
      value: carries ? 1 : 0,
      weight: 1,
    })),
  };
  const answers = given.map(({ score }) => ({ hate: score }));
  return kindsOfMistakes([outputs], answers, THRESHOLDS);
}

describe('Kinds of mistakes', () => {
  const quoted = 'the man said “these are strong words for a whole town of people” yesterday evening';
  const plain = 'the strong words for a whole town of people were heard yesterday evening again';

  it('are counted by label, fault and form, and hold no text', () => {
    const kinds = kindsOf([
      ...group(quoted, false, 0.9, 30),
      ...group(quoted, false, 0.1, 10),
      ...group(plain, true, 0.2, 5),
      ...group(plain, true, 0.8, 35),
    ]);
    expect(kinds.map(({ fault, form, wrong }) => [fault, form, wrong.hits, wrong.of])).toEqual([
      ['false alarm', 'with words in quotation marks', 30, 40],
      ['missed', 'in plain words', 5, 40],
    ]);
    expect(JSON.stringify(kinds)).not.toContain('strong words');
  });

  it('are those of texts of others: one may read our own', () => {
    expect(kindsOf(group(plain, true, 0.2, 40), 'own')).toEqual([]);
    expect(kindsOf(group(plain, true, 0.2, 40), 'threads')).toHaveLength(1);
  });

  it('of a handful of texts are not told, and few texts do not come before many', () => {
    const kinds = kindsOf([
      ...group('is it so that they all came over here at once?', true, 0.1, 19),
      ...group(plain, true, 0.1, 100),
      ...group(plain, true, 0.9, 50),
      ...group(quoted, true, 0.1, 14),
      ...group(quoted, true, 0.9, 6),
    ]);
    expect(kinds.map(({ form }) => form)).toEqual(['in plain words', 'with words in quotation marks']);
  });
});

it('Mistakes on texts of our own are quoted, the surest first', () => {
  const failure = (text: string, hate: number) => ({ text, scores: { hate, insult: 0.9 }, wrong: ['hate'] as const });
  const result = { capability: 'hate-plain', failures: [failure('near', 0.45), failure('far', 0.01)] };
  const worst = worstOwnMistakes([result as unknown as CapabilityResult], THRESHOLDS);
  expect(worst.map(({ text, label, fault }) => [text, label, fault])).toEqual([
    ['far', 'hate', 'missed'],
    ['near', 'hate', 'missed'],
  ]);
});
