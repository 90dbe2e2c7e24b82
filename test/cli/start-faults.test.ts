import {
  appendFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { takeLock } from '../../src/model/inference/lock.js';
import { placeOf } from '../../src/model/inference/place.js';
import { startCluster } from '../../src/store/embedded/cluster.js';
import { type Child, freePort, processesUnder, startChild, startServing } from '../support/child.js';
import { copyModels } from '../support/models.js';
import { until } from '../support/wait.js';

/** Everything that is started here keeps its files under this folder, so that what is left over can be found. */
let home: string;
let data: string;
let environment: Record<string, string>;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'premod-faults-'));
  data = join(home, 'data');
  environment = { TMPDIR: home, DATA_DIR: data, PREMOD_LOG_LEVEL: 'error' };
});
afterAll(async () => {
  // The inference process leaves by itself some seconds after the last one who needed it.
  await until(
    `nothing is left running: ${processesUnder(home).join('; ')}`,
    () => processesUnder(home).length === 0,
    40_000,
  );
  rmSync(home, { recursive: true, force: true });
});

/** Starts what cannot start, and returns what it said: one line, and nothing that looks like a program's insides. */
async function fault(change: Record<string, string>, command = ['serve'], port = 0): Promise<string> {
  const child = startChild(command, { ...environment, ...change }, port);
  const status = await child.ended;
  expect({ status, stdout: child.stdout() }).toEqual({ status: 1, stdout: '' });
  const said = child.stderr();
  expect(said).not.toMatch(/^\s+at /m);
  expect(said).toMatch(/^premod: /);
  return said.slice('premod: '.length);
}

const isOneLine = (said: string) => said.endsWith('\n') && said.indexOf('\n') === said.length - 1;

/** A copy of the shipped models, for a test to damage. */
const copyOfModels = (name: string) => copyModels(join(home, name));

describe('An invalid configuration', () => {
  it('is told whole: every fault under the name that the operator knows', async () => {
    const said = await fault({
      PORT: 'eighty',
      REDIS_URL: 'localhost',
      PREMOD_BACKEND: 'gpu',
      PREMOD_SITE_LANGUAGE: 'English',
    });
    expect(said.trimEnd().split('\n')).toEqual([
      'Invalid configuration:',
      '  PORT must be a number',
      '  REDIS_URL must be an address such as redis://localhost:6379',
      '  PREMOD_BACKEND must be one of auto, native, wasm',
      '  PREMOD_SITE_LANGUAGE must be a language’s code of two or three small letters, such as en or de',
    ]);
  });

  it('that would let everybody in is refused, with an example of what to set', async () => {
    for (const change of [{ HOST: '0.0.0.0' }, { DATABASE_URL: inject('clusterUrl') }]) {
      const said = await fault(change);
      expect(said).toMatch(/PREMOD_API_KEY must be set.*Example: PREMOD_API_KEY=\S+\n$/);
      expect(isOneLine(said)).toBe(true);
    }
  });
});

describe('A port in use', () => {
  let holder: Server;
  it('is named, with what to do', async () => {
    holder = createServer();
    const port = await freePort();
    await new Promise<void>((done) => holder.listen(port, '127.0.0.1', done));
    const said = await fault({}, ['serve'], port);
    expect(said).toBe(`Port ${port} on 127.0.0.1 is in use. Set PORT to another one, or stop what uses it.\n`);
    holder.close();
  });

  it('and an address that is not this machine’s, too', async () => {
    const said = await fault({ HOST: '192.0.2.1', PREMOD_API_KEY: 'some-key' });
    expect(said).toMatch(/^Port \d+ on 192\.0\.2\.1 cannot be used/);
    expect(isOneLine(said)).toBe(true);
  });
});

describe('A model that is not what was published', () => {
  it('is refused by the name of the file, be it one byte', async () => {
    const { folder, artefact } = copyOfModels('flipped');
    const path = join(artefact, 'heads.safetensors');
    const file = openSync(path, 'r+');
    const byte = Buffer.alloc(1);
    readSync(file, byte, 0, 1, 400_000);
    byte[0] = (byte[0] ?? 0) ^ 1;
    writeSync(file, byte, 0, 1, 400_000);
    for (const command of [['serve'], ['score']]) {
      const said = await fault({ MODELS_DIR: folder }, command);
      expect(said).toContain(path);
      expect(isOneLine(said)).toBe(true);
    }
  });

  it('or is missing', async () => {
    const { folder, artefact } = copyOfModels('missing');
    rmSync(join(artefact, 'tokenizer.json'));
    expect(await fault({ MODELS_DIR: folder })).toContain('tokenizer.json cannot be read (ENOENT)');
    writeFileSync(join(folder, 'CURRENT'), 'nothing-2020-01-01\n');
    expect(await fault({ MODELS_DIR: folder })).toContain('nothing-2020-01-01');
    const said = await fault({ MODELS_DIR: join(home, 'nowhere') });
    expect(said).toContain('nowhere');
    expect(isOneLine(said)).toBe(true);
  });
});

describe('A file that a command is given and that is not there', () => {
  it('is named in words', async () => {
    const path = join(home, 'nowhere.yaml');
    for (const command of [
      ['rules', 'check', path],
      ['policies', 'check', path],
      ['score', '--bundle', path],
    ]) {
      expect(await fault({}, command)).toBe(`${path}: cannot be read: there is no such file.\n`);
    }
    expect(await fault({}, ['rules', 'check', home])).toBe(`${home}: cannot be read: it is a folder.\n`);
  });
});

describe('A rule list that cannot be read', () => {
  it('is named by file and line', async () => {
    const { folder } = copyOfModels('rules-broken');
    const path = join(folder, 'rules', 'threats.yaml');
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n').length;
    appendFileSync(path, '\nnonsense: [1, 2\n');
    const said = await fault({ MODELS_DIR: folder });
    expect(said).toContain('threats.yaml');
    expect(Number(/threats\.yaml\D+(\d+)/.exec(said)?.[1])).toBeGreaterThanOrEqual(lines);
    expect(isOneLine(said)).toBe(true);
  });
});

describe('A store or queue that is not there', () => {
  it('is named, without the password', async () => {
    const key = { PREMOD_API_KEY: 'some-key' };
    const away = await fault({ ...key, DATABASE_URL: 'postgresql://premod:hush-hush@127.0.0.1:1/premod' });
    expect(away).toMatch(/^DATABASE_URL: PostgreSQL at 127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED/);
    expect(away).not.toContain('hush-hush');
    expect(isOneLine(away)).toBe(true);

    const wrong = new URL(inject('clusterUrl'));
    wrong.password = 'hush-hush';
    const refused = await fault({ ...key, DATABASE_URL: wrong.href });
    expect(refused).toMatch(/^DATABASE_URL: PostgreSQL at .* cannot be used: password authentication failed/);
    expect(refused).not.toContain('hush-hush');
    expect(isOneLine(refused)).toBe(true);
  });

  it('ends the PostgreSQL that was started for it', async () => {
    const said = await fault({ REDIS_URL: 'redis://:hush-hush@127.0.0.1:1' });
    expect(said).toMatch(/^REDIS_URL: Redis at 127\.0\.0\.1:1 cannot be used/);
    expect(said).not.toContain('hush-hush');
    expect(isOneLine(said)).toBe(true);
    expect(processesUnder(data)).toEqual([]);
  });

  it('because its folder is a file is told in a line', async () => {
    const path = join(home, 'a-file');
    writeFileSync(path, '');
    expect(await fault({ DATA_DIR: path })).toBe(
      `DATA_DIR: ${path} is a file; it must be a folder, or not there yet.\n`,
    );
    expect(await fault({ DATA_DIR: join(path, 'data') })).toBe(
      `DATA_DIR: ${path}/data cannot be the data folder: what its path leads through is a file.\n`,
    );
  });

  it('because its folder cannot be made is told, and not tried for ever', {
    skip: process.platform !== 'linux',
  }, async () => {
    for (const path of ['/proc/premod/data', '/proc']) {
      expect(await fault({ DATA_DIR: path })).toBe(
        `DATA_DIR: ${path} cannot be the data folder: its file system takes no files.\n`,
      );
    }
  });
});

describe('A service that is told to stop while it starts', () => {
  it('ends at once, quietly and with 0, whatever it was waiting for', async () => {
    // Somebody holds the inference process's place and answers nobody.
    const place = placeOf({
      backend: 'auto',
      models: 'models',
      entry: resolve('dist/server/model/inference/main.js'),
      folder: join(home, `premod-${process.getuid?.() ?? -1}`),
    });
    const lock = takeLock(place.lock);
    try {
      for (const command of ['serve', 'work']) {
        const port = await freePort();
        const change = { ...environment, DATA_DIR: join(home, 'stopped') };
        const child = startChild([command], change, port);
        const postgres = () => processesUnder(change.DATA_DIR).some((line) => line.includes('postgres'));
        await until('it starts', postgres, 30_000);
        if (command === 'serve') expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(503);
        const began = performance.now();
        expect(await child.stop()).toBe(0);
        expect(performance.now() - began).toBeLessThan(10_000);
        expect(child.stderr()).toBe('SIGTERM: stopping.\n');
        expect(child.stdout()).toBe('');
        expect(processesUnder(change.DATA_DIR)).toEqual([]);
      }
    } finally {
      if ('release' in lock) lock.release();
    }
  });
});

describe('A data folder', () => {
  let first: Child;
  const postgres = () => Number(readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

  it('that a living premod holds is left to it', async () => {
    first = await startServing(environment);
    const said = await fault({});
    expect(said).toContain(`The data folder ${data} is in use by another premod (process ${first.process.pid}).`);
    expect(isOneLine(said)).toBe(true);
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
  });

  it('of a premod that was killed is taken over with its PostgreSQL, and left clean', async () => {
    const before = postgres();
    first.process.kill('SIGKILL');
    expect(await first.ended).toBe('SIGKILL');
    expect(processesUnder(data).length).toBeGreaterThan(0);
    const second = await startServing(environment);
    expect(postgres()).toBe(before);
    expect(second.stderr()).toContain('taken over from a premod that was killed');
    expect(await second.stop()).toBe(0);
    expect(processesUnder(data)).toEqual([]);
  });

  it('that a newer premod has written is not touched, and its PostgreSQL not left running', async () => {
    const cluster = await startCluster(data);
    const client = new pg.Client({ connectionString: cluster.url });
    client.on('error', () => undefined);
    await client.connect();
    await client.query(`insert into premod.kysely_migration values ('999-the-future', '2099-01-01')`);
    const said = await fault({});
    expect(said).toMatch(/^The database's schema could not be brought up to date: .*999-the-future/);
    expect(isOneLine(said)).toBe(true);
    await client.end().catch(() => undefined);
    expect(processesUnder(data)).toEqual([]);
  });

  it('is made once although two begin with it at the same moment', async () => {
    const fresh = { ...environment, DATA_DIR: join(home, 'fresh') };
    const ports = [await freePort(), await freePort()];
    const both = ports.map((port) => startChild(['serve'], fresh, port));
    const [loser, status] = await Promise.race(both.map(async (child) => [child, await child.ended] as const));
    expect(status).toBe(1);
    expect(loser.stderr()).toMatch(/^premod: .*fresh.* is in use by another premod.*\n$/);
    const winner = both.find((child) => child !== loser) as Child;
    await until('the other one is ready', () => winner.stdout().includes('Queue: '), 60_000);
    expect((await fetch(`${winner.url}/readyz`)).status).toBe(200);
    expect(await winner.stop()).toBe(0);
    const again = await startServing(fresh);
    expect(await again.stop()).toBe(0);
  });
});
