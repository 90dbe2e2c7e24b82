import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSiteRules, type SiteRules } from '../../src/cli/rule-deps.js';
import { createRuleWork } from '../../src/core/rule-work.js';
import { parseRuleList } from '../../src/core/rules.js';
import { acceptComments } from '../../src/store/accept.js';
import { putArticle } from '../../src/store/articles.js';
import { newestRevision, publishRevision } from '../../src/store/revisions.js';
import { offerBase } from '../../src/store/rule-bases.js';
import { aComment } from '../support/builders.js';
import { createStore, SITE } from '../support/database.js';
import { list, rule } from '../support/rules.js';

const BY = { site: SITE, actor: 'a test' };
const YAML = `about: What this newsroom looks for.
rules:
  - id: pests
    label: spam
    effect: review
    when: { all: [{ words: [ferry] }, { author: { newerThanDays: 3 } }] }
    reason: It speaks of ferries.
    match: [{ text: Our ferry, days: 1 }]
    ignore: [{ text: Our ferry, days: 9 }]
`;

let store: Awaited<ReturnType<typeof createStore>>;
let rules: SiteRules;

beforeAll(async () => {
  store = await createStore();
  await offerBase(store.db, SITE, { sha256: 'shipped', documents: {} }, 'shipped');
  rules = createSiteRules(store.db, async () => [], createRuleWork());
  await putArticle(store.db, SITE, 'harbour', { title: 'The harbour reopens' });
});
afterAll(() => store?.close());

async function publish(content: unknown, documents: Readonly<Record<string, string>> = {}): Promise<number> {
  const { revision: expectedRevision } = await newestRevision(store.db, SITE, 'rules');
  const source = { base: 'shipped', documents };
  const kept = { content, source, why: '', by: 'a test', rolledBackTo: null, drafts: [], checkedAgainst: null };
  return (await publishRevision(store.db, SITE, 'rules', { ...kept, expectedRevision })).revision;
}

describe('Going back to rules that this premod cannot use', () => {
  let faulty: number;
  let newest: number;
  beforeEach(async () => {
    newest = await publish([parseRuleList('mine', list(rule()))]);
  });

  const goBack = async () => await rules.rollBackRules(BY, { revision: faulty, why: 'A test.' });

  it('is refused with what is wrong, at its line, where an example is met no more', async () => {
    faulty = await publish([parseRuleList('mine', list(rule({ match: ['lice'] })))], { mine: YAML });
    newest = await publish([]);
    await expect(goBack()).rejects.toMatchObject({
      code: 'faulty-rules',
      faults: [
        { list: 'mine', rule: 'pests', line: 8, column: 13, detail: 'does not match example 1 under match: “lice”' },
      ],
    });
    expect((await newestRevision(store.db, SITE, 'rules')).revision).toBe(newest);
  });

  it('is refused with what is wrong where its form is another one', async () => {
    faulty = await publish([
      { name: 'mine', about: 'A list for a test.', sets: {}, rules: [{ ...rule(), tone: 'loud' }] },
    ]);
    newest = await publish([]);
    await expect(goBack()).rejects.toMatchObject({
      code: 'faulty-rules',
      faults: [{ list: 'mine', rule: 'pests', line: 1, detail: 'unknown key "tone"' }],
    });
    expect((await newestRevision(store.db, SITE, 'rules')).revision).toBe(newest);
  });
});

it('A draft is told of a section that no article carries where nearly the same one is carried', async () => {
  await putArticle(store.db, SITE, 'match', { title: 'The harbour wins', section: 'Sports' });
  const yaml = YAML.replace('{ author: { newerThanDays: 3 } }', '{ section: [sport] }')
    .replace('days: 1', 'section: sport')
    .replace('days: 9', 'section: local');
  const { check } = await rules.keepRuleDraft(BY, 'sporting', yaml);
  expect(check).toMatchObject({
    faults: [],
    warnings: [{ rule: 'pests', kind: 'unknown-section', line: 6, detail: expect.stringContaining('"Sports"') }],
  });
  await rules.deleteRuleDraft(SITE, 'sporting');
});

it('A draft is held against the comments of last week, with what was sent with them', async () => {
  await publish([parseRuleList('mine', list(rule()))]);
  const sent = (createdAt?: string) =>
    Array.from({ length: 10 }, () =>
      aComment({
        text: 'The ferry was late.',
        createdAt: new Date().toISOString(),
        author: { id: 'mara', ...(createdAt !== undefined && { createdAt }) },
      }),
    );
  await acceptComments(store.db, SITE, [...sent('2020-01-01T00:00:00Z'), ...sent()], 'live');
  const { check } = await rules.keepRuleDraft(BY, 'mine', YAML);
  expect(check.faults).toEqual([]);
  expect(check.warnings).toMatchObject([{ rule: 'pests', kind: 'facts-unknown', line: 6 }]);
  expect(check.warnings[0]?.detail).toContain("50 % of last week's comments (10 of the 20 newest)");
});
