import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const MODEL = 'saved_model.pb';
/** Written beside the graph: the sha256 it must have when it is loaded. */
const DIGEST = 'saved_model.sha256';

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
 * @param make gives the file's content where it is not there yet.
 */
export async function cachedSavedModel(graphs: string, key: string, make: () => Uint8Array): Promise<string> {
  const folder = join(graphs, key);
  if (await isWhole(folder)) {
    const now = new Date();
    await utimes(folder, now, now).catch(() => undefined);
    return folder;
  }

  await mkdir(graphs, { recursive: true });
  const content = make();
  const written = await mkdtemp(join(graphs, '.writing-'));
  await writeFile(join(written, MODEL), content);
  await writeFile(join(written, DIGEST), createHash('sha256').update(content).digest('hex'));
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
    const expected = await readFile(join(folder, DIGEST), 'utf8');
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(folder, MODEL), { highWaterMark: 1 << 20 }), hash);
    return hash.digest('hex') === expected;
  } catch {
    return false;
  }
}

async function forgetOld(graphs: string): Promise<void> {
  const before = Date.now() - FORGOTTEN_AFTER_MS;
  for (const name of await readdir(graphs)) {
    const folder = join(graphs, name);
    const used = await stat(folder).catch(() => undefined);
    if (used !== undefined && used.mtimeMs < before) await rm(folder, { recursive: true, force: true });
  }
}
