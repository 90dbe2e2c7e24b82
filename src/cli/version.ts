import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json, models and the built pages, wherever the service was started from. */
export const HOME = findHome(dirname(fileURLToPath(import.meta.url)));

export const VERSION: string = (JSON.parse(readFileSync(join(HOME, 'package.json'), 'utf8')) as { version: string })
  .version;

/** Compiled files lie one folder deeper than their sources, so the way up is looked for. */
function findHome(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  if (dirname(folder) === folder) throw new Error('premod’s own package.json was not found.');
  return findHome(dirname(folder));
}
