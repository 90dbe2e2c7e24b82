import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chown, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { StoreError } from '../store-error.js';
import { type Binaries, locateBinaries } from './binaries.js';
import { makeDataFolder } from './data-folder.js';
import { chooseOwner, commandAs, type Owner } from './owner.js';
import { startingAlone } from './starting.js';

/**
 * Durability stays on (docs/decisions/0003): what was answered with 2xx survives a crash. PostgreSQL's own log holds no
 * comment text: no statements, no parameters, and `terse` drops the DETAIL lines that quote rows.
 */
const SETTINGS = [
  'fsync=on',
  'synchronous_commit=on',
  'full_page_writes=on',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=100',
  'shared_buffers=128MB',
  'max_wal_size=1GB',
  'checkpoint_completion_target=0.9',
  'wal_compression=on',
  'jit=off',
  'log_destination=stderr',
  'logging_collector=off',
  'log_statement=none',
  'log_min_duration_statement=-1',
  'log_min_error_statement=panic',
  'log_parameter_max_length=0',
  'log_parameter_max_length_on_error=0',
  'log_error_verbosity=terse',
] as const;

/** How to reach a running embedded PostgreSQL; kept in `DATA_DIR/postgres.json`, readable by its owner only. */
type Credentials = { readonly port: number; readonly password: string };

export type Cluster = {
  readonly url: string;
  /** `adopted`: a dead process had left it running. */
  readonly origin: 'started' | 'adopted';
  /** Ends PostgreSQL after it has written everything down. */
  stop(): Promise<void>;
};

const DATABASE = 'premod';

/**
 * Starts the PostgreSQL whose files lie under `directory`, or takes over the one that is already running there.
 *
 * It runs in a session of its own, so that an interrupt meant for us does not end it while we still write.
 *
 * @throws StoreError where it cannot be made or started, with the reason from its own log.
 */
export async function startCluster(directory: string): Promise<Cluster> {
  const binaries = await locateBinaries();
  await makeDataFolder(directory);
  return await startingAlone(directory, () => startOrAdopt(binaries, directory));
}

async function startOrAdopt(binaries: Binaries, directory: string): Promise<Cluster> {
  const files = join(directory, 'postgres');
  const owner = chooseOwner([join(files, 'PG_VERSION'), binaries.postgres]);

  const credentials = await ensureFiles(binaries, owner, directory, files);
  const adopted = await findRunning(directory);
  if (adopted !== null) return { url: adopted, origin: 'adopted', stop: () => stopCluster(files) };

  const port = (await portIsFree(credentials.port)) ? credentials.port : await freePort();
  await writeCredentials(directory, { ...credentials, port });
  await launch(binaries, owner, directory, files, port);
  const url = urlOf({ ...credentials, port });
  await waitUntilReady(url, directory);
  return { url, origin: 'started', stop: () => stopCluster(files) };
}

/** The address of the PostgreSQL that runs under `directory`, or null where none answers. */
export async function findRunning(directory: string): Promise<string | null> {
  const credentials = await readCredentials(directory);
  if (credentials === null) return null;
  const pid = await postmasterPid(join(directory, 'postgres'));
  if (pid === null || !isAlive(pid)) return null;
  const url = urlOf(credentials);
  // A PostgreSQL that was killed and restarts needs a moment to replay its log.
  for (let attempt = 0; attempt < 100 && isAlive(pid); attempt += 1) {
    if ((await answers(url)) === 'yes') return url;
    await pause(100);
  }
  return null;
}

async function ensureFiles(binaries: Binaries, owner: Owner, directory: string, files: string): Promise<Credentials> {
  const known = await readCredentials(directory);
  if (known !== null && (await exists(join(files, 'PG_VERSION')))) return known;
  if (await exists(join(files, 'PG_VERSION'))) {
    throw new StoreError(`${directory} holds a PostgreSQL whose postgres.json is missing; restore that file.`);
  }
  const credentials = { port: await freePort(), password: randomBytes(24).toString('base64url') };
  // Made beside its place and moved there when complete, so that a cut leaves nothing half made.
  const making = join(directory, `postgres.making-${process.pid}`);
  for (const name of await readdir(directory)) {
    if (/^(postgres\.making|password)-\d+$/.test(name))
      await rm(join(directory, name), { recursive: true, force: true });
  }
  await mkdir(making, { mode: 0o700 });
  const passwordFile = join(directory, `password-${process.pid}`);
  await writeFile(passwordFile, `${credentials.password}\n`, { mode: 0o600 });
  if (owner.kind === 'other') {
    await chown(making, owner.uid, owner.gid);
    await chown(passwordFile, owner.uid, owner.gid);
  }
  try {
    const flags = [
      `--pgdata=${making}`,
      '--auth=scram-sha-256',
      '--username=premod',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C',
      '--no-instructions',
    ];
    await runToEnd(owner, binaries.initdb, flags);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await writeCredentials(directory, credentials);
  await rename(making, files);
  return credentials;
}

async function launch(binaries: Binaries, owner: Owner, directory: string, files: string, port: number): Promise<void> {
  const log = await open(join(directory, 'postgres.log'), 'a', 0o600);
  try {
    const flags = ['-D', files, '-p', String(port), ...SETTINGS.flatMap((setting) => ['-c', setting])];
    const command = commandAs(owner, binaries.postgres, flags);
    const child = spawn(command.program, command.parameters, {
      ...command.identity,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
    });
    await new Promise<void>((done, failed) => {
      child.once('spawn', done);
      child.once('error', (error) => failed(new StoreError(`PostgreSQL could not be started: ${error.message}`)));
    });
    child.unref();
  } finally {
    await log.close();
  }
}

async function waitUntilReady(url: string, directory: string): Promise<void> {
  let missed = 0;
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if ((await answers(url)) === 'yes') return;
    await pause(100);
    const pid = await postmasterPid(join(directory, 'postgres'));
    missed = pid === null || !isAlive(pid) ? missed + 1 : 0;
    if (missed > 30) break;
  }
  throw new StoreError(
    `The embedded PostgreSQL under ${directory} did not start; the end of its log: ${await logTail(directory)}`,
  );
}

async function stopCluster(files: string): Promise<void> {
  const pid = await postmasterPid(files);
  if (pid === null || !isAlive(pid)) return;
  // "Fast" shutdown: transactions end, everything is written down.
  process.kill(pid, 'SIGINT');
  for (let attempt = 0; attempt < 300 && isAlive(pid); attempt += 1) await pause(50);
}

/** Creates the database where it is missing, and tells whether the server answers at all. */
async function answers(url: string): Promise<'yes' | 'no'> {
  const client = new pg.Client({ connectionString: maintenanceUrl(url), connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
    return 'yes';
  } catch (error) {
    const duplicate = error instanceof pg.DatabaseError && (error.code === '42P04' || error.code === '23505');
    return duplicate ? 'yes' : 'no';
  } finally {
    await client.end().catch(() => undefined);
  }
}

function urlOf({ port, password }: Credentials): string {
  return `postgresql://premod:${password}@127.0.0.1:${port}/${DATABASE}`;
}

function maintenanceUrl(url: string): string {
  const address = new URL(url);
  address.pathname = '/postgres';
  return address.href;
}

async function readCredentials(directory: string): Promise<Credentials | null> {
  try {
    return JSON.parse(await readFile(join(directory, 'postgres.json'), 'utf8')) as Credentials;
  } catch {
    return null;
  }
}

async function writeCredentials(directory: string, credentials: Credentials): Promise<void> {
  const making = join(directory, `postgres.json.${process.pid}`);
  await writeFile(making, JSON.stringify(credentials), { mode: 0o600 });
  await rename(making, join(directory, 'postgres.json'));
}

async function postmasterPid(files: string): Promise<number | null> {
  const content = await readFile(join(files, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(content, 10);
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  // After a crash another program may have been given the number.
  if (process.platform !== 'linux') return true;
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres');
  } catch {
    return false;
  }
}

async function runToEnd(owner: Owner, program: string, parameters: readonly string[]): Promise<void> {
  const command = commandAs(owner, program, parameters);
  const child = spawn(command.program, command.parameters, {
    ...command.identity,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString('utf8');
  });
  const status = await new Promise<number | null>((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });
  if (status !== 0)
    throw new StoreError(`PostgreSQL could not make its files: ${complaints.trim().replace(/\s+/g, ' ')}`);
}

async function logTail(directory: string): Promise<string> {
  const log = await readFile(join(directory, 'postgres.log'), 'utf8').catch(() => '');
  return log.trim().split('\n').slice(-3).join(' ') || '(empty)';
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

async function portIsFree(port: number): Promise<boolean> {
  return await new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
  });
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
