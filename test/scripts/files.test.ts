import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { script, temporaryFolder } from './support.js';

const { fingerprint, putInPlace, withLock, workFolder } = await script('setup/files.mjs');

describe('The fingerprint of the sources', () => {
  const sources = () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'src', 'core'), { recursive: true });
    writeFileSync(join(folder, 'src', 'core', 'a.ts'), 'one');
    return folder;
  };

  it('does not change with dates, as in a fresh clone', () => {
    const folder = sources();
    const before = fingerprint(folder, ['src']);
    utimesSync(join(folder, 'src', 'core', 'a.ts'), new Date(0), new Date(0));
    expect(fingerprint(folder, ['src'])).toBe(before);
  });

  it('changes with content, with a name, and with a new file', () => {
    const folder = sources();
    const seen = [fingerprint(folder, ['src'])];
    writeFileSync(join(folder, 'src', 'core', 'a.ts'), 'two');
    seen.push(fingerprint(folder, ['src']));
    renameSync(join(folder, 'src', 'core', 'a.ts'), join(folder, 'src', 'core', 'b.ts'));
    seen.push(fingerprint(folder, ['src']));
    writeFileSync(join(folder, 'src', 'c.ts'), '');
    seen.push(fingerprint(folder, ['src']));
    expect(new Set(seen).size).toBe(seen.length);
  });
});

describe('A finished folder', () => {
  it('replaces the old one whole', () => {
    const final = join(temporaryFolder(), 'dist');
    mkdirSync(final);
    writeFileSync(join(final, 'old'), '');
    const work = workFolder(final);
    writeFileSync(join(work, 'new'), 'finished');
    putInPlace(work, final);
    expect(readFileSync(join(final, 'new'), 'utf8')).toBe('finished');
    expect(() => readFileSync(join(final, 'old'))).toThrow('ENOENT');
  });
});

describe('The lock of a set-up', () => {
  it('lets a second one wait until the first is done', async () => {
    const lock = join(temporaryFolder(), 'lock');
    const told: string[] = [];
    const hold = withLock(
      lock,
      () => {},
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 400));
        told.push('first is done');
      },
    );
    const wait = withLock(
      lock,
      () => told.push('second waits'),
      async () => told.push('second is done'),
    );
    await Promise.all([hold, wait]);
    expect(told).toEqual(['second waits', 'first is done', 'second is done']);
  });

  it('is taken over from a process that has died', async () => {
    const lock = join(temporaryFolder(), 'lock');
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    writeFileSync(lock, JSON.stringify({ pid: dead, host: hostname() }));
    expect(
      await withLock(
        lock,
        () => {},
        async () => 'done',
      ),
    ).toBe('done');
  });

  it('is taken over from another machine that has not been heard of for more than a minute', async () => {
    const lock = join(temporaryFolder(), 'lock');
    writeFileSync(lock, JSON.stringify({ pid: process.pid, host: 'another machine' }));
    utimesSync(lock, new Date(), new Date(Date.now() - 61_000));
    expect(
      await withLock(
        lock,
        () => {},
        async () => 'done',
      ),
    ).toBe('done');
  });

  it('is let go when the work fails', async () => {
    const lock = join(temporaryFolder(), 'lock');
    const failing = withLock(
      lock,
      () => {},
      async () => {
        throw new Error('no luck');
      },
    );
    await expect(failing).rejects.toThrow('no luck');
    expect(
      await withLock(
        lock,
        () => {},
        async () => 'done',
      ),
    ).toBe('done');
  });
});
