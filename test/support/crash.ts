import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { findRunning } from '../../src/store/embedded/cluster.js';

export type CrashReport = {
  readonly round: number;
  /** Answered with 202 before the kill, or while it happened. */
  readonly accepted: number;
  /** Accepted and not yet decided at the kill. */
  readonly undecidedAtKill: number;
  /** From the restart until everything was decided. */
  readonly secondsToRecover: number;
  /** Accepted comments without exactly one effective decision: must be none. */
  readonly wrong: readonly string[];
};

export type CrashOptions = {
  readonly rounds: number;
  /** A round counts only if so many accepted comments were undecided at the kill. */
  readonly leastUndecided: number;
  readonly main: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called at the moment of the kill, for what else is to die (Redis). */
  readonly alsoKill?: () => Promise<void>;
  /** Called before the restart, for what must be there again. */
  readonly restore?: () => Promise<void>;
  readonly report?: (report: CrashReport) => void;
};

/**
 * Sends comments, kills the service, its PostgreSQL and its inference process with SIGKILL at a random moment, starts it again
 * and looks: every comment that was answered with 202 must end with exactly one effective decision.
 */
export async function crash(options: CrashOptions): Promise<readonly CrashReport[]> {
  const home = await mkdtemp(join(tmpdir(), 'premod-crash-'));
  const port = await freePort();
  const env = {
    ...process.env,
    ...options.env,
    PORT: String(port),
    DATA_DIR: join(home, 'data'),
    // Its own place for the inference process, so that nobody else's is killed.
    TMPDIR: home,
    CI: 'true',
    PREMOD_DEMONSTRATION: 'false',
    PREMOD_LOG_LEVEL: 'error',
    PREMOD_SWEEP_MS: '1000',
  };
  const reports: CrashReport[] = [];
  let service: ChildProcess | null = null;
  try {
    service = await start(options.main, env, port);
    await put(port, '/v1/articles/harbour', {
      title: 'The harbour reopens',
      body: 'The ferries run again after two years.',
    });
    for (let round = 1; round <= options.rounds; ) {
      const accepted = await sendUntilKill(service, home, port, round, options);
      await options.restore?.();
      const began = performance.now();
      service = await start(options.main, env, port);
      const url = await findRunning(join(home, 'data'));
      if (url === null) throw new Error('The service runs without its PostgreSQL.');
      const undecidedAtKill = accepted.undecided;
      await untilDecided(url);
      const report: CrashReport = {
        round,
        accepted: accepted.ids.length,
        undecidedAtKill,
        secondsToRecover: (performance.now() - began) / 1000,
        wrong: await wrongOnes(url, accepted.ids),
      };
      if (undecidedAtKill < options.leastUndecided) continue;
      reports.push(report);
      options.report?.(report);
      round += 1;
    }
    return reports;
  } finally {
    if (service !== null) killAll(service, home);
    await new Promise((done) => setTimeout(done, 200));
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function sendUntilKill(
  service: ChildProcess,
  home: string,
  port: number,
  round: number,
  options: CrashOptions,
): Promise<{ ids: string[]; undecided: number }> {
  const ids: string[] = [];
  let dead = false;
  let counter = 0;
  const sender = async () => {
    while (!dead) {
      counter += 1;
      const id = `${Date.now()}-${round}-${counter}`;
      const text = `Comment number ${counter}: the ferry at ${counter % 24} o'clock was late again, and nobody said why.`;
      const comment = { id, articleId: 'harbour', author: { id: `a${counter % 50}` }, text };
      // Whether a request that was cut was accepted, nobody knows; only answers count.
      const status = await post(port, '/v1/comments', comment).catch(() => 0);
      if (status === 202) ids.push(id);
    }
  };
  const senders = Array.from({ length: 12 }, sender);
  const url = await findRunning(join(home, 'data'));
  const client = new pg.Client({ connectionString: url ?? '' });
  client.on('error', () => undefined);
  await client.connect();
  const backlog = async () => {
    const { rows } = await client.query<{ n: number }>(
      `select count(*)::integer as n from premod.outbox where kind = 'classify'`,
    );
    return rows[0]?.n ?? 0;
  };
  const deadline = Date.now() + 60_000;
  while ((await backlog()) < options.leastUndecided + 50 && Date.now() < deadline) await pause(10);
  // A random moment, so that every step of the line is cut sooner or later.
  await pause(Math.random() * 1_500);
  await Promise.all([options.alsoKill?.(), Promise.resolve(killAll(service, home))]);
  dead = true;
  await Promise.all(senders);
  await client.end().catch(() => undefined);
  await pause(300);
  return { ids, undecided: await undecidedAfterKill(home, ids) };
}

/** Counted in the database itself, which recovers from the kill here, before anybody works on it again. */
async function undecidedAfterKill(home: string, ids: readonly string[]): Promise<number> {
  const { startCluster } = await import('../../src/store/embedded/cluster.js');
  const cluster = await startCluster(join(home, 'data'));
  const client = new pg.Client({ connectionString: cluster.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ n: number }>(
      `select count(*)::integer as n from premod.comment c where c.external_id = any($1)
       and not exists (select 1 from premod.decision d where d.site = c.site and d.comment_id = c.id)`,
      [ids],
    );
    return rows[0]?.n ?? 0;
  } finally {
    // Left running: the service that starts next takes it over, as it does after a kill that spared it.
    await client.end();
  }
}

async function untilDecided(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const deadline = Date.now() + 300_000;
    for (;;) {
      const { rows } = await client.query<{ n: number }>(
        `select count(*)::integer as n from premod.outbox where kind = 'classify'`,
      );
      if (rows[0]?.n === 0) return;
      if (Date.now() > deadline) throw new Error(`${rows[0]?.n} comments are still undecided after five minutes.`);
      await pause(100);
    }
  } finally {
    await client.end();
  }
}

async function wrongOnes(url: string, ids: readonly string[]): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>(
      `select n.id from unnest($1::text[]) as n(id)
       left join premod.comment c on c.site = 1 and c.external_id = n.id
       where c.id is null or (select count(*) from premod.decision d where d.site = c.site and d.comment_id = c.id
                              and d.revision = c.revision and d.effective and not d.degraded) <> 1`,
      [ids],
    );
    return rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
}

async function start(main: string, env: NodeJS.ProcessEnv, port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [main, 'serve'], { env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString('utf8')}`.slice(-4_000);
  });
  const deadline = Date.now() + 60_000;
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    );
    if (ready) return child;
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`The service did not start: ${said}`);
    await pause(50);
  }
}

/** SIGKILL for the service's group, for every PostgreSQL process of its data folder and for its inference process. */
function killAll(service: ChildProcess, home: string): void {
  const doomed = new Set<number>();
  const processes = readProcesses();
  for (const { pid, command, environment } of processes) {
    if (command.includes(home) || environment.includes(`TMPDIR=${home}`)) doomed.add(pid);
  }
  for (let grew = true; grew; ) {
    grew = false;
    for (const { pid, parent } of processes) {
      if (doomed.has(parent) && !doomed.has(pid)) {
        doomed.add(pid);
        grew = true;
      }
    }
  }
  if (service.pid !== undefined) signal(-service.pid);
  for (const pid of doomed) signal(pid);
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was gone already.
  }
}

function readProcesses(): { pid: number; parent: number; command: string; environment: string }[] {
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid)
    .map((pid) => ({
      pid,
      parent: Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0),
      command: read(`/proc/${pid}/cmdline`).replaceAll('\u0000', ' '),
      environment: read(`/proc/${pid}/environ`).replaceAll('\u0000', '\n'),
    }));
}

async function put(port: number, path: string, body: unknown): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
}

async function post(port: number, path: string, body: unknown): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  await response.arrayBuffer();
  return response.status;
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

async function pause(milliseconds: number): Promise<void> {
  await new Promise((done) => setTimeout(done, milliseconds));
}
