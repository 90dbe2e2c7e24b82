import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeGiven, readGiven, writeGiven } from '../../src/cli/given-files.js';
import { ConfigurationError } from '../../src/config.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'premod-given-'));
  await writeFile(join(folder, 'file'), 'as it was');
});
afterAll(() => rm(folder, { recursive: true }));

it('reads and writes what a command names', async () => {
  await makeGiven(join(folder, 'a', 'b'));
  await writeGiven(join(folder, 'a', 'b', 'list.yaml'), 'about: ferries\n');
  expect(await readGiven(join(folder, 'a', 'b', 'list.yaml'))).toBe('about: ferries\n');
});

it.each([
  ['read', 'missing', 'there is no such file', readGiven],
  ['written', 'missing/list.yaml', 'there is no such folder', (path: string) => writeGiven(path, 'x')],
  ['written', '.', 'it is a folder', (path: string) => writeGiven(path, 'x')],
  ['written', 'file/list.yaml', 'what its path leads through is a file', (path: string) => writeGiven(path, 'x')],
  ['made', 'file/lists', 'what its path leads through is a file', makeGiven],
])('says in one line why something cannot be %s: %s', async (done, name, why, work) => {
  const path = join(folder, name);
  const refused = (await work(path).catch((error: unknown) => error)) as Error;
  expect(refused).toBeInstanceOf(ConfigurationError);
  expect(refused.message).toBe(`${path}: cannot be ${done}: ${why}.`);
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('as it was');
});
