// `npm run bench -- NAME …`: compiles bench/ with what it uses of src/ into dist/bench and runs bench/NAME.ts.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [name, ...args] = process.argv.slice(2);
const known = existsSync(`${root}/bench`)
  ? readdirSync(`${root}/bench`)
      .filter((file) => file.endsWith('.ts'))
      .map((file) => file.slice(0, -'.ts'.length))
  : [];

if (name === undefined || !known.includes(name)) {
  console.error(
    `Say which benchmark to run: ${known.join(', ') || 'there is none yet'}. What they measure: bench/README.md`,
  );
  process.exit(1);
}
const built = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.bench.json'], {
  cwd: root,
  stdio: 'inherit',
});
if (built.status !== 0) process.exit(built.status ?? 1);
const program = `${root}/dist/bench/bench/${name}.js`;
process.chdir(root);
process.argv = [process.execPath, program, ...args];
await import(pathToFileURL(program).href);
