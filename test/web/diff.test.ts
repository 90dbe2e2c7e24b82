import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines, hunksOf } from '../../src/web/rules/diff.js';

const lines = fc
  .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
  .map((all) => all.map((line) => `${line}\n`).join(''));

describe('A comparison', () => {
  it('says which lines went and which came', () => {
    expect(diffLines('id: a\nlabel: hate\nreason: x\n', 'id: a\nlabel: insult\nreason: x\n')).toEqual([
      { kind: 'same', text: 'id: a' },
      { kind: 'removed', text: 'label: hate' },
      { kind: 'added', text: 'label: insult' },
      { kind: 'same', text: 'reason: x' },
    ]);
  });

  it('takes a text without a last line break for the same', () => {
    expect(hunksOf(diffLines('a\nb', 'a\nb\n'))).toEqual([]);
  });

  it('has both texts in it, in order', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const all = diffLines(before, after);
        const without = (kind: string) =>
          all
            .filter((line) => line.kind !== kind)
            .map(({ text }) => `${text}\n`)
            .join('');
        expect(without('added')).toBe(before);
        expect(without('removed')).toBe(after);
      }),
    );
  });

  it('of one text with itself is empty', () => {
    fc.assert(
      fc.property(lines, (text) => {
        expect(hunksOf(diffLines(text, text))).toEqual([]);
      }),
    );
  });

  it('shows the changed lines with two around them, and says how many it leaves out', () => {
    const before = Array.from({ length: 12 }, (_, index) => `line ${index}`).join('\n');
    const hunks = hunksOf(diffLines(before, before.replace('line 6', 'line six')));
    expect(hunks).toHaveLength(1);
    expect(hunks[0]?.skipped).toBe(4);
    expect(hunks[0]?.lines.map(({ text }) => text)).toEqual([
      'line 4',
      'line 5',
      'line 6',
      'line six',
      'line 7',
      'line 8',
    ]);
  });
});
