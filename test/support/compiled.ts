import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * The inference process's entry, compiled from the sources as they are now: a process of its own can't run TypeScript, and
 * a build that was made before the last change would test yesterday's code. Kept by the sources' state, so it is compiled
 * once for a whole run.
 */
export function compiledEntry(): string {
  const build = join(resolve('.cache'), `test-build-${stateOf('src')}`);
  if (!existsSync(build)) {
    const written = `${build}.${randomUUID()}`;
    const tsc = resolve('node_modules/typescript/bin/tsc');
    try {
      execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', written], { stdio: 'pipe' });
    } catch (error) {
      // Types are checked elsewhere; what was written runs.
      if (!existsSync(written)) throw error;
    }
    for (const old of readdirSync(resolve('.cache')).filter((name) => /^test-build-[0-9a-f]+$/.test(name))) {
      const folder = join(resolve('.cache'), old);
      if (Date.now() - statSync(folder).mtimeMs > 3_600_000) rmSync(folder, { recursive: true, force: true });
    }
    try {
      renameSync(written, build);
    } catch {
      rmSync(written, { recursive: true, force: true });
    }
  }
  return join(build, 'model', 'inference', 'main.js');
}

function stateOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!name.endsWith('.ts')) continue;
    const { mtimeMs, size } = statSync(join(folder, name));
    hash.update(`${name} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}
