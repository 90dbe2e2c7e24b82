import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { until } from './wait.js';

/** The built program; set-up builds it before the tests run. */
const MAIN = resolve('dist/server/main.js');

/** A test that fails half-way must not leave anybody running. */
const started = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of started) child.kill('SIGTERM');
});

export type Child = {
  readonly process: ChildProcess;
  readonly port: number;
  readonly url: string;
  /** What it said so far, on either side. */
  stdout(): string;
  stderr(): string;
  /** Its exit status, or the signal that ended it, when it has ended. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Asks it to stop, and waits until it has. */
  stop(): Promise<number | NodeJS.Signals>;
};

/**
 * Starts `premod COMMAND` in a process group of its own, with nothing of our environment but what programs need.
 *
 * @param folder to start it in; ours where none is given.
 * @param input what it reads on stdin; left out, nothing.
 */
export function startChild(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  port = 0,
  folder?: string,
  input = '',
): Child {
  const child = spawn(process.execPath, [MAIN, ...command], {
    env: { ...plainEnvironment(), CI: 'true', PREMOD_DEMONSTRATION: 'false', PORT: String(port), ...environment },
    detached: true,
    cwd: folder,
    stdio: 'pipe',
  });
  // It may end without having read.
  child.stdin.on('error', () => undefined).end(input);
  started.add(child);
  child.once('close', () => started.delete(child));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<number | NodeJS.Signals>((done) => {
    child.once('close', (status, signal) => done(status ?? signal ?? -1));
  });
  return {
    process: child,
    port,
    url: `http://127.0.0.1:${port}`,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    async stop() {
      child.kill('SIGTERM');
      return await ended;
    },
  };
}

/** Starts `premod serve` on a free port and waits until it can take a comment. */
export async function startServing(environment: Readonly<Record<string, string>>): Promise<Child> {
  const child = startChild(['serve'], environment, await freePort());
  let over = false;
  void child.ended.then(() => {
    over = true;
  });
  await until(
    'the service is ready',
    async () => {
      if (over) throw new Error(`The service ended: ${child.stderr()}`);
      return await fetch(`${child.url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    },
    60_000,
  );
  return child;
}

function plainEnvironment(): Record<string, string> {
  const passed = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'XDG_CACHE_HOME', 'LD_LIBRARY_PATH'];
  return Object.fromEntries(
    passed.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

export async function freePort(): Promise<number> {
  return await new Promise((done, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** The command lines of processes that run on something under this folder, or were told to keep their temporary files there. */
export function processesUnder(folder: string): readonly string[] {
  return idsUnder(folder).map(({ command }) => command);
}

/** The same with their process ids. */
export function idsUnder(folder: string): readonly { readonly pid: number; readonly command: string }[] {
  if (process.platform !== 'linux') return [];
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8').replaceAll('\u0000', ' ');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => `${read(`/proc/${name}/cmdline`)} ${read(`/proc/${name}/environ`)}`.includes(folder))
    .map((name) => ({ pid: Number(name), command: read(`/proc/${name}/cmdline`).trim() }))
    .filter(({ command }) => command !== '');
}
