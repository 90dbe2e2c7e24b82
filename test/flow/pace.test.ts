import { expect, it } from 'vitest';
import { createPace } from '../../src/flow/pace.js';

it('lets jobs begin at once on a quiet evening', async () => {
  const pace = createPace(() => performance.now());
  pace.accepted(20);
  const began = performance.now();
  await Promise.all(Array.from({ length: 10 }, () => pace.turn()));
  expect(performance.now() - began).toBeLessThan(100);
});

it('spaces jobs while comments pour in, and stops when they no longer do', async () => {
  const pace = createPace(() => performance.now());
  pace.accepted(500);
  const began = performance.now();
  await Promise.all([pace.turn(), pace.turn(), pace.turn()]);
  expect(performance.now() - began).toBeGreaterThan(450);
  await new Promise((done) => setTimeout(done, 1_100));
  const later = performance.now();
  await pace.turn();
  expect(performance.now() - later).toBeLessThan(100);
});
