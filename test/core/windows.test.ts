import { describe, expect, it, test } from 'vitest';
import { windowsOf, windowsOfSentences } from '../../src/core/windows.js';

test('a short text is one window', () => {
  expect(windowsOf(126, 126, 30)).toEqual([{ begin: 0, end: 126 }]);
  expect(windowsOf(0, 126, 30)).toEqual([{ begin: 0, end: 0 }]);
});

test.for([127, 200, 222, 223, 1000, 20_480])(
  'windows of %i tokens miss none, share enough, and end with the text',
  (count) => {
    const windows = windowsOf(count, 126, 30);
    expect(windows[0]?.begin).toBe(0);
    expect(windows.at(-1)?.end).toBe(count);
    for (const { begin, end } of windows) expect(end - begin).toBe(126);
    windows.slice(1).forEach(({ begin }, i) => {
      expect(begin).toBeGreaterThan(windows[i]?.begin ?? 0);
      expect((windows[i]?.end ?? 0) - begin).toBeGreaterThanOrEqual(30);
    });
  },
);

test('sizes that would never end are refused', () => {
  expect(() => windowsOf(10, 0, 0)).toThrow(RangeError);
  expect(() => windowsOf(10, 5, 5)).toThrow(RangeError);
});

describe('Sentences packed into windows', () => {
  const sizes = { size: 30, slack: 8, overlap: 8 };
  const lengthsOf = (lengths: readonly number[]) =>
    windowsOfSentences(lengths, sizes).map(({ begin, end }) => end - begin);

  it('stay together while they fit', () => {
    expect(lengthsOf([10, 10, 10, 10, 10, 10])).toEqual([30, 30]);
    expect(lengthsOf([38])).toEqual([38]);
    expect(lengthsOf([])).toEqual([0]);
  });

  it('keep a short remainder with the window before it', () => {
    expect(lengthsOf([20, 10, 5])).toEqual([35]);
    expect(lengthsOf([20, 10, 5, 25])).toEqual([35, 25]);
    expect(lengthsOf([29, 29, 3])).toEqual([29, 32]);
  });

  it('are cut only where one alone is too long', () => {
    expect(lengthsOf([20, 100, 20])).toEqual([20, 38, 38, 38, 38, 20]);
  });

  it.for([1, 2, 3, 4, 5, 6, 7, 8])('lose no token and never grow beyond a window (%i)', (seed) => {
    const lengths = Array.from({ length: 200 }, (_, i) => 1 + ((i * 7919 * seed) % (seed * 9)));
    const windows = windowsOfSentences(lengths, sizes);
    expect(windows[0]?.begin).toBe(0);
    expect(windows.at(-1)?.end).toBe(lengths.reduce((sum, length) => sum + length, 0));
    windows.forEach(({ begin, end }, i) => {
      expect(end - begin).toBeLessThanOrEqual(38);
      if (i > 0) expect(begin).toBeLessThanOrEqual(windows[i - 1]?.end ?? 0);
    });
  });
});
