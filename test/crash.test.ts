import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { crash } from './support/crash.js';

const main = resolve('dist/server/main.js');

it('loses no accepted comment and decides each once when everything is killed in the middle of work', async () => {
  expect(existsSync(main)).toBe(true);
  const reports = await crash({ rounds: 2, leastUndecided: 200, main });
  expect(reports).toHaveLength(2);
  for (const report of reports) {
    expect(report.undecidedAtKill).toBeGreaterThanOrEqual(200);
    expect(report.wrong).toEqual([]);
  }
}, 300_000);
