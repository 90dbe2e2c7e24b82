import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NoNative } from './native-libraries.mjs';
import { complaint, findProgram, npm, run } from './processes.mjs';
import { StepFailed } from './say.mjs';

/** Node-API version that the binding is built for: the newest that tfjs-node 4.22 looks for, and older than every Node that premod runs on. */
const NODE_API = 8;

const HELP =
  'To get it, install a C++ compiler (Debian, Ubuntu: apt install g++; Fedora: dnf install gcc-c++; macOS: xcode-select --install) and run npm run setup again.';

/**
 * The C++ compiler to use: `$CXX`, or the first of the usual names on PATH.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {string[] | undefined} program and its first arguments
 */
export function findCompiler(env) {
  const named = env.CXX?.trim().split(/\s+/) ?? [];
  if (named.length > 0 && named[0] !== '') return named;
  for (const name of ['c++', 'g++', 'clang++']) {
    const program = findProgram(name, env.PATH);
    if (program !== undefined) return [program];
  }
  return undefined;
}

/** tfjs-node's own install script would download the binding here: docs/decisions/0009-no-ready-made-binding.md. */
export function compilerMissing() {
  return new NoNative(
    'there is no C++ compiler (c++, g++ or clang++), and no checksum is known of the ready-made binding that tfjs-node would download in its place, so it is not taken (docs/decisions/0009-no-ready-made-binding.md)',
    HELP,
  );
}

/** Installs tfjs-node and its packages, as native/package-lock.json has them, into a folder. */
export async function installPackages(root, folder) {
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(root, 'native', file), join(folder, file));
  const result = await npm(['ci', '--ignore-scripts', '--include=prod', '--no-audit', '--no-fund'], { cwd: folder });
  if (!result.ok) {
    throw new StepFailed(
      `tfjs-node could not be installed: ${complaint(result.errors)}`,
      'Check that the npm registry can be reached (npm ping) and that the disk has 2 GB free, then run the command again.',
    );
  }
  // Two thirds of the 300 MB are source maps.
  for (const file of readdirSync(join(folder, 'node_modules'), { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.map')) rmSync(join(folder, 'node_modules', file));
  }
}

/**
 * Compiles tfjs-node's binding against the libraries and links both where tfjs-node looks for them.
 *
 * This is what tfjs-node's binding.gyp does, in one call of the compiler: the binding uses nothing of Node but Node-API,
 * whose headers come locked from npm. So neither node-gyp nor make nor Node's own headers have to be there.
 *
 * @param {string} folder where {@link installPackages} put tfjs-node
 * @param {import('./native-libraries.mjs').Libraries} libraries
 * @param {readonly string[]} compiler
 * @returns {Promise<string>} the binding
 */
export async function buildBinding(folder, libraries, compiler) {
  const tfjs = join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
  mkdirSync(join(tfjs, 'deps'), { recursive: true });
  // A relative link holds when the folder gets its final name beside the libraries, and in an image under another root.
  symlinkSync(relative(join(tfjs, 'deps'), join(libraries.folder, 'lib')), join(tfjs, 'deps', 'lib'));

  const binding = join(tfjs, 'lib', `napi-v${NODE_API}`, 'tfjs_binding.node');
  mkdirSync(dirname(binding), { recursive: true });
  const mac = process.platform === 'darwin';
  const args = [
    '-std=c++17',
    '-O2',
    '-fPIC',
    '-shared',
    `-DNAPI_VERSION=${NODE_API}`,
    '-DNODE_GYP_MODULE_NAME=tfjs_binding',
  ];
  args.push('-I', join(folder, 'node_modules', 'node-api-headers', 'include'), '-I', join(libraries.folder, 'include'));
  args.push(join(tfjs, 'binding', 'tfjs_backend.cc'), join(tfjs, 'binding', 'tfjs_binding.cc'), '-o', binding);
  args.push('-L', join(libraries.folder, 'lib'), '-ltensorflow', '-ltensorflow_framework');
  args.push(
    `-Wl,-rpath,${mac ? '@loader_path' : '$ORIGIN'}/../../deps/lib`,
    ...(mac ? ['-undefined', 'dynamic_lookup'] : []),
  );
  const result = await run(compiler[0], [...compiler.slice(1), ...args], { seconds: 10 * 60 });
  if (!result.ok) {
    const cause = result.errors.split('\n').find((line) => /error/i.test(line)) ?? result.errors.split('\n')[0] ?? '';
    throw new NoNative(
      `${compiler.join(' ')} could not build tfjs-node's binding (${cause.trim().slice(0, 300)})`,
      HELP,
    );
  }
  return binding;
}

/**
 * Loads the backend in a process of its own and multiplies matrices with it.
 *
 * @returns {Promise<number>} billions of floating-point operations a second
 */
export async function tryBackend(folder) {
  const check = join(dirname(fileURLToPath(import.meta.url)), 'native-check.mjs');
  const result = await run(process.execPath, [check, folder], { seconds: 120 });
  const measured = Number(result.output);
  if (result.ok && measured > 0) return measured;
  const cause = result.errors.split('\n').find((line) => /error/i.test(line)) ?? result.errors.split('\n')[0] ?? '';
  throw new NoNative(
    `the library was installed but does not run here (${cause.trim().slice(0, 300) || 'the process ended'})`,
    'The processor may lack AVX, or the C library may be too old; on another machine it may work.',
  );
}
