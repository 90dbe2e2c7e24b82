import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { narrow, widen } from '../model/half.js';
import type { Progress } from './features.js';

/** Bytes of the name that a window's embedding is kept under. */
const NAME = 16;

/** Windows that are embedded between two writings. */
const CHUNK = 1_000;

/**
 * The base encoder's embedding of each window. What was computed once is kept, window by window, so that neither a run that
 * was cut nor one with a few more rows computes it again.
 *
 * @param key of the encoder that embeds.
 * @param run embeds windows. @returns embeddings one after the other.
 */
export async function keptEmbeddings(
  windows: readonly Int32Array[],
  given: {
    readonly folder: string;
    readonly key: string;
    readonly width: number;
    readonly run: (windows: readonly Int32Array[]) => Promise<Float32Array>;
  },
  progress: Progress,
): Promise<(window: Int32Array) => Float32Array> {
  const { folder, key, width, run } = given;
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${key.slice(0, 32)}.embeddings`);
  const size = NAME + 2 * width;
  const file = await readFile(path).catch(() => null);
  if (file === null) await writeFile(path, '');
  const count = Math.floor((file?.byteLength ?? 0) / size);
  // A record that a kill cut short.
  if (file !== null && file.byteLength !== count * size) await truncate(path, count * size);
  const kept = new Map<string, Uint16Array>();
  for (let i = 0; i < count; i++) {
    const record = (file as Buffer).subarray(i * size, (i + 1) * size);
    kept.set(
      record.toString('latin1', 0, NAME),
      new Uint16Array(record.buffer.slice(record.byteOffset + NAME, record.byteOffset + size)),
    );
  }

  const missing = new Map<string, Int32Array>();
  for (const window of windows) {
    const name = nameOf(window);
    if (!kept.has(name)) missing.set(name, window);
  }
  const all = [...missing];
  for (let begin = 0; begin < all.length; begin += CHUNK) {
    const chunk = all.slice(begin, begin + CHUNK);
    const halves = narrow(await run(chunk.map(([, window]) => window)));
    const records = chunk.map(([name], i) => {
      const half = halves.slice(i * width, (i + 1) * width);
      kept.set(name, half);
      return Buffer.concat([Buffer.from(name, 'latin1'), Buffer.from(half.buffer)]);
    });
    await appendFile(path, Buffer.concat(records));
    progress('embeddings', Math.min(begin + CHUNK, all.length), all.length);
  }
  return (window) => {
    const half = kept.get(nameOf(window));
    if (half === undefined) throw new Error('a window was not embedded');
    return widen(half);
  };
}

function nameOf(window: Int32Array): string {
  return createHash('sha256').update(window).digest().toString('latin1', 0, NAME);
}
