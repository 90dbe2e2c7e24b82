import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** Says whether this process still holds a lock, and gives it up. */
export type Lock = { held(): boolean; release(): void };

/**
 * Takes a lock that at most one living process holds, or finds out who does.
 *
 * The lock is a file with the holder's process id. One whose holder is dead is broken: of several that try, one succeeds,
 * and whoever loses the lock to a race learns it from {@link Lock.held}.
 *
 * @returns the lock, or the process id of the holder.
 */
export function takeLock(path: string): Lock | { readonly holder: number } {
  const own = `${process.pid} ${startOf(process.pid)}`;
  const written = `${path}.${process.pid}`;
  writeFileSync(written, own, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 10; attempt++) {
      if (linked(written, path)) return { held: () => contentOf(path) === own, release: () => release(path, own) };
      const holder = contentOf(path);
      if (holder === null) continue;
      const pid = Number(holder.split(' ')[0]);
      if (isAlive(holder)) return { holder: pid };
      breakLock(path, holder);
    }
    throw new Error(`the lock ${path} cannot be taken`);
  } finally {
    rmSync(written, { force: true });
  }
}

function release(path: string, own: string): void {
  if (contentOf(path) === own) rmSync(path, { force: true });
}

/** Links are made or not made, never half: that is what makes this a lock. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes a dead holder's lock away; where it turns out to be a living one's by now, puts it back. */
function breakLock(path: string, dead: string): void {
  const aside = `${path}.broken.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (contentOf(aside) !== dead) linked(aside, path);
  rmSync(aside, { force: true });
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function isAlive(holder: string): boolean {
  const [pid = '', start = ''] = holder.split(' ');
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  // Process ids come back; one that started at another time is another process.
  return startOf(Number(pid)) === start;
}

/** When a process started, in the system's own counting; empty where the system does not say. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
