import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tokens } from '../../src/model/manifest.js';
import type { Tokenizer } from '../../src/model/tokenizer.js';
import { readBaseEncoder } from '../../src/training/base-encoder.js';
import { prepare, tokenizerFor, tokensOf } from '../../src/training/prepare.js';
import { placeOf } from '../../src/training/random.js';
import { readRecipe } from '../../src/training/recipe.js';
import { writeTinyData, writeTinyEncoder } from '../support/tiny-training.js';

let folder: string;
let tokens: Tokens;
let tokenizer: Tokenizer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'premod-prepare-'));
  await writeTinyEncoder(join(folder, 'encoder'));
  const recipe = await readRecipe(await writeTinyData(join(folder, 'data'), folder, 1));
  const base = await readBaseEncoder(join(folder, 'encoder'));
  tokens = tokensOf(recipe, base);
  tokenizer = tokenizerFor(base, tokens);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Longer than what one pass reads. */
const LONG = 'We walked along the river in the rain. '.repeat(8);

describe('A row that is too long to be read whole', () => {
  /** What the windows of such a row are learnt as. */
  const windowsOf = async (labels: Readonly<Record<string, number>>) => {
    await writeFile(
      join(folder, 'data', 'long.jsonl.gz'),
      gzipSync(JSON.stringify({ id: 'long', text: LONG, labels, split: 'train' })),
    );
    const ours = { toxicity: 'toxicity', insult: 'insult', hate: 'hate' } as const;
    const set = { set: 'long', labels: ours, weight: 1, times: 1, why: 'a test' } as const;
    const recipe = { ...(await readRecipe(join(folder, 'recipe.yaml'))), sets: [set] };
    const { examples } = await prepare(recipe, join(folder, 'data'), folder, { tokenizer, tokens });
    // Comments of the debates are known not to be spam, and of no other label.
    const found = examples.filter(({ targets }) => targets.spam === undefined);
    expect(found.every(({ window }) => window.length <= recipe.longest)).toBe(true);
    return found.map(({ targets }) =>
      Object.fromEntries(Object.entries(targets).map(([label, { value }]) => [label, value])),
    );
  };

  it('is read in windows where it is harmless', async () => {
    const windows = await windowsOf({ hate: 0, insult: 0 });
    expect(windows.length).toBeGreaterThan(2);
    for (const window of windows) expect(window).toEqual({ hate: 0, insult: 0 });
  });

  it('is read in windows where somebody would call it a little rude, for what nobody found in it', async () => {
    const windows = await windowsOf({ hate: 0, insult: 0, toxicity: 1 / 9 });
    expect(windows.length).toBeGreaterThan(2);
    for (const window of windows) expect(window).toEqual({ hate: 0, insult: 0 });
  });

  it('is left out where a part of it may carry a label, and where nothing is known to be absent', async () => {
    expect(await windowsOf({ hate: 0, toxicity: 3 / 9 })).toEqual([]);
    expect(await windowsOf({ toxicity: 1 / 9 })).toEqual([]);
  });
});

async function countsWith(own: readonly { readonly text: string; readonly labels: object }[]) {
  const frame = ['a', 'b', 'c', 'd', 'e'].find((name) => placeOf(name) >= 0.2);
  const lines = own.map((row) => JSON.stringify({ ...row, frame }));
  await writeFile(join(folder, 'own.jsonl'), lines.join('\n'));
  const recipe = await readRecipe(join(folder, 'recipe.yaml'));
  const { counts } = await prepare(recipe, join(folder, 'data'), folder, { tokenizer, tokens });
  return counts;
}

it('Of rows that are too long to be read whole, those that are read in windows are counted', async () => {
  const long = (word: string) => `The ${word} was painted again. `.repeat(12);
  const counts = await countsWith([
    { text: 'the tower stands', labels: { hate: 0 } },
    { text: long('bridge'), labels: { hate: 0 } },
    { text: long('ferry'), labels: { hate: 1 } },
    { text: long('market'), labels: { hate: 1 } },
  ]);
  expect(counts).toMatchObject({ tooLong: 3, windowed: 1 });
});
