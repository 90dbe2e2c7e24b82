// node scripts/complete-lock.mjs [--check]: names in package-lock.json the optional packages for other platforms that npm left out.
//
// npm leaves a package out of the lock when the registry in use does not have it, which is so for some platforms' binaries on
// a mirror; `npm ci` then refuses the lock everywhere else. What is added is pinned by version alone, because its checksum is
// known only to a registry that has it. Run it after `npm install`; a test holds the lock complete.
import { readFileSync, writeFileSync } from 'node:fs';

const OS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const CPU = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];
const LIBC = { gnu: 'glibc', musl: 'musl' };

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = missingFrom(lock.packages);

if (process.argv.includes('--check')) {
  for (const { name, version } of missing) console.log(`${name}@${version}`);
  process.exitCode = missing.length === 0 ? 0 : 1;
} else if (missing.length > 0) {
  for (const { name, version, by } of missing) lock.packages[`node_modules/${name}`] = entryFor(name, version, by);
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([one], [other]) => one.localeCompare(other, 'en')),
  );
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`package-lock.json: ${missing.length} packages for other platforms added`);
}

/** Every optional dependency of a locked package that has no entry of its own. */
function missingFrom(packages) {
  return Object.entries(packages).flatMap(([path, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => !(`node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages))
      .map(([name, version]) => ({ name, version, by: entry })),
  );
}

/** What npm would write for a platform's package, as far as its name tells. */
function entryFor(name, version, by) {
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`${name} is asked for as ${version}, not as one version`);
  const words = name.slice(name.indexOf('/') + 1).split('-');
  const named = (list) => list.filter((word) => words.includes(word));
  const libc = words.flatMap((word) => LIBC[word] ?? []);
  if (named(OS).length !== 1 || named(CPU).length !== 1) throw new Error(`${name} does not tell its platform`);
  return {
    version,
    cpu: named(CPU),
    ...(by.dev === true ? { dev: true } : {}),
    ...(libc.length > 0 && named(OS)[0] === 'linux' ? { libc } : {}),
    optional: true,
    os: named(OS),
  };
}
