import { createHash } from 'node:crypto';
import { randomFrom, shuffled } from './random.js';

/** Batches that are sorted by length together, so that hardly any padding is computed. */
const BATCHES_SORTED = 50;

type Planned = readonly { readonly length: number; readonly times: number }[];

/**
 * Which examples each step of a run reads: batches of about one length, in an order that the seed determines.
 *
 * @param examples tokens of each example, and how often the run reads it; 2.5 times means two or three times.
 * @param limit the most steps. A run that ends before all is read reads every example so much more seldom: the first batches of
 *   the whole would hold some examples as often as they ought to come, others not at all.
 * @returns positions among the examples, batch by batch.
 */
export function planOf(
  examples: Planned,
  { batch, seed, limit }: { readonly batch: number; readonly seed: number; readonly limit?: number | undefined },
): number[][] {
  const whole = wholePlan(examples, batch, seed);
  if (limit === undefined || limit >= whole.length) return whole;
  const share = limit / whole.length;
  const seldom = examples.map(({ length, times }) => ({ length, times: times * share }));
  return wholePlan(seldom, batch, seed).slice(0, limit);
}

/**
 * The seed of a run that goes on from others: not the recipe's own, or it would read the same batches again, with the same numbers
 * dropped and the same words hidden.
 *
 * @param from sha256 of what it goes on from; left out, the recipe's own seed.
 */
export function seedOf(seed: number, from: string | undefined): number {
  if (from === undefined) return seed;
  return createHash('sha256').update(`${seed} ${from}`).digest().readUInt32LE();
}

function wholePlan(examples: Planned, batch: number, seed: number): number[][] {
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
