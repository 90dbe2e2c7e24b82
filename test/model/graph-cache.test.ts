import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cachedSavedModel } from '../../src/model/graph/cache.js';
import { GraphBuilder } from '../../src/model/graph/graph.js';
import { toSavedModel } from '../../src/model/graph/saved-model.js';

let graphs: string;
let made: number;

beforeEach(() => {
  graphs = mkdtempSync(join(tmpdir(), 'premod-graphs-'));
  made = 0;
});
afterEach(() => rmSync(graphs, { recursive: true, force: true }));

const LARGE = Float32Array.from({ length: 64 * 1024 }, (_, i) => i / 7);

function ask(): Promise<string> {
  return cachedSavedModel(graphs, 'key', (folder) => {
    made += 1;
    const graph = new GraphBuilder();
    graph.floats('small', [2], Float32Array.of(1, 2));
    graph.floats('large', [256, 256], LARGE);
    return toSavedModel({ nodes: graph.nodes, outputs: {} }, folder);
  });
}

describe('A cached graph', () => {
  it('is made once and found again', async () => {
    const folder = await ask();
    expect(await ask()).toBe(folder);
    expect(made).toBe(1);
  });

  it('keeps large constants in files that it names by their place, and small ones inside', async () => {
    const folder = await ask();
    const file = readFileSync(join(folder, '0.constant'));
    expect(new Float32Array(file.buffer, file.byteOffset, LARGE.length)).toEqual(LARGE);
    const graph = readFileSync(join(folder, 'saved_model.pb'));
    expect(graph.includes(join(folder, '0.constant'))).toBe(true);
    expect(graph.includes(Buffer.from(Float32Array.of(1, 2).buffer))).toBe(true);
    expect(graph.length).toBeLessThan(2_000);
  });

  it.each(['0.constant', 'saved_model.pb', 'SHA256SUMS'])('is made anew where %s was damaged', async (name) => {
    const file = join(await ask(), name);
    const whole = readFileSync(file);
    const damaged = Buffer.from(whole);
    damaged[5] = (damaged[5] ?? 0) ^ 1;
    writeFileSync(file, damaged);
    await ask();
    expect(made).toBe(2);
    expect(readFileSync(file)).toEqual(whole);
  });

  it('is made anew where a file was cut short', async () => {
    const file = join(await ask(), '0.constant');
    truncateSync(file, 4096);
    await ask();
    expect(made).toBe(2);
    expect(readFileSync(file).length).toBe(LARGE.byteLength);
  });
});
