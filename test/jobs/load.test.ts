import { expect, it } from 'vitest';
import { watchLoad } from '../../src/jobs/load.js';
import { until } from '../support/wait.js';

type Look = Awaited<ReturnType<Parameters<typeof watchLoad>[0]['look']>>;

it('The load is told to whoever asks and to whoever listens, and what was found last holds while the store is away', async () => {
  const said: string[] = [];
  const heard: boolean[] = [];
  const late: boolean[] = [];
  const left: boolean[] = [];
  let found: Look | null = { overloadedSeconds: null, change: null };
  let looks = 0;
  const load = await watchLoad({
    look: async () => {
      looks += 1;
      if (found === null) throw new Error('The store is away.');
      return found;
    },
    log: (message) => said.push(message),
  });
  const lookAgain = async () => {
    const before = looks;
    await until('it looks again', () => looks > before);
  };
  load.onChange((overloaded) => heard.push(overloaded));
  expect(load.overloadedSeconds()).toBeNull();

  found = { overloadedSeconds: 40, change: 'began' };
  await lookAgain();
  expect(load.overloadedSeconds()).toBeGreaterThanOrEqual(40);
  load.onChange((overloaded) => late.push(overloaded));
  const leave = load.onChange((overloaded) => left.push(overloaded));
  leave();
  found = null;
  await lookAgain();
  expect(load.overloadedSeconds()).toBeGreaterThan(40.5);
  found = { overloadedSeconds: null, change: 'ended' };
  await lookAgain();
  await load.close();

  expect(load.overloadedSeconds()).toBeNull();
  expect(heard).toEqual([true, false]);
  expect(late).toEqual([true, false]);
  expect(left).toEqual([true]);
  expect(said.map((message) => message.split(/[:;]/)[0])).toEqual(['overload', 'load', 'overload is over']);
});
