import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { currentArtefact } from '../../src/model/artefact.js';
import { openBackend } from '../../src/model/backend.js';
import { loadModel } from '../../src/model/model.js';
import { cacheFolder } from '../../src/model/native.js';
import { capabilityTable, judgeCapabilities, readCapabilities } from '../../src/training/functional.js';

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
});
