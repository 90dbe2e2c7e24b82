import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ArtefactDamaged, InferenceError } from '../../src/model/errors.js';
import { type Inference, openInference } from '../../src/model/inference/client.js';
import { CACHE, writeTinyArtefact } from '../support/artefact.js';
import { compiledEntry } from '../support/compiled.js';

let folder: string;
let models: string;
let sockets: string;
let id: string;
let otherId: string;
const entry = compiledEntry();
const open: Inference[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'premod-inference-'));
  models = join(folder, 'models');
  sockets = join(folder, 'run');
  id = await writeTinyArtefact(join(models, 'tiny'));
  otherId = await writeTinyArtefact(join(models, 'other'), { seed: 2, sentencesFrom: 1 });
  await writeFile(join(models, 'CURRENT'), 'tiny\n');
});

afterEach(async () => {
  const last = open.at(-1);
  const pid = await last?.status().then(
    (status) => status.pid,
    () => undefined,
  );
  await Promise.all(open.splice(0).map((inference) => inference.close()));
  if (pid !== undefined) await gone(pid);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function start(change: Partial<Parameters<typeof openInference>[0]> = {}): Promise<Inference> {
  const given = { models, backend: 'wasm' as const, cache: CACHE, folder: sockets, entry, lingerMs: 0 };
  const inference = await openInference({ ...given, ...change });
  open.push(inference);
  return inference;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  for (let i = 0; i < 400 && isAlive(pid); i++) await sleep(25);
  expect(isAlive(pid)).toBe(false);
}

const texts = (count: number, words = 12) =>
  Array.from({ length: count }, (_, i) => ({
    text: Array.from({ length: words }, (_, w) => `word${(i * 31 + w) % 97}`).join(' '),
  }));

describe('A text', () => {
  it('is weighed: scores, sentences at their places, an embedding of length one', async () => {
    const inference = await start();
    const text = 'the first sentence stands here. and here is a second one! is there a third?';
    const [weighed] = await inference.weigh([{ text }], { lane: 'live' });
    expect(Object.keys(weighed?.scores ?? {}).sort()).toEqual(['hate', 'identity_attack', 'toxicity']);
    const parts = weighed?.sentences.map(({ begin, end }) => text.slice(begin, end).trim());
    expect(parts).toEqual(['the first sentence stands here.', 'and here is a second one!', 'is there a third?']);
    for (const { scores } of weighed?.sentences ?? []) expect(scores.hate).toBeGreaterThan(0);
    expect(weighed?.embedding).toBeInstanceOf(Float32Array);
    expect(Math.hypot(...(weighed?.embedding ?? []))).toBeCloseTo(1, 5);
  });

  it('has no sentences where no label came near', async () => {
    const inference = await start();
    const [weighed] = await inference.weigh([{ text: 'one. two. three.' }], { lane: 'live', artefact: otherId });
    expect(weighed?.sentences).toEqual([]);
  });

  it('has the same scores alone, in a crowd, and on every lane', async () => {
    const inference = await start();
    const crowd = texts(300, 40);
    const together = await inference.weigh(crowd, { lane: 'bulk' });
    for (const [i, lane] of (['live', 'wire', 'bulk'] as const).entries()) {
      const [alone] = await inference.weigh([crowd[i * 50] as { text: string }], { lane });
      expect(alone?.scores.hate).toBeCloseTo(together[i * 50]?.scores.hate ?? Number.NaN, 5);
    }
  });

  it('is embedded as it was weighed', async () => {
    const inference = await start();
    const [weighed] = await inference.weigh([{ text: 'a short comment' }], { lane: 'live' });
    const [once, twice] = await inference.embed(['a short comment', 'a short comment'], { lane: 'live' });
    expect(once).toEqual(weighed?.embedding);
    expect(twice).toEqual(once);
  });

  it('of nothing and texts of every kind come back in their order', async () => {
    const inference = await start();
    const given = ['', 'x'.repeat(20_480), '😀', 'words and words. '.repeat(1_000), '\u0301'.repeat(100_000)];
    const weighed = await inference.weigh(
      given.map((text) => ({ text })),
      { lane: 'live' },
    );
    expect(weighed).toHaveLength(given.length);
    for (const { scores } of weighed) expect(Object.values(scores).every(Number.isFinite)).toBe(true);
  });
});

describe('The inference process', () => {
  it('is one for all that ask, at once or later', async () => {
    const together = await Promise.all(Array.from({ length: 5 }, () => start()));
    const pids = await Promise.all(together.map(async (inference) => (await inference.status()).pid));
    expect(new Set(pids).size).toBe(1);
  });

  it('says what it runs on, how fast, and what it has loaded', async () => {
    const inference = await start();
    const status = await inference.status();
    expect(status).toMatchObject({
      backend: 'wasm',
      artefacts: [{ id, name: 'tiny' }],
      waiting: { live: 0, wire: 0, bulk: 0 },
    });
    expect(status.commentsPerSecond).toBeGreaterThan(0);
    expect(status.whyNotNative).toContain('asked for');
    expect(inference.active).toMatchObject({ id, name: 'tiny' });
  });

  it('keeps several artefacts and answers for each', async () => {
    const inference = await start();
    const text = { text: 'the same words for both' };
    const [first] = await inference.weigh([text], { lane: 'live' });
    const [second] = await inference.weigh([text], { lane: 'live', artefact: otherId });
    expect(first?.scores).not.toEqual(second?.scores);
    expect((await inference.status()).artefacts.map((artefact) => artefact.id).sort()).toEqual([id, otherId].sort());
    const description = await inference.describe(otherId);
    expect(description.topic.prototypes.site[0]).toBeInstanceOf(Float32Array);
  });

  it('does not know an artefact that is nowhere', async () => {
    const inference = await start();
    await expect(inference.weigh([{ text: 'x' }], { lane: 'live', artefact: '0'.repeat(64) })).rejects.toThrow(
      ArtefactDamaged,
    );
  });

  it('takes a live comment between two bulk batches', async () => {
    const inference = await start();
    const order: string[] = [];
    const bulk = inference.weigh(texts(4_000, 24), { lane: 'bulk' }).then(() => order.push('bulk'));
    await sleep(50);
    const live = inference.weigh(texts(1), { lane: 'live' }).then(() => order.push('live'));
    await Promise.all([bulk, live]);
    expect(order).toEqual(['live', 'bulk']);
  });

  it('killed in the middle gives an error that may be tried again, and the next request finds a new one', async () => {
    const inference = await start();
    const { pid } = await inference.status();
    const inFlight = inference.weigh(texts(4_000, 24), { lane: 'bulk' }).catch((error: unknown) => error);
    await sleep(50);
    process.kill(pid, 'SIGKILL');
    expect(await inFlight).toMatchObject({ name: 'InferenceError', code: 'inference-lost', retryable: true });
    const [weighed] = await inference.weigh(texts(1), { lane: 'live' });
    expect(weighed?.scores.hate).toBeGreaterThan(0);
    expect((await inference.status()).pid).not.toBe(pid);
  });

  it('is started over what a killed one left behind: socket and lock', async () => {
    const inference = await start();
    const { pid } = await inference.status();
    await inference.close();
    open.pop();
    process.kill(pid, 'SIGKILL');
    await gone(pid);
    const again = await start();
    expect((await again.status()).pid).not.toBe(pid);
  });

  it('ends when its last client has left', async () => {
    const inference = await start();
    const { pid } = await inference.status();
    await inference.close();
    open.pop();
    await gone(pid);
  });

  it('ends when the process that started it was killed', async () => {
    const script = `
      const { openInference } = await import(${JSON.stringify(entry.replace(/main\.js$/, 'client.js'))});
      const inference = await openInference(JSON.parse(process.argv[1]));
      process.stdout.write(String((await inference.status()).pid) + '\\n');
      setInterval(() => undefined, 1000);`;
    const options = { models, backend: 'wasm', cache: CACHE, folder: join(folder, 'other-run'), entry, lingerMs: 0 };
    const parent: ChildProcess = spawn(
      process.execPath,
      ['--input-type=module', '-e', script, JSON.stringify(options)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const pid = await new Promise<number>((resolve) =>
      parent.stdout?.once('data', (line: Buffer) => resolve(Number(line.toString()))),
    );
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await gone(pid);
  });

  it('lets only its user near its socket, and says nothing of any text', async () => {
    const inference = await start();
    const secret = 'xylophonequarantine';
    await inference.weigh([{ text: `${secret} ${secret}. ${secret}!` }], { lane: 'live' });
    await inference.weigh([{ text: secret }], { lane: 'live', artefact: 'nowhere' }).catch(() => undefined);
    expect((await stat(sockets)).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(sockets).filter((file) => file.endsWith('.log'))) {
      const log = await readFile(join(sockets, name), 'utf8');
      expect(log).toContain('is ready');
      expect(log).not.toContain(secret);
    }
  });
});

describe('A request', () => {
  it('that takes longer than its deadline is given up, and may be tried again', async () => {
    const inference = await start();
    const failure = inference.weigh(texts(4_000, 24), { lane: 'bulk', deadlineMs: 20 });
    await expect(failure).rejects.toMatchObject({ code: 'inference-deadline', retryable: true });
    await vi.waitFor(async () => expect((await inference.status()).waiting.bulk).toBe(0), { timeout: 2_000 });
  });

  it('that is taken back no longer keeps the process busy', async () => {
    const inference = await start();
    const controller = new AbortController();
    const failure = inference.weigh(texts(4_000, 24), { lane: 'bulk', signal: controller.signal });
    setTimeout(() => controller.abort(), 30);
    await expect(failure).rejects.toMatchObject({ code: 'inference-cancelled', retryable: false });
    await vi.waitFor(async () => expect((await inference.status()).waiting.bulk).toBe(0), { timeout: 2_000 });
  });

  it('after closing, or on its way then, is refused', async () => {
    const inference = await start();
    const onItsWay = inference.weigh(texts(4_000, 24), { lane: 'bulk' }).catch((error: unknown) => error);
    await inference.close();
    expect(await onItsWay).toMatchObject({ code: 'inference-cancelled' });
    await expect(inference.weigh(texts(1), { lane: 'live' })).rejects.toThrow(InferenceError);
  });
});

describe('Opening', () => {
  it('a damaged artefact fails and names the file', async () => {
    const damaged = join(folder, 'damaged');
    await cp(models, damaged, { recursive: true });
    const file = join(damaged, 'tiny', 'encoder.safetensors');
    const bytes = await readFile(file);
    bytes.writeUInt8(bytes.readUInt8(5_000) ^ 4, 5_000);
    await writeFile(file, bytes);
    const failure = await start({ models: damaged, folder: join(folder, 'damaged-run') }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(ArtefactDamaged);
    expect((failure as ArtefactDamaged).file).toBe(file);
  });

  it('fails in one line where the process does not start', async () => {
    const broken = join(folder, 'broken.mjs');
    await writeFile(broken, 'process.stderr.write("no such library\\n"); process.exit(3);');
    const failure = start({ entry: broken, folder: join(folder, 'broken-run') });
    await expect(failure).rejects.toMatchObject({
      code: 'inference-unavailable',
      message: expect.stringContaining('no such library'),
    });
  });

  it('refuses a folder that others could look into', async () => {
    const shared = join(folder, 'shared-run');
    mkdirSync(shared, { mode: 0o755 });
    await expect(start({ folder: shared })).rejects.toThrow(/mode 700/);
  });
});
