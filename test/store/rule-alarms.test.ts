import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tellRuleAlarms } from '../../src/cli/rule-alarms.js';
import { putArticle } from '../../src/store/articles.js';
import { lookAtRuleAlarms, readRulesInAlarm } from '../../src/store/rule-alarms.js';
import { createStore, SITE } from '../support/database.js';
import { judgedBy, publishRules } from '../support/rule-figures.js';

const NOW = new Date();
const minutesOn = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

let store: Awaited<ReturnType<typeof createStore>>;

beforeEach(async () => {
  store = await createStore();
  await putArticle(store.db, SITE, 'harbour', { title: 'The harbour reopens' });
  await publishRules(store.db, ['flood', 'steady']);
  await judgedBy(store.db, { count: 300, at: minutesOn(-6_000), found: { flood: 3, steady: 60 } });
});
afterEach(() => store?.close());

/** Somebody looks as if the last look were long ago, which is told by the database's clock. */
async function look(minutes = 0) {
  await sql`delete from rule_look`.execute(store.db);
  const changes = await lookAtRuleAlarms(store.db, SITE, minutesOn(minutes));
  return { began: changes?.began.map(({ rule }) => rule), ended: changes?.ended.map(({ rule }) => rule) };
}
const flooded = (minutes = 0) =>
  judgedBy(store.db, { count: 100, at: minutesOn(minutes - 10), found: { flood: 20, steady: 20 } });
const inAlarm = () => readRulesInAlarm(store.db, SITE, 20);

it('An alarm is told once when it begins and once when it is over', async () => {
  expect(await look()).toEqual({ began: [], ended: [] });
  await flooded();
  expect(await look()).toEqual({ began: ['flood'], ended: [] });
  expect(await look(1)).toEqual({ began: [], ended: [] });
  expect(await inAlarm()).toEqual({ count: 1, rules: ['flood'] });

  // A day later it is found no more often than it used to be, and half an hour after the last time that it was, nobody doubts it.
  expect(await look(1_420)).toEqual({ began: [], ended: [] });
  expect(await look(1_435)).toEqual({ began: [], ended: [] });
  expect(await look(1_451)).toEqual({ began: [], ended: ['flood'] });
  expect(await look(1_452)).toEqual({ began: [], ended: [] });
  expect(await inAlarm()).toEqual({ count: 0, rules: [] });
});

it('A rate that falls under the bound and rises again within half an hour is one alarm', async () => {
  await flooded();
  expect((await look()).began).toEqual(['flood']);
  await sql`update rule_hit set rule = 'kept' where rule = 'flood' and at > ${minutesOn(-60)}`.execute(store.db);
  expect(await look(20)).toEqual({ began: [], ended: [] });
  await sql`update rule_hit set rule = 'flood' where rule = 'kept'`.execute(store.db);
  expect(await look(25)).toEqual({ began: [], ended: [] });
  expect(await look(54)).toEqual({ began: [], ended: [] });
});

it('A rule that is taken out of force is in alarm no longer', async () => {
  await flooded();
  expect((await look()).began).toEqual(['flood']);
  await publishRules(store.db, ['steady']);
  expect(await look(1)).toEqual({ began: [], ended: ['flood'] });
  expect(await look(2)).toEqual({ began: [], ended: [] });
});

it('Of several processes one looks, and one that has only started does not tell again', async () => {
  await flooded();
  const told = await Promise.all([1, 2, 3].map(() => lookAtRuleAlarms(store.db, SITE, NOW)));
  expect(told.filter((changes) => changes !== null)).toHaveLength(1);
  // Where one takes so long that the next begins meanwhile, the faster one tells.
  await sql`delete from rule_alarm`.execute(store.db);
  const slower = await store.db.transaction().execute(async (tx) => {
    await sql`insert into rule_alarm values (${SITE}, 'flood', ${NOW}, ${NOW})`.execute(tx);
    return { looking: look() };
  });
  expect(await slower.looking).toEqual({ began: [], ended: [] });
});

it('The log says which rule, and its rate now and before', async () => {
  const lines: unknown[] = [];
  const log = {
    warn: (message: string, facts = {}) => void lines.push(['warn', message, facts]),
    info: (message: string, facts = {}) => void lines.push(['info', message, facts]),
  };
  await flooded();
  await tellRuleAlarms(store.db, log, NOW);
  await tellRuleAlarms(store.db, log, NOW);
  const alarm = 'Found in 20 of 100 comments (20 %) in the last hour; in the seven days before in 1.0 %.';
  const begun = { rule: 'flood', rate: 0.2, rateBefore: 0.01, within: 'hour', alarm };
  expect(lines).toEqual([['warn', 'a rule finds far more than it used to', begun]]);

  await publishRules(store.db, ['steady']);
  await sql`delete from rule_look`.execute(store.db);
  await tellRuleAlarms(store.db, log, minutesOn(2));
  expect(lines.slice(1)).toEqual([
    ['info', 'the alarm of a rule is over', { rule: 'flood', since: NOW.toISOString() }],
  ]);
});

it('Of very many rules in alarm, those are named that are so longest', async () => {
  for (const [place, rule] of ['c', 'a', 'b'].entries()) {
    await sql`insert into rule_alarm values (${SITE}, ${rule}, ${minutesOn(place)}, ${NOW})`.execute(store.db);
  }
  expect(await readRulesInAlarm(store.db, SITE, 2)).toEqual({ count: 3, rules: ['c', 'a'] });
});
