import { describe, expect, it, test } from 'vitest';
import { ago, cardinal, duration, minutesSeconds, ordinal, percent, score, threshold } from '../../src/web/format.js';
import { inSentence, unstacked } from '../../src/web/plain.js';

describe('A name in a sentence', () => {
  it('turns no line round', () => {
    expect(inSentence('\u202Eevil\u2066\u200F')).toBe('evil');
  });

  it('stays on one line', () => {
    expect(inSentence(' a\nb\u2028c\t\0d ')).toBe('a b c d');
  });
});

describe('Stacked marks', () => {
  it('are cut where they would cover other lines', () => {
    expect(unstacked(`t${'\u0301'.repeat(10_000)}ower`)).toHaveLength('tower'.length + 6);
  });

  it.for(['Dziękuję', 'שָׁלוֹם', 'हिन्दी', 'Việt', '👩🏽‍🚒'])('are left alone in %s', (word) => {
    expect(unstacked(word)).toBe(word);
    expect(unstacked(word.normalize('NFD'))).toBe(word.normalize('NFD'));
  });
});

test.for([
  [-5_000, '0 seconds'],
  [1_000, '1 second'],
  [59_000, '59 seconds'],
  [26 * 60_000, '26 min'],
  [130 * 60_000, '2 h 10 min'],
  [2 * 3_600_000, '2 h'],
  [3 * 86_400_000, '3 days'],
] as const)('%d ms are %s', ([ms, words]) => {
  expect(duration(ms)).toBe(words);
});

test('Figures are written as the desk writes them', () => {
  expect([score(0.91), score(0), score(1)]).toEqual(['.91', '.00', '1.00']);
  expect([0.285, 0.2, 0.95, 1, 0.28999999].map(threshold)).toEqual(['.285', '.20', '.95', '1.00', '.29']);
  expect([minutesSeconds(272_400), minutesSeconds(-1)]).toEqual(['4:32', '0:00']);
  expect([percent(31, 100), percent(0, 0)]).toEqual(['31 %', '0 %']);
  expect([ordinal(2), ordinal(11), ordinal(21), ordinal(112)]).toEqual(['second', '11th', '21st', '112th']);
  expect([cardinal(3), cardinal(12)]).toEqual(['three', '12']);
  expect([ago(900), ago(20_000)]).toEqual(['just now', '20 seconds ago']);
});
