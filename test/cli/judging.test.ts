import { expect, it } from 'vitest';
import { modelOf } from '../../src/cli/judging.js';
import type { Inference } from '../../src/model/inference/client.js';

it('The longest comments are given the time they take, and bulk work the time it may have to wait', async () => {
  const deadlines: number[] = [];
  const weigh: Inference['weigh'] = async (items, { deadlineMs }) => {
    deadlines.push(deadlineMs ?? 0);
    return items.map(() => ({ scores: {}, sentences: [], embedding: new Float32Array(1) }));
  };
  const model = modelOf({ weigh } as Inference);
  const long = Array.from({ length: 64 }, () => ({ text: 'x'.repeat(20_480) }));
  await model.weigh([{ text: 'Late.' }], { lane: 'live', artefact: 'a' });
  await model.weigh([{ text: 'Late.' }], { lane: 'bulk', artefact: 'a' });
  await model.weigh(long, { lane: 'bulk', artefact: 'a' });
  const [live = 0, bulk = 0, longest = 0] = deadlines;
  expect(live).toBeGreaterThanOrEqual(60_000);
  expect(bulk).toBeGreaterThan(5 * live);
  // One such comment was measured to take two seconds on the native backend, and ten times that on WebAssembly.
  expect(longest).toBeGreaterThan(64 * 20_000);
});
