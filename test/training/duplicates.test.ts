import { describe, expect, it } from 'vitest';
import { withoutLeaks } from '../../src/training/duplicates.js';
import type { Row } from '../../src/training/rows.js';

const row = (id: string, text: string, split: Row['split']): Row => ({
  id,
  set: 'set',
  text,
  targets: {},
  times: 1,
  split,
  moved: false,
});
const long = 'the council voted on tuesday to close the old swimming baths by the river before the end of the year';

describe('A training row', () => {
  const validation = [row('v1', long, 'validation'), row('v2', 'shame on them', 'validation')];
  const staysWith = (text: string) =>
    withoutLeaks([...validation, row('t', text, 'train')]).some(({ id }) => id === 't');

  it('goes where validation has the same text, however it is written', () => {
    expect(staysWith(long)).toBe(false);
    expect(staysWith('Shame, on THEM!')).toBe(false);
  });

  it('goes where validation has almost the same text', () => {
    expect(staysWith(`${long} they said`)).toBe(false);
  });

  it('stays where only words are shared', () => {
    expect(staysWith('the council voted on friday to open a new library by the river')).toBe(true);
    expect(staysWith('shame on you')).toBe(true);
  });
});

it('validation rows are never left out', () => {
  const twice = [row('v1', long, 'validation'), row('v2', long, 'validation')];
  expect(withoutLeaks(twice)).toHaveLength(2);
});
