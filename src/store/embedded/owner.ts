import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from '../store-error.js';

/** Who PostgreSQL runs as: it refuses to run as root. */
export type Owner =
  | { readonly kind: 'self' }
  | {
      readonly kind: 'other';
      readonly user: string;
      readonly uid: number;
      readonly gid: number;
      /** The user may not walk the folders above the data, so it is given the capability to. */
      readonly needsCapability: boolean;
    };

/**
 * Chooses the user that PostgreSQL runs as: ourselves, or, started by root, `postgres` where it exists, else `nobody`.
 *
 * @param paths the folders that the user must be able to reach.
 * @throws StoreError where root has no such user, or the user could not reach the folders.
 */
export function chooseOwner(paths: readonly string[]): Owner {
  if (process.getuid?.() !== 0) return { kind: 'self' };
  const found = ['postgres', 'nobody'].flatMap((user) => lookUp(user) ?? [])[0];
  if (found === undefined) {
    throw new StoreError(
      'PostgreSQL does not run as root and there is no user "postgres" or "nobody": start as another user.',
    );
  }
  const needsCapability = !paths.every(everybodyMayWalk);
  if (needsCapability && !hasSetpriv()) {
    throw new StoreError(
      `PostgreSQL does not run as root, and its user "${found.user}" may not enter ${paths.find((path) => !everybodyMayWalk(path))}: start as another user, or set DATA_DIR to a folder that everybody may walk to.`,
    );
  }
  return { kind: 'other', ...found, needsCapability };
}

/** The command line and spawn options under which the owner runs a program. */
export function commandAs(
  owner: Owner,
  program: string,
  parameters: readonly string[],
): { program: string; parameters: string[]; identity: { uid?: number; gid?: number } } {
  if (owner.kind === 'self') return { program, parameters: [...parameters], identity: {} };
  if (!owner.needsCapability) {
    return { program, parameters: [...parameters], identity: { uid: owner.uid, gid: owner.gid } };
  }
  const may = '+dac_read_search';
  const switches = [
    `--reuid=${owner.uid}`,
    `--regid=${owner.gid}`,
    '--clear-groups',
    `--inh-caps=${may}`,
    `--ambient-caps=${may}`,
  ];
  return { program: 'setpriv', parameters: [...switches, program, ...parameters], identity: {} };
}

function lookUp(user: string): { user: string; uid: number; gid: number } | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${user}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? null : { user, uid: Number(uid), gid: Number(gid) };
}

function everybodyMayWalk(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const status = statSync(folder, { throwIfNoEntry: false });
    if (status !== undefined && (status.mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

function hasSetpriv(): boolean {
  try {
    execFileSync('setpriv', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
