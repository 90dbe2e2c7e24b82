import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, putInPlace, readJson, removeLeftovers, withLock, workFolder, writeWhole } from './files.mjs';
import { run } from './processes.mjs';
import { StepFailed, say, step } from './say.mjs';

/** What is built, from what, and by which command (given the folder to build into). */
const PARTS = [
  {
    name: 'server',
    needs: 'tsconfig.build.json',
    from: ['src', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'],
    counts: (path) => !path.startsWith(join('src', 'web')),
    command: (into) => ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', into],
  },
  {
    name: 'web',
    needs: 'vite.config.ts',
    from: ['src/web', 'src/core', 'docs', 'scripts/guide-pages.mjs', 'vite.config.ts', 'package-lock.json'],
    counts: () => true,
    command: (into) => [
      'node_modules/vite/bin/vite.js',
      'build',
      '--outDir',
      into,
      '--emptyOutDir',
      '--logLevel',
      'warn',
    ],
  },
];

/**
 * Builds what has changed since the last build: the server into dist/server, the pages into dist/web.
 *
 * @param {string} root the project
 */
export async function build(root) {
  if (stale(root).length === 0) return;
  const waiting = () => say('Waiting for another set-up of this folder …');
  await withLock(join(root, '.cache', 'build.lock'), waiting, async () => {
    removeLeftovers(join(root, 'dist'));
    for (const part of stale(root))
      await step(`Building ${part.name === 'web' ? 'the pages' : 'the server'}`, () => buildPart(root, part));
  });
}

function stale(root) {
  return PARTS.filter(
    (part) => existsSync(join(root, part.needs)) && readJson(stampFile(root, part))?.from !== source(root, part),
  );
}

const stampFile = (root, part) => join(root, 'dist', part.name, '.premod-build.json');
const source = (root, part) => fingerprint(root, part.from, part.counts);

async function buildPart(root, part) {
  const from = source(root, part);
  const final = join(root, 'dist', part.name);
  const work = workFolder(final);
  const result = await run(process.execPath, part.command(work), { cwd: root, seconds: 10 * 60 });
  if (!result.ok) {
    rmSync(work, { recursive: true, force: true });
    const lines = `${result.output}\n${result.errors}`.split('\n').filter((line) => line.trim() !== '');
    throw new StepFailed(
      `The ${part.name === 'web' ? 'pages' : 'server'} could not be built:\n${lines
        .slice(0, 12)
        .map((line) => `  ${line}`)
        .join('\n')}`,
      'Mend the sources (git status shows what differs from the last commit) and run the command again.',
    );
  }
  writeWhole(join(work, '.premod-build.json'), JSON.stringify({ from }));
  putInPlace(work, final);
}
