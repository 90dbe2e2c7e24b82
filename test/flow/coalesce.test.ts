import { describe, expect, it } from 'vitest';
import { coalesce } from '../../src/flow/coalesce.js';

describe('Calls that come together', () => {
  it('share a run while one is under way, and each gets its own answer', async () => {
    const runs: number[] = [];
    const double = coalesce<number, number>(
      async (items) => {
        runs.push(items.length);
        await new Promise((done) => setTimeout(done, 5));
        return items.map((item) => item * 2);
      },
      String,
      100,
    );
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => double(n)));
    expect(answers).toEqual(Array.from({ length: 50 }, (_, n) => n * 2));
    expect(runs).toEqual([1, 49]);
  });

  it('with the same key never meet in one run and keep their order', async () => {
    const seen: string[][] = [];
    const call = coalesce<{ key: string; n: number }, number>(
      async (items) => {
        seen.push(items.map(({ key, n }) => `${key}${n}`));
        await Promise.resolve();
        return items.map(({ n }) => n);
      },
      ({ key }) => key,
      100,
    );
    await Promise.all([
      call({ key: 'a', n: 0 }),
      call({ key: 'b', n: 1 }),
      call({ key: 'b', n: 2 }),
      call({ key: 'b', n: 3 }),
    ]);
    expect(seen).toEqual([['a0'], ['b1'], ['b2'], ['b3']]);
  });

  it('that fail fail alone: the next run goes on', async () => {
    let first = true;
    const call = coalesce<number, number>(
      async (items) => {
        if (first) {
          first = false;
          throw new Error('away');
        }
        return [...items];
      },
      String,
      10,
    );
    const [a, b] = await Promise.allSettled([call(1), call(2)]);
    expect([a?.status, b?.status]).toEqual(['rejected', 'fulfilled']);
  });
});
