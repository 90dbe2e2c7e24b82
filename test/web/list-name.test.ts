import { expect, it, test } from 'vitest';
import { requireDocumentName } from '../../src/flow/rule-drafts.js';
import { whyNoName } from '../../src/web/rules/list-name.js';

const isTaken = (name: string) => {
  try {
    requireDocumentName(name);
    return true;
  } catch {
    return false;
  }
};

test.for([
  ['harbour', true],
  ['7', true],
  ['4chan-slang', true],
  ['x'.repeat(64), true],
  ['x'.repeat(65), false],
  ['-harbour', false],
  ['Harbour', false],
  ['harbour list', false],
  ['hafen-lübeck', false],
  ['shipped', false],
  ['', false],
] as const)('A new list may be called "%s" on the page where the service takes that name: %s', ([name, may]) => {
  expect(isTaken(name)).toBe(may);
  expect(whyNoName(name, []) === null).toBe(may);
});

test.for([
  ['Harbour', '“H”'],
  ['harbour list', 'A blank'],
  ['hafen-lübeck', '“ü”'],
  ['-harbour', 'hyphen'],
] as const)('What keeps a new list from being called "%s" is named: %s', ([name, what]) => {
  expect(whyNoName(name, [])).toContain(what);
});

it('A list whose name is there already is no new one', () => {
  expect(whyNoName('harbour', ['harbour'])).toMatch(/there already/);
});
