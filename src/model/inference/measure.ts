import { toBatch } from '../batch.js';
import type { Model } from '../model.js';

/** Length of the comments that a speed is stated for, in tokens. */
const LENGTH = 32;
const ROWS = 16;
/** Measuring must not hold up a start. */
const LONGEST_MS = 400;

/**
 * Runs a model a few times: its first passes are slow, because libraries prepare themselves, and nobody should wait for
 * that.
 *
 * @returns comments of 32 tokens a second, in batches.
 */
export async function measureSpeed({ executor, manifest }: Model): Promise<number> {
  const { first, last, padding } = manifest.tokens;
  const window = (row: number) =>
    Int32Array.from({ length: LENGTH }, (_, i) => {
      if (i === 0) return first;
      return i === LENGTH - 1 ? last : 1 + ((row * 389 + i * 97) % (manifest.encoder.vocabulary - 1));
    });
  const batch = toBatch(
    Array.from({ length: ROWS }, (_, row) => window(row)),
    padding,
  );
  await executor.run(toBatch([window(0)], padding));
  const begin = performance.now();
  let best = Number.POSITIVE_INFINITY;
  while (performance.now() - begin < LONGEST_MS) {
    const before = performance.now();
    await executor.run(batch);
    best = Math.min(best, performance.now() - before);
  }
  return (ROWS / best) * 1_000;
}
