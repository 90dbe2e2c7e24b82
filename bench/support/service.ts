import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';

/** A service of its own for a measurement: started as a new user would, in a folder that goes away with it. */
export type BenchService = {
  readonly port: number;
  readonly home: string;
  readonly process: ChildProcess;
  call(method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }>;
  /** Resident memory of the service, its inference process and its PostgreSQL, in MiB. */
  memory(): { service: number; inference: number; postgres: number };
  stop(): Promise<void>;
};

export async function startBenchService(env: Readonly<Record<string, string>> = {}): Promise<BenchService> {
  const home = await mkdtemp(join(tmpdir(), 'premod-bench-'));
  const port = await freePort();
  const child = spawn(process.execPath, [resolve('dist/server/main.js'), 'serve'], {
    env: {
      ...process.env,
      PORT: String(port),
      DATA_DIR: join(home, 'data'),
      TMPDIR: home,
      PREMOD_DEMONSTRATION: 'false',
      PREMOD_LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'Content-Type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    });
    const text = await response.text();
    return {
      status: response.status,
      json: text.startsWith('{') && !text.includes('}\n{') ? (JSON.parse(text) as unknown) : text,
    };
  };
  for (let tries = 0; ; tries += 1) {
    const ready = await call('GET', '/readyz').then(
      ({ status }) => status === 200,
      () => false,
    );
    if (ready) break;
    if (child.exitCode !== null || tries > 1_200) throw new Error('The service did not start.');
    await pause(50);
  }
  await call('PUT', '/v1/articles/harbour', {
    title: 'The harbour reopens',
    summary: 'Ferries run again.',
    body: ARTICLE,
  });
  await pause(1_000);
  return {
    port,
    home,
    process: child,
    call,
    memory: () => memoryOf(child.pid ?? 0, home),
    async stop() {
      child.kill('SIGTERM');
      await new Promise((done) => child.once('exit', done));
      await pause(200);
      await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

const ARTICLE =
  'After two years of repairs the old harbour reopened on Monday. The first ferry left at six in the morning with forty passengers.\n\nThe mayor said that the quay walls would now stand for a century. Shopkeepers hope that visitors return.\n\nThe works cost more than twice of what was planned, and the council will vote on an inquiry next week.';

/** A harmless comment of about so many tokens, different for every number. */
export function commentOf(tokens: number, n: number): string {
  const words = [...(SUBJECTS[n % SUBJECTS.length] ?? SUBJECTS[0]).split(' '), `number ${n % 997}`];
  let text = words.join(' ');
  for (let i = 0; text.split(' ').length < tokens * 0.8; i += 1) text += ` ${FILLERS[(n + i) % FILLERS.length]}`;
  return `${text}.`;
}

const SUBJECTS = [
  'The ferry was late again this morning and nobody told us why',
  'I have lived beside the harbour for thirty years and welcome the new quay',
  'Who pays for the inquiry if the council votes for it next week',
  'My shop lost half of its customers while the walls were repaired',
] as const;
const FILLERS = [
  'and the timetable still does not fit the trains',
  'which the council promised to mend years ago',
  'while the tickets cost more than before',
  'so I hope that somebody reads these lines',
  'as my neighbours on the hill keep saying',
] as const;

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export async function pause(milliseconds: number): Promise<void> {
  await new Promise((done) => setTimeout(done, milliseconds));
}

/** One line about the machine, to stand beside every figure. */
export function machine(): string {
  const [cpu] = cpus();
  return `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpu?.model.trim() ?? '?'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
}

function memoryOf(service: number, home: string): { service: number; inference: number; postgres: number } {
  const memory = { service: 0, inference: 0, postgres: 0 };
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const pid = Number(name);
    const command = read(`/proc/${pid}/cmdline`).replaceAll('\u0000', ' ');
    if (pid === service) memory.service += residentOf(pid);
    else if (command.startsWith('postgres') || command.includes('/bin/postgres')) {
      if (command.includes(home) || parentsOf(pid).some((parent) => read(`/proc/${parent}/cmdline`).includes(home)))
        memory.postgres += privateOf(pid);
    } else if (command.includes('inference') && read(`/proc/${pid}/environ`).includes(home))
      memory.inference += residentOf(pid);
  }
  return memory;
}

function residentOf(pid: number): number {
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024);
}

/** Shared buffers stand in every PostgreSQL process; the proportional share counts them once. */
function privateOf(pid: number): number {
  return Math.round(Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024);
}

function parentsOf(pid: number): number[] {
  const parent = Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
  return parent > 1 ? [parent, ...parentsOf(parent)] : [];
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

async function freePort(): Promise<number> {
  return await new Promise((done, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
