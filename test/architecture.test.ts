import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

/** Which folders each folder may import, besides its own. `cli` and the files beside it wire adapters to flows. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  flow: ['core'],
  model: ['core'],
  store: ['core'],
  telemetry: ['core'],
  jobs: ['core', 'flow'],
  http: ['core', 'flow'],
  training: ['core', 'model'],
  web: ['core'],
};

test('every folder of src is in the table', () => {
  const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual([...Object.keys(MAY_IMPORT), 'cli'].sort());
});

test.for(Object.entries(MAY_IMPORT))('src/%s keeps to its side of the line', ([folder, allowed]) => {
  const imports = importsOf(folder);
  expect(imports.length).toBeGreaterThan(0);
  expect(imports.filter(({ to }) => ![folder, 'package', ...allowed].includes(to))).toEqual([]);
});

/** Packages without I/O, clock or randomness that core may use. */
const PURE = ['html-entities', 're2js', 'zod', 'natural', 'yaml'];

test('src/core uses pure packages only', () => {
  const packages = importsOf('core').flatMap(({ to, target }) => (to === 'package' ? [packageOf(target)] : []));
  expect([...new Set(packages)].filter((name) => !PURE.includes(name))).toEqual([]);
});

test('src/core has no clock and no randomness', () => {
  const impure = /\b(Date\.now|new Date\(\)|Math\.random|performance\.now|process\.|randomUUID|setTimeout)\b/;
  expect(filesOf('core').filter((path) => impure.test(withoutComments(readFileSync(path, 'utf8'))))).toEqual([]);
});

test('src/web takes nothing but types from core', () => {
  const values = filesOf('web').flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/^import (?!type\b)[^;]*from '[^']*\/core\/[^']+'/gm)]
      .map(([statement]) => statement)
      .filter((statement) => !/^import \{\s*(type [^,}]+,?\s*)+\}/.test(statement)),
  );
  expect(values).toEqual([]);
});

/** Every import in a folder, with the src folder it points to, or `package` for anything outside src. */
function importsOf(folder: string): { file: string; target: string; to: string }[] {
  return filesOf(folder).flatMap((path) => {
    const targets = readFileSync(path, 'utf8').matchAll(/(?:\bfrom |\bimport |\bimport\()'([^']+)'/g);
    return [...targets].map(([, target = '']) => ({
      file: path,
      target,
      to: target.startsWith('.') ? (relative('src', join(dirname(path), target)).split('/')[0] ?? '') : 'package',
    }));
  });
}

function filesOf(folder: string): string[] {
  return readdirSync(join('src', folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
    .map((file) => join('src', folder, file));
}

function packageOf(target: string): string {
  const [first = '', second = ''] = target.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
