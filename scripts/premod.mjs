#!/usr/bin/env node
// `premod COMMAND`: runs the built program in this process, so that its output, signals and exit status are the command's own.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = new URL('../dist/server/main.js', import.meta.url);
const path = fileURLToPath(program);

if (existsSync(path)) {
  process.argv[1] = path;
  await import(program.href);
} else {
  console.error(`premod is not built yet (${path} is not there). Run: npm run setup`);
  process.exitCode = 1;
}
