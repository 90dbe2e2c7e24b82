import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { InferenceError } from '../errors.js';
import type { Place } from './place.js';
import { ANOTHER_SERVES, GREETING } from './protocol.js';

/** So long a process may take until it listens; loading a model comes after that. */
const LONGEST_START_MS = 15_000;

/**
 * The system's allocator keeps what it was given back; the native library copies its weights several times while it prepares
 * a graph. Few pools, and the largest blocks returned at once. Smaller thresholds save 200 MB more, but then every step of a
 * batch asks the kernel for fresh pages: 1 MiB costs a seventh of the speed, 256 KiB a quarter.
 */
const MEMORY = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '4194304', MALLOC_TRIM_THRESHOLD_: '4194304' };

const LARGEST_LOG = 1_000_000;

/** What a library of the inference process may need of the environment; keys and database addresses are not passed on. */
const ENVIRONMENT = /^(PATH|HOME|LANG|LC_.*|TZ|TMPDIR|XDG_CACHE_HOME|LD_LIBRARY_PATH|TF_.*|OMP_.*|DNNL_.*)$/;

/**
 * Connects to the inference process of a place and starts one where there is none.
 *
 * @param start what main.ts is told, as JSON.
 * @param entry the file to run.
 * @throws InferenceError `inference-unavailable` where it does not start, with what it said last.
 */
export async function reachInference(place: Place, start: object, entry: string): Promise<Socket> {
  const until = performance.now() + LONGEST_START_MS;
  let child: ChildProcess | undefined;
  let startedAt = 0;
  while (performance.now() < until) {
    const socket = await tryConnect(place.socket);
    if (socket !== null) return socket;

    const status = child === undefined ? ANOTHER_SERVES : child.exitCode;
    if (status === ANOTHER_SERVES && performance.now() - startedAt > 500) {
      child = startProcess(entry, start, place.log);
      startedAt = performance.now();
    } else if (status !== null && status !== ANOTHER_SERVES) {
      throw new InferenceError('inference-unavailable', `The inference process does not start: ${lastLine(place.log)}`);
    }
    await sleep(25);
  }
  throw new InferenceError('inference-unavailable', `The inference process does not answer at ${place.socket}.`);
}

/**
 * The compiled entry of the inference process: beside this file, or, where premod runs from its sources (in tests) or from
 * elsewhere in its folder (in bench/), in the built server.
 */
export function defaultEntry(): string {
  const beside = fileURLToPath(new URL('./main.js', import.meta.url));
  if (existsSync(beside)) return beside;
  let root = dirname(beside);
  while (!existsSync(join(root, 'package.json')) && root !== dirname(root)) root = dirname(root);
  return join(root, 'dist', 'server', 'model', 'inference', 'main.js');
}

function startProcess(entry: string, start: object, log: string): ChildProcess {
  const output = openSync(log, existsSync(log) && statSync(log).size > LARGEST_LOG ? 'w' : 'a', 0o600);
  const environment = Object.entries(process.env).filter(([name]) => ENVIRONMENT.test(name));
  const child = spawn(process.execPath, [entry, JSON.stringify(start)], {
    // A session of its own: it serves others too and ends by itself when the last one has left.
    detached: true,
    cwd: tmpdir(),
    stdio: ['ignore', output, output],
    env: { ...Object.fromEntries(environment), ...MEMORY, TF_CPP_MIN_LOG_LEVEL: '2' },
  });
  child.on('error', () => undefined);
  child.unref();
  closeSync(output);
  return child;
}

/** @returns a connection that is served, or null. */
function tryConnect(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const refused = () => resolve(null);
    socket.once('error', refused);
    socket.once('close', refused);
    socket.once('readable', () => {
      // Exactly this is there: nothing was asked yet.
      const greeted = socket.read(GREETING.length) as Buffer | null;
      if (greeted === null || !greeted.equals(GREETING)) {
        socket.destroy();
        return;
      }
      socket.removeListener('error', refused);
      socket.removeListener('close', refused);
      resolve(socket);
    });
  });
}

/** What a process said at its end: Node prints the error first and its own version last. */
function lastLine(log: string): string {
  try {
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    return lines.findLast((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? 'it said nothing';
  } catch {
    return 'it said nothing';
  }
}
