import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { execute, root, temporaryFolder } from './support.js';

/** The script where it keeps nothing in the project's own folders. */
function project() {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'scripts'));
  copyFileSync(join(root, 'scripts', 'labelling.mjs'), join(folder, 'scripts', 'labelling.mjs'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    labelling: (...args: readonly string[]) =>
      execute(process.execPath, ['scripts/labelling.mjs', ...args], { cwd: folder }),
    kept: () =>
      readFileSync(join(folder, 'training-data', 'labels', 'round-1.tsv'), 'utf8')
        .trim()
        .split('\n')
        .slice(1),
  };
}

describe('Keeping what was read', () => {
  const sheet = (folder: string, reader: number, read: readonly (readonly [string, string])[]) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `sheet-${reader}.keys`), read.map(([sha]) => `${sha}\n`).join(''));
    writeFileSync(
      join(folder, `sheet-${reader}.labels`),
      read.map(([, letters], n) => `${n + 1}\t${letters}\n`).join(''),
    );
  };

  it('leaves what other sheets of the round said, and replaces what the same reader said of the same text', async () => {
    const { folder, labelling, kept } = project();
    const [early, late] = [join(folder, 'early'), join(folder, 'late')];
    sheet(early, 1, [
      ['aa', 'I'],
      ['bb', '-'],
    ]);
    sheet(early, 2, [['bb', 'H']]);
    expect(await labelling('keep', '--from', early, '--round', 'round-1')).toMatchObject({ status: 0, errors: '' });
    sheet(late, 2, [['bb', 'DH']]);
    sheet(late, 3, [['cc', 'T']]);
    expect(await labelling('keep', '--from', late, '--round', 'round-1')).toMatchObject({ status: 0, errors: '' });
    expect(kept()).toEqual([
      'aa\tI\tround-1\tround-1-1',
      'bb\t-\tround-1\tround-1-1',
      'bb\tDH\tround-1\tround-1-2',
      'cc\tT\tround-1\tround-1-3',
    ]);
  });

  it('says by which draw of the plan a text came, of which none takes what an earlier one took', async () => {
    const { folder, labelling, kept } = project();
    const texts = ['a river', 'a bridge', 'a harbour'].map((text) => JSON.stringify({ text }));
    writeFileSync(join(folder, 'places.jsonl.gz'), gzipSync(texts.join('\n')));
    const draws = [
      { set: 'places', rows: 2 },
      { set: 'places', rows: 2 },
    ];
    writeFileSync(join(folder, 'plan.yaml'), JSON.stringify({ seed: 'one', draws }));
    const to = join(folder, 'sheets');
    const dealt = await labelling('pick', '--data', folder, '--plan', 'plan.yaml', '--readers', '1', '--to', to);
    expect(dealt).toMatchObject({ status: 0, errors: '' });
    writeFileSync(join(to, 'sheet-1.labels'), '1\t-\n2\t-\n3\tH\n');
    expect(await labelling('keep', '--from', to, '--round', 'round-1')).toMatchObject({ status: 0, errors: '' });
    expect(
      kept()
        .map((line) => line.split('\t')[4])
        .sort(),
    ).toEqual(['1', '1', '2']);
  });
});

it('A kind of reading that there is not is named beside those that there are', async () => {
  const { labelling } = project();
  const { status, errors } = await labelling('agree', '--kind', 'spelling');
  expect(status).toBe(1);
  expect(errors).toBe('--kind spelling is not known: say labels or rudeness.\n');
});
