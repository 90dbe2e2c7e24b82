import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markedPieces, seen } from '../../src/web/rules/marked.js';

describe('A text with stretches', () => {
  it('is cut where they begin and end', () => {
    expect(
      markedPieces('Go home now', [
        { begin: 0, end: 7 },
        { begin: 3, end: 11 },
      ]),
    ).toEqual([
      { begin: 0, text: 'Go ', under: [0] },
      { begin: 3, text: 'home', under: [0, 1] },
      { begin: 7, text: ' now', under: [1] },
    ]);
  });

  it('stays whole and in order, whatever the stretches', () => {
    const stretch = fc.record({ begin: fc.integer({ min: -3, max: 40 }), end: fc.integer({ min: -3, max: 40 }) });
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.array(stretch), (text, stretches) => {
        const pieces = markedPieces(text, stretches);
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        for (const { begin, text: words, under } of pieces) {
          for (const place of under) {
            expect(stretches[place]?.begin).toBeLessThanOrEqual(begin);
            expect(stretches[place]?.end).toBeGreaterThanOrEqual(begin + words.length);
          }
        }
      }),
    );
  });
});

describe('What cannot be seen', () => {
  it('is shown by its name', () => {
    expect(seen('yo\u200Bu c\u00ADame\n')).toEqual([
      { text: 'yo', invisible: false },
      { text: 'ZWSP', invisible: true },
      { text: 'u c', invisible: false },
      { text: 'SHY', invisible: true },
      { text: 'ame\n', invisible: false },
    ]);
  });

  it('is shown by its number where it has no short name', () => {
    expect(seen('\u{E0061}')).toEqual([{ text: 'U+E0061', invisible: true }]);
  });
});
