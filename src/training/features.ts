import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toBatch } from '../model/batch.js';
import type { Executor } from '../model/executor.js';
import { narrow, widen } from '../model/half.js';

/** What the frozen encoder says of many texts: one row of numbers each, in half precision to fit into memory. */
export type Features = { readonly width: number; readonly halves: Uint16Array };

export type Progress = (what: string, done: number, total: number) => void;

/** Rows that are computed, written and, after an interruption, not computed again. */
const CHUNK = 1_000;
const TOKENS_PER_BATCH = 1_500;

/**
 * Computes one output of a graph for every window, in chunks that are kept on disk: a run that was cut goes on where it was.
 *
 * @param work where chunks are kept; they are named by what they were computed from.
 * @param key names graph and output.
 */
export async function computeFeatures(
  given: {
    readonly windows: readonly Int32Array[];
    readonly executor: Executor;
    readonly output: string;
    readonly width: number;
    readonly padding: number;
    readonly key: string;
  },
  work: string,
  progress: Progress,
): Promise<Features> {
  const { windows, width } = given;
  await mkdir(work, { recursive: true });
  const halves = new Uint16Array(windows.length * width);
  for (let begin = 0; begin < windows.length; begin += CHUNK) {
    const chunk = windows.slice(begin, begin + CHUNK);
    const path = join(work, `${chunkName(given.key, chunk)}.f16`);
    const kept = await readChunk(path, chunk.length * width);
    const numbers = kept ?? narrow(await runWindows(given, chunk));
    halves.set(numbers, begin * width);
    if (kept === null) await writeChunk(path, numbers);
    progress('features', Math.min(begin + CHUNK, windows.length), windows.length);
  }
  return { width, halves };
}

/** Runs a graph over windows, those of about one length together. @returns one row of numbers a window, in their order. */
export async function runWindows(
  given: { readonly executor: Executor; readonly output: string; readonly width: number; readonly padding: number },
  chunk: readonly Int32Array[],
): Promise<Float32Array> {
  const { executor, output, width, padding } = given;
  const byLength = chunk.map((_, i) => i).sort((a, b) => length(chunk, a) - length(chunk, b));
  const numbers = new Float32Array(chunk.length * width);
  for (let at = 0; at < byLength.length; ) {
    let end = at + 1;
    while (end < byLength.length && (end + 1 - at) * length(chunk, byLength[end] as number) <= TOKENS_PER_BATCH) end++;
    const rows = byLength.slice(at, end);
    const results = (
      await executor.run(
        toBatch(
          rows.map((row) => chunk[row] as Int32Array),
          padding,
        ),
      )
    )[output];
    if (results === undefined) throw new Error(`the graph has no output ${output}`);
    for (const [i, row] of rows.entries()) numbers.set(results.subarray(i * width, (i + 1) * width), row * width);
    at = end;
  }
  return numbers;
}

function length(chunk: readonly Int32Array[], row: number): number {
  return (chunk[row] as Int32Array).length;
}

function chunkName(key: string, chunk: readonly Int32Array[]): string {
  const hash = createHash('sha256').update(key);
  for (const window of chunk) hash.update(window).update('|');
  return hash.digest('hex').slice(0, 32);
}

async function writeChunk(path: string, numbers: Uint16Array): Promise<void> {
  await writeFile(`${path}.writing`, new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  await rename(`${path}.writing`, path);
}

async function readChunk(path: string, count: number): Promise<Uint16Array | null> {
  try {
    const bytes = await readFile(path);
    if (bytes.byteLength !== count * 2) return null;
    return new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  } catch {
    return null;
  }
}

/** One row of features, in single precision. */
export function halfRow({ width, halves }: Features, row: number): Float32Array {
  return widen(halves.subarray(row * width, (row + 1) * width));
}
