import { describe, expect, it, test } from 'vitest';
import { SectionNames } from '../../src/core/section-names.js';

const near = (name: string, ...names: readonly string[]) => new SectionNames(names).near(name);

describe('A name of a section', () => {
  test.for([
    ['sport', 'Sport', 'other capitals'],
    ['Film and TV', 'film-and-tv', 'hyphens for blanks'],
    ['Local ', 'Local', 'a blank too many'],
    ['Ｗorld', 'World', 'a letter of full width'],
    ['sports', 'Sport', 'a letter more'],
    ['Sport', 'Sports', 'a letter less'],
    ['politics', 'politocs', 'another letter'],
    ['buisness', 'business', 'two letters in the wrong order'],
    ['arts', 'Art', 'a letter more than three'],
    ['tv', 'TV', 'other capitals in a short name'],
  ])('%s is nearly %s: %s', ([name = '', known = '']) => {
    expect(near(name, 'weather', known)).toBe(known);
  });

  test.for([
    ['Sport', 'Sport', 'it is the same'],
    ['Euro 2024', 'Euro 2028', 'a digit tells them apart'],
    ['US', 'UK', 'short names differ by a letter'],
    ['USA', 'US', 'short names differ by a letter'],
    ['sport', 'spiret', 'two letters apart'],
    ['abcd', 'bcde', 'two letters apart, though a part of both is the same'],
    ['culture', 'agriculture', 'one ends as the other'],
    ['C++', 'C#', 'signs tell them apart'],
    ['-', ' ', 'nothing is left of them'],
  ])('%s is not nearly %s: %s', ([name = '', known = '']) => {
    expect(near(name, known)).toBeUndefined();
  });

  it('is looked for among as many as a policy may hold, and they among those that articles carry, at once', () => {
    const names = Array.from({ length: 5_000 }, (_, n) => `part ${String.fromCharCode(97 + (n % 26))} of ${n}`);
    const began = performance.now();
    const known = new SectionNames(names);
    for (const name of names) known.near(`${name} x`);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
