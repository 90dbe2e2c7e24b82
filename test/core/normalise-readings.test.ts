import { decode } from 'html-entities';
import { beforeEach, expect, test, vi } from 'vitest';
import { normalise } from '../../src/core/normalise.js';
import { readFigures } from '../../src/core/normalise-figures.js';
import { shorten } from '../../src/core/normalise-spelling.js';

vi.mock('html-entities', { spy: true });
vi.mock('../../src/core/normalise-figures.js', { spy: true });
vi.mock('../../src/core/normalise-spelling.js', { spy: true });

beforeEach(() => vi.clearAllMocks());

/** What is looked up once a text: a word for each way to use figures, of which there are three; an entity in its own and in small letters. */
test.for([
  ['k1ll>th3mk1ll@ss$h1t@ss1s ', readFigures],
  ['th3mk1ll@ss$h1t@ss1s a11<b  4 k1ll>', readFigures],
  ['soooo goood niiigggeeerrr ', shorten],
  ['all of &lt; and e&ltee&gte ', decode],
] as const)('what stands in %j again and again is found out once', ([piece, find]) => {
  normalise(piece.repeat(1_000));
  expect(find).toHaveBeenCalled();
  expect(vi.mocked(find).mock.calls.length).toBeLessThanOrEqual(30);
});
