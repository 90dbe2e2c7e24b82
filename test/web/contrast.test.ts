import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { DESK_LABELS } from '../../src/web/labels.js';

/** Every pair of colours that the page puts on each other, computed from the file itself. */
const css = readFileSync(new URL('../../src/web/styles/tokens.css', import.meta.url), 'utf8');
/** The first :root block; later ones only make the contrast larger for those who ask for more. */
const tokens = new Map(
  [
    ...(css.split('@media')[0] ?? '').matchAll(
      /--([\w-]+):\s*light-dark\((#\w{6}), (#\w{6})\);(?:.*?\[([\d.]+) \/ ([\d.]+)\])?/g,
    ),
  ].map(([, name = '', day = '', night = '', writtenDay, writtenNight]) => [
    name,
    { day, night, written: writtenDay === undefined ? null : [Number(writtenDay), Number(writtenNight)] },
  ]),
);

const TEXT = 4.5;
const MARK = 3;
const GROUNDS = ['paper', 'surface', 'sunken', 'well', 'raised', 'hover'];

test.for([
  ...['ink', 'ink-2', 'ink-3', 'pencil', 'approve', 'review', 'reject'].map((name) => ({
    name,
    on: GROUNDS,
    least: TEXT,
  })),
  { name: 'ink', on: ['press'], least: TEXT },
  { name: 'ink-2', on: ['press'], least: TEXT },
  { name: 'line-control', on: GROUNDS, least: MARK },
  { name: 'ink-reverse', on: ['ink'], least: TEXT },
  { name: 'pencil', on: ['pencil-wash'], least: MARK },
  { name: 'ink-2', on: ['pencil-wash'], least: TEXT },
  ...DESK_LABELS.flatMap((label) => [
    { name: `label-${label}`, on: [...GROUNDS, `label-${label}-wash`], least: MARK },
    { name: 'ink', on: [`label-${label}-wash`], least: 10 },
    { name: 'ink-2', on: [`label-${label}-wash`], least: TEXT },
    // A mask's bar on a span.
    { name: 'line-control', on: [`label-${label}-wash`], least: MARK },
  ]),
])('$name can be seen on $on, by day and by night', ({ name, on, least }) => {
  for (const ground of on) {
    expect(contrast(name, ground, 'day'), `${name} on ${ground} by day`).toBeGreaterThanOrEqual(least);
    expect(contrast(name, ground, 'night'), `${name} on ${ground} by night`).toBeGreaterThanOrEqual(least);
  }
});

describe('The figures beside the tokens', () => {
  it.for([
    ...['ink-2', 'ink-3', 'pencil', 'approve', 'review', 'reject', 'line-control'].map((name) => ({
      name,
      on: GROUNDS,
    })),
    { name: 'ink', on: [...GROUNDS, 'press'] },
  ])('are true for $name', ({ name, on }) => {
    const written = tokens.get(name)?.written ?? [0, 0];
    for (const [index, theme] of (['day', 'night'] as const).entries()) {
      const worst = Math.min(...on.map((ground) => contrast(name, ground, theme)));
      expect(Math.abs(worst - (written[index] ?? 0)), `${name} by ${theme}: ${worst}`).toBeLessThan(0.1);
    }
  });
});

/** Contrast ratio of WCAG 2.x, 1 to 21. */
function contrast(one: string, other: string, theme: 'day' | 'night'): number {
  const [lighter = 0, darker = 0] = [luminance(colour(one, theme)), luminance(colour(other, theme))].sort(
    (a, b) => b - a,
  );
  return (lighter + 0.05) / (darker + 0.05);
}

function colour(name: string, theme: 'day' | 'night'): string {
  const token = tokens.get(name);
  if (token === undefined) throw new Error(`tokens.css has no --${name}`);
  return token[theme];
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
