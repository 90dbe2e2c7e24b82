// `npm run dev`: like `npm start`, but what is edited is built again and the service starts anew. Ends with Ctrl-C.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const node = process.execPath;

const ready = spawnSync(node, ['scripts/setup.mjs'], { cwd: root, stdio: 'inherit' });
if (ready.status !== 0) process.exit(ready.status ?? 1);

const commands = [
  ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'],
  ['--watch', '--watch-preserve-output', 'dist/server/main.js', 'serve'],
  ...(existsSync(`${root}/vite.config.ts`)
    ? [['node_modules/vite/bin/vite.js', 'build', '--watch', '--outDir', `${root}/dist/web`, '--emptyOutDir']]
    : []),
];
const children = commands.map((args) => spawn(node, args, { cwd: root, stdio: 'inherit' }));
const endAll = () => {
  for (const child of children) child.kill();
};
process
  .on('exit', endAll)
  .on('SIGINT', () => process.exit(130))
  .on('SIGTERM', () => process.exit(143));
for (const child of children) child.on('exit', (code) => process.exit(code ?? 1));
