import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import util from 'node:util';

/** The part of tfjs-node that premod uses: all of tfjs-core's operations, and running a SavedModel as one graph. */
export type NativeTensorFlow = typeof import('@tensorflow/tfjs-core') & {
  readonly node: {
    /** Reads a folder that holds `saved_model.pb`. Its graph's memory is native: end with `dispose()`. */
    loadSavedModel(folder: string, tags?: readonly string[], signature?: string): Promise<SavedModel>;
  };
};

type Tensor = import('@tensorflow/tfjs-core').Tensor;
type NamedTensorMap = import('@tensorflow/tfjs-core').NamedTensorMap;

/** A SavedModel's signature, ready to run. One input or output is a tensor by itself, several are named or in order. */
export type SavedModel = {
  predict(inputs: Tensor | Tensor[] | NamedTensorMap): Tensor | Tensor[] | NamedTensorMap;
  dispose(): void;
};

export type NativeBackend =
  | {
      readonly kind: 'loaded';
      readonly tf: NativeTensorFlow;
      /** Version of the TensorFlow library underneath, such as `2.21.0`. */
      readonly tensorflow: string;
    }
  | {
      readonly kind: 'absent';
      /** One line for the operator: what is missing and how to get it. */
      readonly why: string;
    };

/** Version of tfjs-node in native/package.json; part of the folder's name, so that two versions of premod share a machine. */
const TFJS_NODE = '4.22.0';

/** The file that set-up writes last: without it the folder is not finished. */
const STAMP = 'premod-native.json';

/** Where set-up keeps what it fetched for this user: `$XDG_CACHE_HOME/premod`, or `~/.cache/premod`. */
export function cacheFolder(environment: { readonly XDG_CACHE_HOME?: string | undefined }): string {
  const home = environment.XDG_CACHE_HOME;
  return join(home === undefined || home === '' ? join(homedir(), '.cache') : home, 'premod');
}

/** The folder in which set-up installed the native backend for the Node that is running; it need not exist. */
export function nativeFolder(cache: string): string {
  return join(cache, 'native', `${TFJS_NODE}-${process.platform}-${process.arch}-${process.versions.modules}`);
}

/**
 * Loads the native TensorFlow backend into this process (about 0.3 s and 400 MB) and makes it the active one.
 *
 * Load it in the inference process only. It shares its engine with a statically imported `@tensorflow/tfjs-core` of
 * the same version (both keep it on the global object), so operations of either work on the other's tensors.
 *
 * @param cache the folder that {@link cacheFolder} names.
 * @returns `absent` where set-up could not install it or the library does not load; never throws for these.
 */
export function loadNative(cache: string): NativeBackend {
  const folder = nativeFolder(cache);
  if (!existsSync(join(folder, STAMP))) return { kind: 'absent', why: whyNotInstalled(folder) };
  prepareProcess();
  try {
    const stamp = JSON.parse(readFileSync(join(folder, STAMP), 'utf8')) as { readonly tensorflow?: string };
    const tf = createRequire(join(folder, 'package.json'))('@tensorflow/tfjs-node') as NativeTensorFlow;
    if (tf.getBackend() !== 'tensorflow') return { kind: 'absent', why: `tfjs-node in ${folder} did not start` };
    return { kind: 'loaded', tf, tensorflow: stamp.tensorflow ?? 'unknown' };
  } catch (error) {
    const cause = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return {
      kind: 'absent',
      why: `the library in ${folder} does not load (${cause}); delete that folder and run npm run setup`,
    };
  }
}

/** What set-up wrote down when it could not install the backend: why, and what to do about it. */
function whyNotInstalled(folder: string): string {
  try {
    const { why, remedy } = JSON.parse(readFileSync(`${folder}.failed.json`, 'utf8')) as Record<string, unknown>;
    if (typeof why === 'string' && typeof remedy === 'string') return `${why}. ${remedy}`;
  } catch {
    // Set-up has not tried on this machine, or for another Node.
  }
  return `not installed in ${folder}; npm run setup installs it or says why it cannot`;
}

/** What tfjs-node and its library expect of the process, put in place before they load. */
function prepareProcess(): void {
  // The library reads these when it is loaded. Its notices go to stderr and would stand between premod's own lines;
  // oneDNN is off because it announces itself whatever the log level says, and made little difference to the speed.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '0';

  // tfjs-node 4.22 calls these two: Node 22 warns of them at every start, and Node 23 took them away.
  const old = util as unknown as Record<string, unknown>;
  old.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  old.isArray = Array.isArray;
}
