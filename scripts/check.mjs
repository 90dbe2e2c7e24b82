// `npm run check`: everything that can be said about the sources without running them. All parts run, also after one has
// failed, so that one run shows all that is to mend.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => `node_modules/.bin/${name}`;

// Biome marks every letter when it takes a file for a terminal.
const plain = process.stdout.isTTY ? [] : ['--colors=off'];

const PARTS = [
  { name: 'format, lint and import cycles', command: [bin('biome'), 'ci', '--error-on-warnings', ...plain, '.'] },
  { name: 'types of server, tests and benchmarks', command: [bin('tsc'), '--noEmit', '-p', 'tsconfig.json'] },
  {
    name: 'types of the pages',
    needs: 'src/web/tsconfig.json',
    command: [bin('tsc'), '--noEmit', '-p', 'src/web/tsconfig.json'],
  },
  { name: 'unused files, exports and dependencies', command: [bin('knip')] },
];

const failed = [];
for (const { name, needs, command } of PARTS) {
  if (needs !== undefined && !existsSync(`${root}/${needs}`)) continue;
  const [program = '', ...args] = command;
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) failed.push(name);
}
console.log(failed.length === 0 ? 'check: all is well' : `check: to mend: ${failed.join('; ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
