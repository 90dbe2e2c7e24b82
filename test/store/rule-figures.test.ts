import { afterAll, beforeAll, expect, it } from 'vitest';
import { putArticle } from '../../src/store/articles.js';
import { readRuleFigures } from '../../src/store/rule-figures.js';
import { createStore, SITE } from '../support/database.js';
import { judgedBy, publishRules } from '../support/rule-figures.js';

const NOW = new Date();
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);

let store: Awaited<ReturnType<typeof createStore>>;

beforeAll(async () => {
  store = await createStore();
  await putArticle(store.db, SITE, 'harbour', { title: 'The harbour reopens' });
});
afterAll(() => store?.close());

const publish = (...ids: readonly string[]) => publishRules(store.db, ids);
const judged = (count: number, hours: number, found: Readonly<Record<string, number>>) =>
  judgedBy(store.db, { count, at: hoursAgo(hours), found });
const alarms = async () => {
  const figures = await readRuleFigures(store.db, SITE, NOW);
  return [...figures].flatMap(([rule, { alarm }]) => (alarm === null ? [] : [rule])).sort();
};

it('A rule that finds far more than it used to is told of, one that has only come into force is not', async () => {
  await publish('old', 'steady');
  await judged(300, 100, { old: 3, steady: 60 });
  await publish('old', 'steady', 'new');
  await judged(100, 2, { old: 20, steady: 20, new: 20 });
  expect(await alarms()).toEqual(['old']);
});

it('A new rule is told of like any other once 200 comments were judged by it before', async () => {
  await judged(150, 50, { new: 1 });
  expect(await alarms()).toEqual(['old']);
  await judged(50, 40, {});
  expect(await alarms()).toEqual(['new', 'old']);
});
