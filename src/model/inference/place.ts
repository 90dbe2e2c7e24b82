import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { BackendChoice } from '../backend.js';
import { GRAPH_VERSION } from '../graph/build.js';
import { PROTOCOL } from './protocol.js';

/** Where the processes of one host find the inference process that they share. */
export type Place = {
  /** The unix socket it listens on. */
  readonly socket: string;
  /** Held by the process that serves the socket, for as long as it lives. */
  readonly lock: string;
  /** What it and its libraries say; holds no text. */
  readonly log: string;
};

/**
 * The place for one user, backend and models folder. Processes of another version of premod or of Node have another one,
 * as they could not understand each other.
 *
 * @param folder where places are kept; left out, a folder of this user in the system's folder for temporary files.
 * @throws Error where that folder belongs to somebody else or others could look into it.
 */
export function placeOf(given: {
  readonly backend: BackendChoice;
  readonly models: string;
  /** The file that the process would run. */
  readonly entry: string;
  readonly folder?: string | undefined;
}): Place {
  // Not userInfo(): in a container the user may have no name.
  const uid = process.getuid?.() ?? -1;
  const folder = given.folder ?? join(tmpdir(), `premod-${uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const state = lstatSync(folder);
  if (!state.isDirectory() || (uid >= 0 && state.uid !== uid) || (state.mode & 0o077) !== 0) {
    throw new Error(`${folder} must be a folder that only this user can enter (mode 700)`);
  }
  // Built anew, it is other code: the process that runs the old one must not be met again.
  const code = [given.entry, statSync(given.entry, { throwIfNoEntry: false })?.mtimeMs ?? 0];
  const about = [given.backend, resolve(given.models), PROTOCOL, GRAPH_VERSION, process.versions.modules];
  const name = nameOf([...about, ...code]);
  return {
    socket: join(folder, `${name}.sock`),
    lock: join(folder, `${name}.lock`),
    log: join(folder, `${nameOf(about)}.log`),
  };
}

function nameOf(about: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(about)).digest('hex').slice(0, 16);
}
