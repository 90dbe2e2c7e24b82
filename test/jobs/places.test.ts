import { expect, it } from 'vitest';
import { watchPlaces } from '../../src/jobs/places.js';

it('Places are scarce where a job has run for long and all but two are taken, until none has for a minute', () => {
  let now = 0;
  const places = watchPlaces(8, () => now);
  const take = (count: number) => Array.from({ length: count }, () => places.take());
  const leave = (jobs: readonly (() => void)[]) => {
    for (const job of jobs) job();
  };

  const first = take(8);
  expect(places.scarce()).toBe(false);
  now = 60_000;
  expect(places.scarce()).toBe(true);
  leave(first.slice(2));
  expect(places.scarce()).toBe(false);
  leave(first);
  leave(first);

  const second = take(6);
  expect(places.scarce()).toBe(false);
  const seventh = take(1);
  expect(places.scarce()).toBe(true);
  leave([...second, ...seventh]);
  now = 120_000;
  take(8);
  expect(places.scarce()).toBe(false);
});

it('A job that takes long with any model makes no places scarce', () => {
  let now = 0;
  const places = watchPlaces(2, () => now);
  const leave = places.take(true);
  now = 600_000;
  places.take();
  expect(places.scarce()).toBe(false);
  leave();
  expect(places.scarce()).toBe(false);
});
