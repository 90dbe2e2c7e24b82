import { expect, it } from 'vitest';
import { describeNormaliser } from '../../src/cli/normaliser-line.js';
import { NORMALISER_VERSION } from '../../src/core/normalise.js';

it('The start says where the model learnt from texts that were read otherwise', () => {
  expect(describeNormaliser({ name: 'tiny', normaliser: NORMALISER_VERSION })).toEqual([]);
  expect(describeNormaliser({ name: 'tiny', normaliser: '1' })).toEqual([
    `Model: tiny learnt from texts as normaliser 1 read them; they are read by ${NORMALISER_VERSION}, so that a score can differ from what was measured.`,
  ]);
});
