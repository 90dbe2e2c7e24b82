import { randomFrom, shuffled } from './random.js';

/** Batches that are sorted by length together, so that hardly any padding is computed. */
const BATCHES_SORTED = 50;

/**
 * Which examples each step of a run reads: batches of about one length, in an order that the seed determines.
 *
 * @param examples tokens of each example, and how often the run reads it; 2.5 times means two or three times.
 * @returns positions among the examples, batch by batch.
 */
export function planOf(
  examples: readonly { readonly length: number; readonly times: number }[],
  { batch, seed }: { readonly batch: number; readonly seed: number },
): number[][] {
  const random = randomFrom(seed);
  const visits = examples.flatMap(({ times }, i) => {
    const whole = Math.floor(times);
    const count = whole + (random() < times - whole ? 1 : 0);
    return new Array<number>(count).fill(i);
  });
  const order = shuffled(visits, random);
  const size = batch * BATCHES_SORTED;
  const batches: number[][] = [];
  for (let begin = 0; begin < order.length; begin += size) {
    const lengthOf = (i: number) => examples[i]?.length ?? 0;
    const group = order.slice(begin, begin + size).sort((a, b) => lengthOf(a) - lengthOf(b));
    for (let at = 0; at < group.length; at += batch) batches.push(group.slice(at, at + batch));
  }
  return shuffled(batches, random);
}
