import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agreementInWords, readerAgreement } from '../../src/training/reader-agreement.js';

/** Rounds by number: what each reading says of which text, and what the plan says. */
async function folderWith(rounds: Record<number, { plan?: string; readings: readonly (readonly [string, string])[] }>) {
  const folder = await mkdtemp(join(tmpdir(), 'premod-labels-'));
  for (const [round, { plan = 'draws: []', readings }] of Object.entries(rounds)) {
    const lines = readings.map(([text, read], i) => [text, read, `round-${round}`, `round-${round}-${i}`].join('\t'));
    await writeFile(join(folder, `round-${round}.tsv`), `sha256\tlabels\tround\treader\n${lines.join('\n')}\n`);
    await writeFile(join(folder, `round-${round}.yaml`), `${plan}\n`);
  }
  return folder;
}

const twice = (text: string, one: string, other = one) => [[text, one] as const, [text, other] as const];

describe('Readers', () => {
  it('agree as far as they do beyond chance, label by label', async () => {
    const readings = [...twice('a', 'H'), ...twice('b', '-'), ...twice('c', 'H', 'DH'), ...twice('d', 'H', '-')];
    const found = await readerAgreement(await folderWith({ 2: { readings: [...readings, ['e', 'S']] } }));
    expect(found?.texts).toBe(4);
    const hate = found?.labels.find(({ label }) => label === 'hate');
    // They agree on three of four; by chance, with three and two of four, on half.
    expect(hate).toMatchObject({ both: 2, any: 3, kappa: { value: 0.5 } });
    expect(found?.labels.find(({ label }) => label === 'severe_toxicity')?.kappa).toBeNull();
  });

  it('count once where one of them read neighbouring sheets, and apart in each of the last rounds', async () => {
    const folder = await folderWith({
      9: { readings: [...twice('a', 'S'), ...twice('b', '-')] },
      10: { plan: 'sameReader: true', readings: [...twice('c', 'S', '-'), ...twice('d', '-')] },
      11: { readings: [['d', 'S'], ['b', '-'], ...twice('e', 'S'), ...twice('f', '-')] },
      12: { readings: [...twice('g', 'S', '-'), ...twice('h', '-', 'S')] },
    });
    const found = await readerAgreement(folder);
    expect(found?.rounds).toEqual([9, 11, 12]);
    expect(found?.texts).toBe(7);
    const severe = found?.labels.find(({ label }) => label === 'severe_toxicity');
    expect(severe).toMatchObject({ both: 2, any: 5 });
    // Of round 9 one text is left that was not read again later.
    expect(severe?.lately).toEqual([null, 0.5, -1]);
  });

  it('of this project are told in the card with what they agree on least', async () => {
    const found = await readerAgreement('training-data/labels');
    if (found === null) throw new Error('nobody read anything twice');
    const severe = found.labels.find(({ label }) => label === 'severe_toxicity');
    // What `scripts/labelling.mjs agree` says of round 15, too.
    expect(severe?.lately[found.rounds.indexOf(15)]).toBeCloseTo(0.31, 2);
    expect(agreementInWords(found)).toMatch(/\| severe_toxicity \| \d+ of \d+ \| 0\.\d\d \(0\.\d\d–0\.\d\d\) \|/);
    expect(agreementInWords(found)).toContain('| mention |');
  });
});
