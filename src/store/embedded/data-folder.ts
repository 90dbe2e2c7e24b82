import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileFault } from '../../core/error-message.js';
import { StoreError } from '../store-error.js';

/**
 * Makes sure of a folder that can be written in.
 *
 * @throws StoreError in one line, under the operator's own variable name.
 */
export async function makeDataFolder(folder: string): Promise<void> {
  try {
    await make(folder);
    const trial = join(folder, `trial-${process.pid}`);
    await writeFile(trial, '');
    await rm(trial);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const isNowhere = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new StoreError(
      `DATA_DIR: ${folder} cannot be the data folder: ${isNowhere ? 'its file system takes no files' : fileFault(error)}.`,
    );
  }
}

/** One by one: a recursive `mkdir` tries for ever where a file system, such as /proc, says of every new name that there is none. */
async function make(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found?.isDirectory()) return;
  if (found !== null) throw new StoreError(`DATA_DIR: ${folder} is a file; it must be a folder, or not there yet.`);
  await make(dirname(folder));
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    // Another premod that starts at this moment may have made it.
    if (error.code !== 'EEXIST') throw error;
  });
}
