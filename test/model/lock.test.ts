import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { takeLock } from '../../src/model/inference/lock.js';
import { compiledEntry } from '../support/compiled.js';

let folder: string;
let count = 0;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'premod-lock-'));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Another process that tries to take a lock and lives on. @returns `took`, or the process id of the holder. */
async function attempt(path: string): Promise<{ readonly answer: string; readonly child: ChildProcess }> {
  const script = `
    const { takeLock } = await import(${JSON.stringify(compiledEntry().replace(/main\.js$/, 'lock.js'))});
    const lock = takeLock(process.argv[1]);
    process.stdout.write('holder' in lock ? String(lock.holder) : 'took');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const answer = await new Promise<string>((resolve) =>
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString())),
  );
  return { answer, child };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

describe('A lock', () => {
  it('is not taken from a living holder', async () => {
    const path = join(folder, `lock-${++count}`);
    const lock = takeLock(path);
    expect((await attempt(path)).answer).toBe(String(process.pid));
    expect('held' in lock && lock.held()).toBe(true);
  });

  it('goes to the next after its holder was killed', async () => {
    const path = join(folder, `lock-${++count}`);
    const first = await attempt(path);
    expect(first.answer).toBe('took');
    await kill(first.child);
    expect((await attempt(path)).answer).toBe('took');
  });

  it('goes to exactly one of several that come at once, also over a dead one’s', async () => {
    const path = join(folder, `lock-${++count}`);
    const dead = await attempt(path);
    await kill(dead.child);
    const answers = (await Promise.all(Array.from({ length: 6 }, () => attempt(path)))).map(({ answer }) => answer);
    expect(answers.filter((answer) => answer === 'took')).toHaveLength(1);
  });

  it('of a process whose number another one has by now is a dead one’s', async () => {
    const path = join(folder, `lock-${++count}`);
    await writeFile(path, `${process.pid} 1`);
    expect((await attempt(path)).answer).toBe('took');
  });

  it('can be given up', async () => {
    const path = join(folder, `lock-${++count}`);
    const lock = takeLock(path);
    if ('held' in lock) lock.release();
    expect((await attempt(path)).answer).toBe('took');
  });
});
