import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startingAlone } from '../../src/store/embedded/starting.js';
import { pause } from '../support/wait.js';

let directory: string;
let lock: string;
let alive: ChildProcess;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'premod-starting-'));
  lock = join(directory, 'starting.lock');
  alive = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
  await once(alive, 'spawn');
});
afterAll(() => {
  alive.kill();
  rmSync(directory, { recursive: true, force: true });
});

describe('Whoever starts a data folder', () => {
  it('waits for another one who is starting it, and leaves no lock behind', async () => {
    writeFileSync(lock, String(alive.pid));
    let began = false;
    const ours = startingAlone(directory, async () => {
      began = true;
      expect(existsSync(lock)).toBe(true);
      return 'done';
    });
    await pause(400);
    expect(began).toBe(false);
    rmSync(lock);
    expect(await ours).toBe('done');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('does not wait for one who was killed, nor for one who had our own process id in an earlier container', async () => {
    const dead = spawn(process.execPath, ['-e', '']);
    await once(dead, 'exit');
    for (const left of [dead.pid, process.pid]) {
      writeFileSync(lock, String(left));
      const began = performance.now();
      await startingAlone(directory, async () => undefined);
      expect(performance.now() - began).toBeLessThan(2_000);
    }
    expect(readdirSync(directory)).toEqual([]);
  });

  it('gives the lock back when starting failed', async () => {
    await expect(startingAlone(directory, () => Promise.reject(new Error('no room')))).rejects.toThrow('no room');
    expect(readdirSync(directory)).toEqual([]);
  });
});
