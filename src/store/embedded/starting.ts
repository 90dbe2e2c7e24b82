import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '../store-error.js';

/** Starting takes seconds; a lock older than this was left by somebody who is gone, whoever has his process id now. */
const OLDEST_MS = 120_000;
const LOOK_MS = 100;

/**
 * Runs `work` while no other process does the same for this folder. Two that begin at once would each make files and
 * credentials, and the second would lock the first out of its own data.
 *
 * The lock is a file with its holder's process id. A dead holder's is taken over.
 */
export async function startingAlone<Answer>(directory: string, work: () => Promise<Answer>): Promise<Answer> {
  const path = join(directory, 'starting.lock');
  const own = `${path}.${process.pid}`;
  await writeFile(own, String(process.pid), { mode: 0o600 });
  try {
    await take(path, own);
    return await work().finally(() => rm(path, { force: true }));
  } finally {
    await rm(own, { force: true });
  }
}

async function take(path: string, own: string): Promise<void> {
  const deadline = Date.now() + 2 * OLDEST_MS;
  while (!(await linked(own, path))) {
    const holder = await contentOf(path);
    if (holder !== null && (await isLeft(path, holder))) await breakLock(path, own, holder);
    else if (Date.now() > deadline) throw new StoreError(`Another premod keeps starting; ${path} is its lock.`);
    else await new Promise((done) => setTimeout(done, LOOK_MS));
  }
}

/** A link is made or not made, never half. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isLeft(path: string, holder: string): Promise<boolean> {
  // In a container the process before us had the same id.
  if (Number(holder) === process.pid || !isAlive(Number(holder))) return true;
  const status = await stat(path).catch(() => null);
  return status !== null && Date.now() - status.ctimeMs > OLDEST_MS;
}

/** Takes a lock away that was left; where it turns out to be somebody's new one by now, puts it back. */
async function breakLock(path: string, own: string, left: string): Promise<void> {
  const aside = `${own}.broken`;
  await rename(path, aside).catch(() => undefined);
  if ((await contentOf(aside)) !== left) await linked(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function contentOf(path: string): Promise<string | null> {
  return await readFile(path, 'utf8').catch(() => null);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
