import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { putInPlace, readJson, removeLeftovers, withLock, workFolder, writeWhole } from './files.mjs';
import { buildBinding, compilerMissing, findCompiler, installPackages, tryBackend } from './native-binding.mjs';
import { NoNative, obtainLibraries } from './native-libraries.mjs';
import { findProgram } from './processes.mjs';
import { oneLine, StepFailed, say, step } from './say.mjs';

/**
 * The same name as in src/model/native.ts, which loads what is installed here.
 *
 * @public for the tests
 */
export const STAMP = 'premod-native.json';

/** After this long a failed attempt is made again by itself. */
const TRY_AGAIN_MS = 24 * 60 * 60 * 1000;

const HOW_MUCH = 'about 5 to 13 times slower than the native one';

/**
 * Makes sure that the backend which `PREMOD_BACKEND` asks for is there, and says which one it is; at a start at which there
 * was nothing to do it leaves that to the service, which can also say how fast it is.
 *
 * @param {{ root: string, env?: NodeJS.ProcessEnv, asked: boolean }} options `asked`: the person ran set-up itself, so that
 *   what failed lately is tried again
 * @returns {Promise<'native' | 'wasm'>}
 * @throws {StepFailed} where PREMOD_BACKEND=native and it cannot be had, or the variable holds another word
 */
export async function provideBackend({ root, env = process.env, asked }) {
  const wanted = env.PREMOD_BACKEND || 'auto';
  if (!['auto', 'native', 'wasm'].includes(wanted)) {
    throw new StepFailed(`PREMOD_BACKEND is "${wanted}"`, 'Set it to native, wasm or auto, or leave it out.');
  }
  if (wanted === 'wasm') {
    if (asked) say(`Backend: WASM, because PREMOD_BACKEND=wasm (${HOW_MUCH}).`);
    return 'wasm';
  }

  const place = placeOf(root, env);
  let news = asked;
  try {
    let installed = finished(place);
    if (installed === undefined) {
      refuseAsBefore({ ...place, env, again: asked || wanted === 'native' });
      news = true;
      installed = await installUnderLock({ ...place, root, env });
    }
    if (news)
      say(`Backend: native, TensorFlow ${installed.tensorflow} (${installed.gflops} GFLOPS when it was installed).`);
    return 'native';
  } catch (error) {
    const { message, remedy } = asNoNative(error);
    if (wanted === 'native') {
      throw new StepFailed(`The native backend was asked for (PREMOD_BACKEND=native), but ${message}.`, remedy);
    }
    if (news) say(`Backend: WASM, ${HOW_MUCH}, because ${message}. ${remedy}`);
    return 'wasm';
  }
}

/**
 * Where this user's native backend for the running Node belongs.
 *
 * @param {string} root the project
 * @param {NodeJS.ProcessEnv} env
 * @public for the tests
 */
export function placeOf(root, env) {
  const cache = join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'premod');
  const version = readJson(join(root, 'native', 'package.json')).dependencies['@tensorflow/tfjs-node'];
  const platform = `${process.platform}-${process.arch}`;
  const native = join(cache, 'native');
  const recipe = createHash('sha256');
  for (const file of ['package-lock.json', 'libraries.json']) recipe.update(readFileSync(join(root, 'native', file)));
  return {
    native,
    platform,
    folder: join(native, `${version}-${platform}-${process.versions.modules}`),
    recipe: recipe.digest('hex'),
  };
}

/**
 * What an earlier set-up installed by this very recipe, if all of it is still there; a matter of milliseconds.
 *
 * @public for the tests
 */
export function finished({ folder, recipe }) {
  const stamp = readJson(join(folder, STAMP));
  if (stamp?.recipe !== recipe) return undefined;
  const whole = stamp.files.every(({ file, size }) => {
    const found = statSync(join(folder, file), { throwIfNoEntry: false });
    return found?.size === size;
  });
  return whole ? stamp : undefined;
}

/** The same name as in src/model/native.ts, which tells the service's operator what stands in it. */
const failureFile = (folder) => `${folder}.failed.json`;

/** Does not repeat at every start an attempt that failed lately and could but fail again. */
function refuseAsBefore({ folder, recipe, env, again }) {
  const before = readJson(failureFile(folder));
  if (again || before?.recipe !== recipe || before.tools !== tools(env)) return;
  if (Date.now() - before.at < TRY_AGAIN_MS) throw new NoNative(before.why, before.remedy);
}

async function installUnderLock({ native, folder, platform, recipe, root, env }) {
  const failure = failureFile(folder);
  return await withLock(
    join(native, 'lock'),
    () => say('Waiting for another set-up to install the native backend …'),
    async () => {
      const meanwhile = finished({ folder, recipe });
      if (meanwhile !== undefined) return meanwhile;
      sweep(native);
      try {
        const installed = await install({ native, folder, platform, recipe, root, env });
        rmSync(failure, { force: true });
        return installed;
      } catch (error) {
        const cause = asNoNative(error);
        const { message: why, remedy } = cause;
        writeWhole(failure, JSON.stringify({ recipe, at: Date.now(), tools: tools(env), why, remedy }));
        throw cause;
      } finally {
        sweep(native);
      }
    },
  );
}

/** Whatever stopped the installation, as a reason to go on with WASM; a mistake in set-up itself stays one. */
function asNoNative(error) {
  if (error instanceof NoNative) return error;
  if (error instanceof StepFailed) return new NoNative(error.message, error.remedy);
  if (error?.code === undefined) throw error;
  return new NoNative(oneLine(error), 'Mend that and run npm run setup again.');
}

/** Removes what an attempt, this one or an interrupted one, left half done. */
function sweep(native) {
  removeLeftovers(native);
  removeLeftovers(join(native, 'downloads'));
}

/** What a person may have installed since an attempt failed. */
function tools(env) {
  return ['python3', 'pip3', 'pip', 'python', 'c++', 'g++', 'clang++']
    .filter((name) => findProgram(name, env.PATH))
    .join(' ');
}

async function install({ native, folder, platform, recipe, root, env }) {
  const compiler = findCompiler(env);
  if (compiler === undefined) throw compilerMissing();
  const pins = readJson(join(root, 'native', 'libraries.json'));
  const libraries = await obtainLibraries({ native, pins, platform, env });
  const work = workFolder(folder);
  await step('Installing tfjs-node for the native backend', () => installPackages(root, work));
  const binding = await step('Building the binding between Node and TensorFlow', () =>
    buildBinding(work, libraries, compiler),
  );
  const gflops = Math.round(await tryBackend(work));

  const listed = readJson(join(libraries.folder, 'verified.json')).libraries;
  const files = [
    ...listed.map(({ file, size }) => ({ file: join('node_modules/@tensorflow/tfjs-node/deps/lib', file), size })),
    { file: relative(work, binding), size: statSync(binding).size },
  ];
  const stamp = {
    recipe,
    source: libraries.source,
    tensorflow: libraries.tensorflow,
    gflops,
    node: process.versions.node,
    files,
  };
  writeWhole(join(work, STAMP), JSON.stringify(stamp, null, 2));
  putInPlace(work, folder);
  return stamp;
}
