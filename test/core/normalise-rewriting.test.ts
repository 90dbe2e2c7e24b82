import { expect, test } from 'vitest';
import { Rewriting } from '../../src/core/normalise-rewriting.js';
import { fromUnits, Traced } from '../../src/core/normalise-traced.js';
import { classesOf } from '../../src/core/normalise-units.js';

function tracedOf(text: string): Traced {
  const traced = new Traced(text.length);
  for (let at = 0; at < text.length; at += 1) traced.push(text.charCodeAt(at), at, at + 1);
  return traced;
}

function rewriting(text: string): { input: Traced; rewriting: Rewriting } {
  const input = tracedOf(text);
  return { input, rewriting: new Rewriting(input, classesOf(input)) };
}

const E = 'e'.charCodeAt(0);

test('A pass that changes letters only copies nothing', () => {
  const { input, rewriting: made } = rewriting('send th3m home to them');
  made.put(E, 7, 8);
  const { traced, changed, unsettled } = made.finish();
  expect(traced).toBe(input);
  expect([traced.text(), changed]).toEqual(['send them home to them', true]);
  expect(unsettled).toEqual([{ begin: 5, end: 14 }]);
});

test('A pass that leaves all as it is says so', () => {
  const { input, rewriting: made } = rewriting('send them home');
  made.put(E, 1, 2);
  expect(made.finish()).toMatchObject({ traced: input, changed: false });
});

test('What gets shorter moves what is behind it, with what it stands for', () => {
  const { rewriting: made } = rewriting('send theeem home to th3m');
  made.put(E, 7, 10);
  made.put(E, 22, 23);
  const { traced, unsettled } = made.finish();
  expect(traced.text()).toBe('send them home to them');
  expect([traced.begin(7), traced.end(7), traced.begin(8)]).toEqual([7, 10, 10]);
  expect(unsettled).toEqual([
    { begin: 5, end: 14 },
    { begin: 18, end: 22 },
  ]);
});

test('a text is the same however long it is and whatever half of a pair stands alone in it', () => {
  for (const text of ['ab', 'ab'.repeat(40), `${'ab'.repeat(40)}\ud800${'ab'.repeat(4_000)}`, '\udc00'.repeat(200)]) {
    const units = Uint16Array.from(text, (_, at) => text.charCodeAt(at));
    expect(fromUnits(units, 0, text.length)).toBe(text);
  }
});
