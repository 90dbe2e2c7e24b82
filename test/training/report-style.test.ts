import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { STYLE, TOKENS } from '../../src/training/report-style.js';

test('a report wears the desk’s tokens, and no others', () => {
  // Below the first rule, tokens change for those who ask for more contrast.
  const [sheet = ''] = readFileSync('src/web/styles/tokens.css', 'utf8').split('\n}');
  const desk = Object.fromEntries(
    [...sheet.matchAll(/^\s*(--[\w-]+):\s*([^;]+);/gm)].map(([, name, value]) => [name, value]),
  );
  for (const [name, value] of Object.entries(TOKENS)) expect(value, name).toBe(desk[name]);
  const used = [...STYLE.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name);
  expect([...new Set(used)].sort()).toEqual(Object.keys(TOKENS).sort());
});
