import { describe, expect, it, test } from 'vitest';
import { bringBack, reporterWeight } from '../../src/core/reporters.js';

describe('A reader’s report', () => {
  test.for([
    { right: 0, wrong: 0, weight: 1 },
    { right: 8, wrong: 0, weight: 20 / 12 },
    { right: 0, wrong: 8, weight: 4 / 12 },
    { right: 3, wrong: 3, weight: 1 },
    { right: 996, wrong: 0, weight: 1.996 },
  ])('of one who was right $right times and wrong $wrong times counts $weight', ({ right, wrong, weight }) => {
    expect(reporterWeight({ right, wrong })).toBeCloseTo(weight, 10);
  });

  it('counts one where reporters are not weighed', () => {
    const wrong = Array.from({ length: 3 }, () => ({ right: 0, wrong: 8 }));
    expect(bringBack(wrong, { toReview: 3, weighed: false })).toBe(true);
    expect(bringBack(wrong, { toReview: 3, weighed: true })).toBe(false);
  });

  it('of two who are nearly always right is worth three of strangers', () => {
    const stranger = { right: 0, wrong: 0 };
    const settings = { toReview: 3, weighed: true };
    expect(bringBack([stranger, stranger], settings)).toBe(false);
    expect(bringBack([stranger, stranger, stranger], settings)).toBe(true);
    const good = { right: 8, wrong: 0 };
    expect(bringBack([good, good], settings)).toBe(true);
  });
});
