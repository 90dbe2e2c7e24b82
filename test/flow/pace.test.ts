import { expect, it } from 'vitest';
import { createPace } from '../../src/flow/pace.js';
import { pause } from '../support/wait.js';

const SPACE_MS = 450;

/** How long it takes until three jobs of a lane have begun, in milliseconds. */
async function threeTurns(pace: ReturnType<typeof createPace>, lane: 'live' | 'bulk'): Promise<number> {
  const began = performance.now();
  await Promise.all([pace.turn(lane), pace.turn(lane), pace.turn(lane)]);
  return performance.now() - began;
}

const aPace = () => createPace(() => performance.now());

it('lets jobs begin at once on a quiet evening', async () => {
  const pace = aPace();
  pace.accepted('live', 20);
  pace.accepted('bulk', 20);
  expect(await threeTurns(pace, 'live')).toBeLessThan(100);
  expect(await threeTurns(pace, 'bulk')).toBeLessThan(100);
});

it('spaces jobs while comments pour in, and stops when they no longer do', async () => {
  const pace = aPace();
  pace.accepted('live', 500);
  expect(await threeTurns(pace, 'live')).toBeGreaterThan(SPACE_MS);
  expect(await threeTurns(pace, 'bulk')).toBeGreaterThan(SPACE_MS);
  await pause(1_100);
  expect(await threeTurns(pace, 'live')).toBeLessThan(100);
});

it('holds back only bulk jobs while a batch pours in: a comment posted meanwhile does not wait for it', async () => {
  const pace = aPace();
  pace.accepted('bulk', 5_000);
  expect(await threeTurns(pace, 'live')).toBeLessThan(100);
  expect(await threeTurns(pace, 'bulk')).toBeGreaterThan(SPACE_MS);
});

it('does not hold back live jobs while a sender waits for a decision, nor those that it held back when he came', async () => {
  const pace = aPace();
  pace.accepted('live', 500);
  const held = threeTurns(pace, 'live');
  await pause(50);
  let decide: () => void = () => undefined;
  const waits = pace.awaited(
    new Promise<void>((done) => {
      decide = done;
    }),
  );
  expect(await held).toBeLessThan(200);
  expect(await threeTurns(pace, 'live')).toBeLessThan(100);
  pace.accepted('live', 500);
  decide();
  await waits;
  expect(await threeTurns(pace, 'live')).toBeGreaterThan(SPACE_MS);
});
