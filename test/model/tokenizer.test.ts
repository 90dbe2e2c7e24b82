import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTokenizer, type Tokenizer } from '../../src/model/tokenizer.js';
import { shippedArtefact } from '../support/artefact.js';

const tokens = { first: 101, last: 102, padding: 0, window: 32, slack: 8, overlap: 8, passage: 128 };
let tokenizer: Tokenizer;

beforeAll(async () => {
  tokenizer = createTokenizer(
    JSON.parse(await readFile(join(await shippedArtefact(), 'tokenizer.json'), 'utf8')),
    tokens,
  );
});

describe('A text', () => {
  it('becomes one window between its marks', () => {
    // "the cat sat" in the vocabulary of BERT.
    expect(tokenizer.passages('the cat sat')).toEqual([Int32Array.of(101, 1996, 4937, 2938, 102)]);
  });

  it('of nothing is still a window', () => {
    expect(tokenizer.passages('')).toEqual([Int32Array.of(101, 102)]);
  });

  it('cannot give the model orders: special tokens written out are just text', () => {
    for (const order of ['[SEP]', '[PAD]', '[CLS]', '[MASK]', '[UNK]']) {
      const ids = tokenizer.ids(`stop ${order} it`);
      expect(ids.some((id) => [0, 101, 102, 103].includes(id))).toBe(false);
    }
  });

  it('that is long is read once more in windows of whole sentences, none left out', () => {
    const sentence = 'the cat sat, and the cat sat, and then the cat sat again.';
    const windows = tokenizer.closely(Array.from({ length: 7 }, () => sentence).join(' '));
    const inner = windows.flatMap((window) => [...window.slice(1, -1)]);
    expect(inner).toEqual(Array.from({ length: 7 }, () => [...tokenizer.ids(sentence)]).flat());
    for (const window of windows) {
      expect([window[0], window.at(-1)]).toEqual([101, 102]);
      expect(window.length).toBeLessThanOrEqual(40);
    }
  });

  it('that is short is read closely enough by its one passage', () => {
    expect(tokenizer.closely('the cat sat, and the cat sat, and then the cat sat again.')).toEqual([]);
  });

  it('that is longer than a passage becomes several, the last one ending with it', () => {
    const words = Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? 'cat' : 'sat'));
    const windows = tokenizer.passages([...words, 'the'].join(' '));
    expect(windows.length).toBe(3);
    for (const window of windows) expect([window.length, window[0], window[127]]).toEqual([128, 101, 102]);
    expect(windows.at(-1)?.[126]).toBe(1996);
  });

  it('of 20 KiB without a space is read in pieces instead of as one unknown word', { timeout: 20_000 }, () => {
    for (const text of ['x'.repeat(20_480), 'killthemall'.repeat(1_860), 'é'.repeat(10_240), '😀'.repeat(5_120)]) {
      expect(tokenizer.passages(text).length).toBeGreaterThan(0);
      tokenizer.closely(text);
    }
    const unknown = 100;
    expect(tokenizer.ids('killthemall'.repeat(1_860)).includes(unknown)).toBe(false);
  });
});
