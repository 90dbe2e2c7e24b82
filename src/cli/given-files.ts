import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { ConfigurationError } from '../config.js';
import { fileFault } from '../core/error-message.js';

/**
 * The text of a file that somebody named in a command.
 *
 * @throws ConfigurationError in one line, where it cannot be read.
 */
export async function readGiven(file: string): Promise<string> {
  return await told(file, 'read', readFile(file, 'utf8'));
}

/**
 * Writes a file that somebody named in a command.
 *
 * @throws ConfigurationError in one line, where it cannot be written.
 */
export async function writeGiven(file: string, text: string): Promise<void> {
  await told(file, 'written', writeFile(file, text));
}

/**
 * Makes a folder that somebody named in a command, where there is none yet.
 *
 * @throws ConfigurationError in one line, where it cannot be made.
 */
export async function makeGiven(folder: string): Promise<void> {
  await told(folder, 'made', mkdir(folder, { recursive: true }));
}

async function told<Result>(path: string, done: 'read' | 'written' | 'made', work: Promise<Result>): Promise<Result> {
  return await work.catch((error: unknown) => {
    const folderMissing = done !== 'read' && (error as { readonly code?: string }).code === 'ENOENT';
    const why = folderMissing ? 'there is no such folder' : fileFault(error);
    throw new ConfigurationError(`${path}: cannot be ${done}: ${why}.`);
  });
}
