import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModelLabel } from '../../src/core/labels.js';
import { currentArtefact } from '../../src/model/artefact.js';
import { openBackend } from '../../src/model/backend.js';
import { loadModel } from '../../src/model/model.js';
import { cacheFolder } from '../../src/model/native.js';
import { capabilityTable, judgeCapabilities, readCapabilities } from '../../src/training/functional.js';
import { LETTERS, type Letter } from '../../src/training/targets.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'premod-capabilities-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PLAIN = `
capability: plain-threats
about: Somebody is told that he will be killed.
expect: { threat: true, incitement: true }
cases:
  - "I will find you and I will kill you, you and your whole family."
  - "The ferry leaves at nine and the museum is closed on Mondays."
contrast:
  expect: { threat: false }
  cases:
    - "The council will decide about the budget for the library in May."
`;

describe('A capability', () => {
  it('is judged text by text as the service judges, and what was judged wrongly is listed', async () => {
    writeFileSync(join(folder, 'plain-threats.yaml'), PLAIN);
    const backend = openBackend({ choice: 'auto', cache: cacheFolder(process.env) });
    const artefact = await currentArtefact(resolve('models'));
    const model = await loadModel(artefact, backend);
    const [result] = await judgeCapabilities(await readCapabilities(folder), model);
    model.executor.dispose();
    expect(result).toMatchObject({ capability: 'plain-threats', cases: 3, passed: 2 });
    // The second case is no threat: the expectation is wrong, and the table must say so.
    expect(result?.failures.map(({ text }) => text)).toEqual([
      'The ferry leaves at nine and the museum is closed on Mondays.',
    ]);
    expect(capabilityTable(result === undefined ? [] : [result])).toContain('| plain-threats | 2 of 3 | 67 % |');
  });

  it.each([
    ['an unknown label', PLAIN.replace('threat: true', 'menace: true'), /menace/],
    ['no cases', PLAIN.replace(/cases:\n( {2}- .*\n){2}/, 'cases: []\n'), /cases/],
    ['another name than its file', PLAIN.replace('plain-threats', 'others'), /another capability/],
  ])('with %s is refused by the name of its file', async (_what, content, fault) => {
    writeFileSync(join(folder, 'plain-threats.yaml'), content);
    await expect(readCapabilities(folder)).rejects.toThrow(fault);
    await expect(readCapabilities(folder)).rejects.toThrow(/plain-threats\.yaml/);
  });
});

describe('The capabilities that are kept', () => {
  it('have thirty texts or more each, and share none', async () => {
    const all = await readCapabilities(resolve('test/functional'));
    const texts = all.flatMap(({ cases, contrast }) => [...cases, ...(contrast?.cases ?? [])]);
    expect(new Set(texts).size).toBe(texts.length);
    for (const { capability, cases, contrast } of all)
      expect(cases.length + (contrast?.cases.length ?? 0), capability).toBeGreaterThanOrEqual(30);
  });

  it('expect what careful readers see: of each capability at least nine in ten, by either reader', async () => {
    const seen = readersOf(readFileSync(resolve('test/fixtures/functional-readings.tsv'), 'utf8'));
    const all = await readCapabilities(resolve('test/functional'));
    let right = 0;
    let read = 0;
    for (const { capability, expect: wanted, cases, contrast } of all) {
      const asked = [
        ...cases.map((text) => ({ text, wanted })),
        ...(contrast?.cases.map((text) => ({ text, wanted: contrast.expect })) ?? []),
      ];
      const judged = asked.flatMap(({ text, wanted: labels }) =>
        (seen.get(keyOf(text)) ?? []).map((letters) => agrees(letters, labels)),
      );
      // Who changes a text has it read anew, or takes its line out of the readings.
      expect(judged.length, `${capability}: texts that were read`).toBeGreaterThanOrEqual(asked.length);
      const agreed = judged.filter((one) => one).length;
      expect(agreed / judged.length, capability).toBeGreaterThanOrEqual(0.9);
      right += agreed;
      read += judged.length;
    }
    expect(right / read).toBeGreaterThanOrEqual(0.98);
  });
});

/** By the key of a text: the letters of each reader, those of which they were in doubt among them. */
function readersOf(file: string): ReadonlyMap<string, readonly string[]> {
  const lines = file.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [key = '', ...letters] = line.split('\t');
      return [key, letters.map((one) => one.replaceAll('?', ''))];
    }),
  );
}

function keyOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function agrees(letters: string, wanted: Readonly<Partial<Record<ModelLabel, boolean>>>): boolean {
  const seen = new Set(letters.split(' ').map((letter) => LETTERS[letter as Letter]));
  return (Object.keys(wanted) as ModelLabel[]).every((label) => seen.has(label) === wanted[label]);
}
