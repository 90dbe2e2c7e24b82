import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Written beside the files: the sha256 that each must have when it is loaded, as sha256sum writes it. */
const DIGESTS = 'SHA256SUMS';

/** A graph that nobody has loaded for so long is of an artefact or a premod that is gone. */
const FORGOTTEN_AFTER_MS = 30 * 24 * 3_600_000;

/**
 * The folder of a graph written as a SavedModel, kept once per machine and user.
 *
 * What lies there is verified; a damaged or half-written graph is written anew. Several processes may ask at once: each
 * writes into a folder of its own and the first to rename it wins.
 *
 * @param graphs where graphs are kept, such as `~/.cache/premod/graphs`.
 * @param key names artefact and graph version.
 * @param make gives the files' contents by name where they are not there yet; it is told where they will lie.
 */
export async function cachedSavedModel(
  graphs: string,
  key: string,
  make: (folder: string) => ReadonlyMap<string, Uint8Array>,
): Promise<string> {
  const folder = join(graphs, key);
  if (await isWhole(folder)) {
    const now = new Date();
    await utimes(folder, now, now).catch(() => undefined);
    return folder;
  }

  await mkdir(graphs, { recursive: true });
  const written = await mkdtemp(join(graphs, '.writing-'));
  const digests: string[] = [];
  for (const [name, content] of make(folder)) {
    await writeFile(join(written, name), content);
    digests.push(`${createHash('sha256').update(content).digest('hex')}  ${name}\n`);
  }
  await writeFile(join(written, DIGESTS), digests.join(''));
  await putInPlace(written, folder);
  await forgetOld(graphs);
  return folder;
}

async function putInPlace(written: string, folder: string): Promise<void> {
  // A folder in the way is either damaged, or another process was faster and it is whole.
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      await rename(written, folder);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    }
    if (await isWhole(folder)) {
      await rm(written, { recursive: true, force: true });
      return;
    }
    const broken = join(dirname(folder), `.broken-${basename(written)}-${attempt}`);
    await rename(folder, broken).catch(() => undefined);
    await rm(broken, { recursive: true, force: true });
  }
  throw new Error(`the graph cannot be put into ${folder}`);
}

async function isWhole(folder: string): Promise<boolean> {
  try {
    const digests = (await readFile(join(folder, DIGESTS), 'utf8')).trim().split('\n');
    for (const line of digests) {
      const [expected, name] = line.split('  ');
      if (name === undefined || (await digestOf(join(folder, name))) !== expected) return false;
    }
    return true;
  } catch {
    return false;
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

async function forgetOld(graphs: string): Promise<void> {
  const before = Date.now() - FORGOTTEN_AFTER_MS;
  for (const name of await readdir(graphs)) {
    const folder = join(graphs, name);
    const used = await stat(folder).catch(() => undefined);
    if (used !== undefined && used.mtimeMs < before) await rm(folder, { recursive: true, force: true });
  }
}
