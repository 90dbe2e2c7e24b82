import { createHash, randomUUID } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** SHA-256 of a file in lower-case hex, read as a stream. */
export async function sha256(file) {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(piece);
  return hash.digest('hex');
}

/**
 * One fingerprint for everything below the given files and folders, by path and content, so that a fresh clone and a
 * changed date do not count as a change. Paths that do not exist count as such.
 *
 * @param {string} root
 * @param {readonly string[]} paths relative to root
 * @param {(path: string) => boolean} [counts] which paths (relative to root) count
 */
export function fingerprint(root, paths, counts = () => true) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesBelow(join(root, path))) {
      const name = relative(root, file);
      if (counts(name)) hash.update(`${name}\0`).update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

/** Every file below a folder, in the same order everywhere; a file is its own only member, what does not exist has none. */
function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(path, entry.name)) : [join(path, entry.name)]));
}

/** The parsed content of a JSON file, or undefined where it is missing or not JSON. */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Writes a file so that a reader sees the old content or the new, never half. */
export function writeWhole(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  const next = `${file}.${process.pid}.next`;
  writeFileSync(next, content);
  renameSync(next, file);
}

/** A folder beside `final`, to be filled and then put in its place by {@link putInPlace}. */
export function workFolder(final) {
  const folder = join(dirname(final), `.${relative(dirname(final), final)}.${process.pid}.work`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Puts a finished folder where it belongs. What was there moves away first, so that nobody sees a half-filled folder. */
export function putInPlace(folder, final) {
  const away = join(dirname(final), `.${relative(dirname(final), final)}.${process.pid}.old.work`);
  if (existsSync(final)) renameSync(final, away);
  renameSync(folder, final);
  rmSync(away, { recursive: true, force: true });
}

/** Removes what an interrupted set-up left. Call it while holding the lock of that folder. */
export function removeLeftovers(folder) {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (/^\..*\.work$/.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** A lock whose holder has not been heard of for this long is abandoned; a holder touches it every few seconds. */
const ABANDONED_MS = 60_000;

/**
 * Does the work while no other set-up, of this machine or of one that shares the folder, does its own under the same lock.
 *
 * The lock saves work that would be done twice; correctness rests on every result being put in place whole.
 *
 * @template T
 * @param {string} file the lock
 * @param {() => void} waiting called once if another holds it
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, waiting, work) {
  const own = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() });
  mkdirSync(dirname(file), { recursive: true });
  for (let told = false; !take(file, own); await sleep(200)) {
    if (endIfAbandoned(file)) continue;
    if (!told) waiting();
    told = true;
  }
  const release = () => {
    if (contentOf(file) === own) rmSync(file, { force: true });
  };
  const interrupted = (signal) => {
    release();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  const alive = setInterval(() => touch(file), 5_000);
  process.on('exit', release).on('SIGINT', interrupted).on('SIGTERM', interrupted);
  try {
    return await work();
  } finally {
    clearInterval(alive);
    process.off('exit', release).off('SIGINT', interrupted).off('SIGTERM', interrupted);
    release();
  }
}

function take(file, own) {
  try {
    writeFileSync(file, own, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock of a dead holder; true if there is no lock any more. */
function endIfAbandoned(file) {
  const content = contentOf(file);
  if (content === undefined) return true;
  if (!isAbandoned(file, content)) return false;
  // Another may do the same at this moment and already hold a new lock: take away only what was read.
  const grave = `${file}.${randomUUID()}`;
  try {
    renameSync(file, grave);
    if (contentOf(grave) !== content) linkSync(grave, file);
  } catch {
    // Somebody else was quicker; the next round sees what holds now.
  }
  rmSync(grave, { force: true });
  return true;
}

function isAbandoned(file, content) {
  try {
    if (Date.now() - statSync(file).mtimeMs > ABANDONED_MS) return true;
    const holder = JSON.parse(content);
    if (holder.host !== hostname()) return false;
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function contentOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function touch(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Taken away by hand; the work goes on.
  }
}
