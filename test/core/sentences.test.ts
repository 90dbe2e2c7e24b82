import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { LONGEST_SENTENCE, splitSentences } from '../../src/core/sentences.js';

const cut = (text: string) => splitSentences(text).map(({ begin, end }) => text.slice(begin, end).trim());

describe('A text', () => {
  test.for([
    ['One. Two! Three? Four', ['One.', 'Two!', 'Three?', 'Four']],
    ['no capitals. just like this', ['no capitals.', 'just like this']],
    ['Really?! Yes... maybe.', ['Really?!', 'Yes...', 'maybe.']],
    ['He said "no." She left.', ['He said "no."', 'She left.']],
    ['A line\nanother\n\na third', ['A line', 'another', 'a third']],
    ['Dr. Weaver paid $3.50 to Mr. Hale, i.e. too much.', ['Dr. Weaver paid $3.50 to Mr. Hale, i.e. too much.']],
    ['A. Weaver said so. So did I. You too.', ['A. Weaver said so.', 'So did I.', 'You too.']],
    ['1. First. 2. Second.', ['1. First.', '2. Second.']],
    ['see [link]. then go', ['see [link].', 'then go']],
    ['他来了。她走了。', ['他来了。', '她走了。']],
    ['', []],
  ] as const)('%j is cut where its sentences end', ([text, sentences]) => {
    expect(cut(text)).toEqual(sentences);
  });

  it('is covered from end to end, by stretches that are not empty and not longer than the bound', () => {
    const writing = fc
      .array(fc.constantFrom('a', 'word ', '. ', '.', '! ', '\n', ' ', '"', '1', 'Mr. ', '😀', 'x'.repeat(450)), {
        maxLength: 60,
      })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(writing, fc.string({ unit: 'binary' })), (text) => {
        const sentences = splitSentences(text);
        expect(sentences.map(({ begin, end }) => text.slice(begin, end)).join('')).toBe(text);
        for (const { begin, end } of sentences) {
          expect(end).toBeGreaterThan(begin);
          expect(end - begin).toBeLessThanOrEqual(LONGEST_SENTENCE);
        }
      }),
    );
  });

  it('without a full stop is cut at blanks', () => {
    const sentences = cut('word '.repeat(200));
    expect(sentences.length).toBeGreaterThan(2);
    expect(sentences.every((sentence) => sentence.endsWith('word'))).toBe(true);
  });

  it('without a blank is cut all the same, but never inside a character', () => {
    const text = `a${'😀'.repeat(5_000)}`;
    expect(splitSentences(text).every(({ begin, end }) => text.slice(begin, end).isWellFormed())).toBe(true);
  });

  test.for(['. ', 'a.', '\n', ' ', 'a', '.', '."', ' \n'])('of 100,000 times %j is cut in time', (piece) => {
    const begin = performance.now();
    splitSentences(piece.repeat(100_000 / piece.length));
    expect(performance.now() - begin).toBeLessThan(2_000);
  });
});
