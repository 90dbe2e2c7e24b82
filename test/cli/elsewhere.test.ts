import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startChild } from '../support/child.js';

const LIST = `about: What this newsroom looks for.
rules:
  - id: jetty
    label: spam
    effect: review
    when: { phrases: [roof of the jetty] }
    reason: It speaks of something.
    match: [We saw the roof of the jetty today.]
    ignore: [Nothing of that kind.]
`;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'premod-elsewhere-'));
  writeFileSync(join(folder, 'jetty.yaml'), LIST);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function check(environment: Readonly<Record<string, string>>) {
  const child = startChild(['rules', 'check', 'jetty.yaml'], environment, 0, folder);
  return { status: await child.ended, said: child.stderr() };
}

it('A command finds what is shipped from whichever folder it is given', async () => {
  expect(await check({})).toEqual({ status: 0, said: 'The list is sound.\n' });
}, 60_000);

it('A models folder that somebody names is looked for where the command is given', async () => {
  expect(await check({ MODELS_DIR: './models' })).toMatchObject({ status: 1 });
}, 60_000);
