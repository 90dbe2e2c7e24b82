import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../src/model/manifest.js';
import type { Split } from '../../src/training/prepare.js';
import type { Row } from '../../src/training/rows.js';
import { unseenRows } from '../../src/training/unseen.js';

const row = (set: string, id: string, moved = false): Row => ({
  id,
  set,
  text: 'a text',
  targets: {},
  times: 1,
  split: 'validation',
  moved,
});

const SPLIT: Split = {
  training: [],
  validation: [row('first', 'a'), row('first', 'b', true), row('second', 'c', true)],
  topic: { threads: [], prototypes: { site: [], reaction: [] } },
  repeated: 0,
  dataHash: 'now',
  splits: { first: 'one', second: 'two' },
};

const RECIPE = { name: 'tiny', file: 'tiny.yaml', sha256: 'this one' };

function madeWith(about: Partial<Manifest>): Manifest {
  return { name: 'artefact', dataHash: 'then', ...about } as Manifest;
}

const ids = (about: Partial<Manifest>) => unseenRows(madeWith(about), RECIPE, SPLIT).rows.map(({ id }) => id);

describe('An artefact is measured', () => {
  it('on every validation row of the data it was made with, without a doubt', () => {
    const unseen = unseenRows(madeWith({ dataHash: 'now' }), RECIPE, SPLIT);
    expect(unseen).toEqual({ rows: SPLIT.validation, sameData: true, sure: true, leftOut: 0, doubts: [] });
  });

  it('with the word that earlier runs may have read them, where its weights went on from any', () => {
    const { rows, sure, doubts } = unseenRows(madeWith({ dataHash: 'now', from: ['another run'] }), RECIPE, SPLIT);
    expect(rows).toEqual(SPLIT.validation);
    expect(sure).toBe(true);
    expect(doubts.join()).toContain('went on from other runs');
  });

  it('not on rows that a later reading moved out of training', () => {
    expect(ids({ splits: { first: 'another', second: 'two' } })).toEqual(['a', 'c']);
    expect(ids({ splits: { first: 'one' } })).toEqual(['a', 'b']);
    const { leftOut, doubts, sure } = unseenRows(madeWith({ recipe: RECIPE, splits: {} }), RECIPE, SPLIT);
    expect(sure).toBe(true);
    expect(leftOut).toBe(2);
    expect(doubts.join()).toContain('2 rows of first, second');
  });

  it('with a plain warning where the recipe that says which rows are kept has changed, and they are others', () => {
    const recipe = { ...RECIPE, sha256: 'another' };
    const { rows, sure, doubts } = unseenRows(madeWith({ recipe, splits: { first: 'one' } }), RECIPE, SPLIT);
    expect(rows.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(sure).toBe(false);
    expect(doubts.join()).toContain('may be among them');
    expect(doubts.join()).not.toContain('None of the rows');
    // What a recipe says beside that, as weights, does not matter to them.
    expect(unseenRows(madeWith({ recipe, splits: SPLIT.splits }), RECIPE, SPLIT)).toMatchObject({ sure: true });
  });

  it('with a plain warning where it does not say what it was trained on', () => {
    const { rows, doubts } = unseenRows(madeWith({}), RECIPE, SPLIT);
    expect(rows).toHaveLength(3);
    expect(doubts.join()).toContain('may be among them');
  });

  it('never by another recipe than its own', () => {
    const recipe = { name: 'heads', file: 'heads.yaml', sha256: '' };
    expect(() => unseenRows(madeWith({ recipe, dataHash: 'now' }), RECIPE, SPLIT)).toThrow(/heads\.yaml/);
  });
});
