import { expect, it } from 'vitest';
import type { SampledText } from '../../src/core/comment.js';
import { readRuleSource } from '../../src/core/rule-source.js';
import { createRuleWork } from '../../src/core/rule-work.js';
import type { Counted } from '../../src/core/rules.js';
import { checkDocument, draftsToTry, type RuleCheckDeps } from '../../src/flow/rule-drafts.js';

const NOW = new Date('2026-11-22T12:00:00Z');

/** Twenty comments of last week, of which every fourth speaks of ferries. */
const sample = (author: object): readonly SampledText[] =>
  Array.from({ length: 20 }, (_, n) => ({
    commentId: n,
    revision: 1,
    text: n % 4 === 0 ? 'The ferry was late.' : 'Thank you all.',
    section: null,
    author: { id: `a${n}`, ...author },
    createdAt: '2026-11-20T12:00:00Z',
  }));

const deps = (author: object, counted: Counted = {}): RuleCheckDeps => ({
  listDrafts: async () => [],
  readBase: async () => [],
  carriedSections: async () => [],
  sampleTexts: async () => sample(author),
  countFor: async (_site, subjects) => new Map(subjects.map(({ commentId }) => [commentId, counted])),
  work: createRuleWork(),
  now: () => NOW,
});

const asking = (fact: string, met: string, other: string) => `about: A list for a test.
rules:
  - id: ferries
    label: spam
    effect: review
    when: { all: [{ words: [ferry] }, ${fact}] }
    reason: It speaks of ferries.
    match: [{ text: Our ferry, ${met} }]
    ignore: [{ text: Our ferry, ${other} }]
`;
const YOUNG = asking('{ author: { newerThanDays: 3 } }', 'days: 1', 'days: 9');

const warnings = async (given: RuleCheckDeps, yaml: string) => {
  const { faults, warnings: said } = await checkDocument(given, 1, { base: '', documents: {} }, { name: 'mine', yaml });
  expect(faults).toEqual([]);
  return said.map(({ kind, line, detail }) => `${line} ${kind}: ${detail}`);
};

it('A rule that hangs on facts that nobody sends is told how many comments it would put before a person', async () => {
  expect(await warnings(deps({}), YOUNG)).toEqual([
    "6 facts-unknown: ferries asks for facts that are not known of 25 % of last week's comments (5 of the 20 newest); each such comment goes to a person",
  ]);
  expect(await warnings(deps({}), `${YOUNG}    shadow: true\n`)).toEqual([]);
});

it('A rule on facts that are sent is broad by the comments that it matches', async () => {
  expect(await warnings(deps({ createdAt: '2026-11-19T12:00:00Z' }), YOUNG)).toEqual([
    "6 broad: ferries matches 25 % of last week's comments (5 of the 20 newest)",
  ]);
  expect(await warnings(deps({ createdAt: '2020-01-01T00:00:00Z' }), YOUNG)).toEqual([]);
});

it('What premod counts itself is known of last week’s comments, too', async () => {
  const rejected = asking('{ author: { rejected: { atLeast: 2 } } }', 'rejected: 2', 'rejected: 1');
  expect(await warnings(deps({}, { record: { approved: 0, rejected: 2 } }), rejected)).toHaveLength(1);
  expect(await warnings(deps({}, { record: { approved: 0, rejected: 1 } }), rejected)).toEqual([]);
  const rate = asking('{ rate: { comments: 3, minutes: 10 } }', 'byAuthor: 3', 'byAuthor: 2');
  expect(await warnings(deps({}, { byAuthor: { 10: 3 } }), rate)).toHaveLength(1);
  const repetition = asking('{ repetition: { times: 3, minutes: 10 } }', 'sameText: 3', 'sameText: 2');
  expect(await warnings(deps({}), repetition)).toEqual([]);
});

const PLAIN = (id: string, more = '') => `about: A list for a test.
${more}rules:
  - id: ${id}
    label: spam
    effect: review
    when: { phrases: [${id} of the quay] }
    reason: It speaks of the quay.
    match: [The ${id} of the quay.]
    ignore: [Nothing of that kind.]
`;

const drafted = (documents: Readonly<Record<string, string>>) =>
  Object.entries(documents).map(([name, document]) => {
    return { name, document, base: null, author: 'mara', updatedAt: '2026-11-22T12:00:00Z', begunOn: 1 };
  });

/** Which rules a text would be tried on, and which drafts would stand aside. */
async function tried(published: Readonly<Record<string, string>>, drafts: ReturnType<typeof drafted>) {
  const { lists, leftOut } = await draftsToTry(deps({}), 1, { base: '', documents: published }, drafts);
  return {
    rules: lists?.flatMap(({ rules }) => rules.map(({ id }) => id)) ?? null,
    leftOut: leftOut.map(({ draft, faults }) => `${draft}: ${faults.map(({ list }) => list).join()}`),
  };
}

it('Only the draft that breaks what is published stands aside while texts are tried', async () => {
  const sound = PLAIN('roof');
  const using = PLAIN('wall').replace('[wall of the quay]', "['{ships} of the quay', wall of the quay]");
  const published = { p: using, s: PLAIN('door', 'sets: { ships: [barge] }\n') };
  expect(await tried(published, drafted({ s: '', b: sound }))).toEqual({
    rules: ['wall', 'door', 'roof'],
    leftOut: ['s: p'],
  });
  expect(await tried({ p: PLAIN('wall') }, drafted({ a: PLAIN('wall'), b: sound }))).toMatchObject({
    rules: ['wall', 'roof'],
    leftOut: [expect.stringMatching(/^a: /)],
  });
  // What one breaks another one may mend.
  expect(await tried(published, drafted({ s: '', p: PLAIN('wall') }))).toEqual({ rules: ['wall'], leftOut: [] });
  expect(await tried({}, drafted({ a: 'rules: {', b: sound }))).toEqual({ rules: ['roof'], leftOut: ['a: a'] });
  expect(await tried({}, drafted({ a: 'rules: {' }))).toEqual({ rules: null, leftOut: ['a: a'] });
  expect(await tried({ p: PLAIN('wall') }, [])).toEqual({ rules: null, leftOut: [] });
});

it('Newer shipped lists that a published list does not fit keep no draft from being tried', async () => {
  const published = { p: PLAIN('wall', 'disable: [gone]\n') };
  const older = { readBase: async (_site: number, sha256: string) => (sha256 === 'newer' ? [] : [list('gone')]) };
  const all = [
    {
      name: 'shipped',
      document: '',
      base: 'newer',
      author: 'premod',
      updatedAt: '2026-11-22T12:00:00Z',
      begunOn: null,
    },
    ...drafted({ b: PLAIN('roof') }),
  ];
  const { lists, leftOut } = await draftsToTry(
    { ...deps({}), ...older },
    1,
    { base: 'older', documents: published },
    all,
  );
  expect(leftOut.map(({ draft }) => draft)).toEqual(['shipped']);
  expect(lists?.flatMap(({ rules }) => rules.map(({ id }) => id))).toEqual(['wall', 'roof']);
});

function list(id: string) {
  return readRuleSource('base', PLAIN(id)).list;
}
