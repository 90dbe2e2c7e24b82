import { describe, expect, it, test } from 'vitest';
import { checkPolicy } from '../../src/core/policy-check.js';
import { checkRules } from '../../src/core/rule-check.js';

/** Slips of the hand in a rule list or a policy, and what is said of them. */

const LINES = `about: What this newsroom looks for.
rules:
  - id: ferry-scum
    label: insult
    effect: review
    when:
      phrases:
        - ferry scum
        - pier scum
    reason: It calls people scum.
    match:
      - What ferry scum they are.
    ignore:
      - The ferry was late.
  - id: again
    label: insult
    effect: review
    when: { words: [harbourlings] }
    reason: It calls people names.
    match: [harbourlings]
    ignore: [people]
`.split('\n');

const said = (lines: readonly string[]) =>
  checkRules([{ name: 'own', yaml: lines.join('\n') }], (own) => own, '2027-01-15').faults.map(
    ({ line, column, detail }) => `${line}:${column} ${detail}`,
  );
/** The list with one line, from 1, moved to the right, or to the left. */
const moved = (line: number, by: 1 | -1) =>
  LINES.map((text, index) => (index !== line - 1 ? text : by > 0 ? ` ${text}` : text.slice(1)));
const replaced = (line: number, text: string) => LINES.map((was, index) => (index === line - 1 ? text : was));

describe('A line that stands a blank too far left or right', () => {
  test.for([
    [4, -1, '4:4 stands too far left or right: it begins after 3 blanks, the key in line 3 after 4'],
    [4, 1, '4:6 stands too far left or right: it begins after 5 blanks, the key in line 3 after 4'],
    [6, -1, '6:4 stands too far left or right: it begins after 3 blanks, the key in line 5 after 4'],
    [9, -1, '9:8 stands too far left or right: it begins after 7 blanks, the dash in line 8 after 8'],
    [
      10,
      1,
      '10:6 stands too far left or right: it begins after 5 blanks, the key in line 6 after 4, the key in line 7 after 6',
    ],
    [15, -1, '15:2 stands too far left or right: it begins after 1 blank, the dash in line 3 after 2'],
    [15, 1, '15:4 stands too far left or right: it begins after 3 blanks, the dash in line 3 after 2'],
    [18, 1, '18:6 stands too far left or right: it begins after 5 blanks, the key in line 17 after 4'],
    // Which of two lines was meant to move nobody knows: the second is told where the first begins.
    [1, 1, '2:1 stands too far left or right: it begins after 0 blanks, the key in line 1 after 1'],
    [3, -1, '4:5 stands too far left or right: it begins after 4 blanks, the key in line 3 after 3'],
    [8, 1, '9:9 stands too far left or right: it begins after 8 blanks, the dash in line 8 after 9'],
  ] as const)('is said to, once and at its place: line %i by %i', ([line, by, words]) => {
    expect(said(moved(line, by))).toEqual([words]);
  });

  it('is said to be read as part of the entry above it where YAML takes it so', () => {
    expect(said(moved(9, 1))).toEqual([
      '9:10 stands too far right: it is read as part of the text above it, and not as an entry of its own',
    ]);
  });

  it('may stand there where the list goes on to mean the same', () => {
    for (const line of [7, 12, 14]) expect(said(moved(line, 1)), `line ${line}`).toEqual([]);
  });

  it('is told after what is wrong before it, and instead of what is wrong behind it', () => {
    const lines = moved(10, -1).map((line) =>
      line.replace('- ferry scum', '- @ferry').replace('[people]', '[a: b: c]'),
    );
    expect(said(lines)).toEqual([
      '8:11 text that begins with @ needs quotation marks around all of it',
      '10:4 stands too far left or right: it begins after 3 blanks, the key in line 6 after 4',
    ]);
  });

  it('is said so of a policy too', () => {
    const { faults } = checkPolicy('about: Ours.\ndefaults:\n  thresholds: {}\n moderation: after\n');
    expect(faults).toEqual([
      {
        line: 4,
        column: 2,
        pointer: '',
        detail:
          'stands too far left or right: it begins after 1 blank, the key in line 2 after 0, the key in line 3 after 2',
      },
    ]);
  });
});

it('A key without its colon is said to be none', () => {
  const words = 'is no key: behind a key stand a colon and a blank (`key: value`)';
  expect(said(replaced(5, '    effect review'))[0]).toBe(`5:5 ${words}`);
  expect(said(replaced(5, '    effect:review'))[0]).toBe(`5:5 ${words}`);
});

it('A bracket that is not closed is told, and nothing that follows from it', () => {
  expect(said(replaced(18, '    when: { words: [harbourlings }'))).toEqual(['18:34 a [ before this has no ]']);
  expect(said(replaced(20, '    match: [harbourlings'))).toEqual(['21:5 a [ before this has no ]']);
});

describe('A name (&x) that nothing refers to', () => {
  it('is to be taken out where it names a list or a mapping', () => {
    const words = 'nothing says *x, so that &x names this for nothing; take it out';
    expect(said(replaced(18, '    when: &x { words: [harbourlings] }'))).toEqual([`18:11 ${words}`]);
    expect(said(replaced(20, '    match: &x [harbourlings]'))).toEqual([`20:12 ${words}`]);
    expect(said(replaced(7, '      phrases: &x'))).toEqual([`7:16 ${words}`]);
  });

  it('is text that was meant to begin so before a word', () => {
    expect(said(replaced(20, '    match: [&x harbourlings]'))).toEqual([
      '20:13 text that begins with & needs quotation marks around all of it',
    ]);
  });
});

describe('A dash', () => {
  it('begins a list on a line of its own', () => {
    expect(said(LINES.with(6, '      phrases: - ferry scum').toSpliced(7, 2))).toEqual([
      '7:16 a list begins on a line of its own, below its key',
    ]);
  });

  it('may stand in a sentence that goes on', () => {
    expect(said(LINES.toSpliced(10, 0, '      - to somebody.'))).toEqual([]);
  });
});

describe('Faults stand in the order in which people read', () => {
  it('in a list, whatever they are about', () => {
    const lines = LINES.map((line) =>
      line
        .replace(
          '[harbourlings] }',
          '[a$$] }\n    force: { by: M. Okafor, reason: A court has ordered it., until: 2039-01-01 }',
        )
        .replace('pier scum', 'pier #scum')
        .replace('about:', 'sets: { tongues: [f#] }\nabout:'),
    );
    expect(said(lines).map((fault) => Number(fault.split(':')[0]))).toEqual([1, 10, 19, 20]);
  });

  it('in a policy', () => {
    const yaml = `sections:
  sport: { moderation: sometimes }
defaults:
  thresholds: { hate: { review: 7 } }
colour: blue
`;
    expect(checkPolicy(yaml).faults.map(({ line }) => line)).toEqual([2, 4, 5]);
  });
});
