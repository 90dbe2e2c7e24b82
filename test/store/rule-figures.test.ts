import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { acceptComments } from '../../src/store/accept.js';
import { putArticle } from '../../src/store/articles.js';
import { pipelineInForce } from '../../src/store/pipelines.js';
import { publishRevision } from '../../src/store/revisions.js';
import { readRuleFigures } from '../../src/store/rule-figures.js';
import { aComment } from '../support/builders.js';
import { createStore, SITE } from '../support/database.js';

const NOW = new Date();
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);

let store: Awaited<ReturnType<typeof createStore>>;
let revision = 1;

beforeAll(async () => {
  store = await createStore();
  await putArticle(store.db, SITE, 'harbour', { title: 'The harbour reopens' });
});
afterAll(() => store?.close());

async function publish(...ids: readonly string[]): Promise<void> {
  await publishRevision(store.db, SITE, 'rules', {
    content: [{ name: 'ours', rules: ids.map((id) => ({ id })) }],
    source: { base: '', documents: { ours: ids.join() } },
    why: 'A test.',
    by: 'a test',
    rolledBackTo: null,
    drafts: [],
    expectedRevision: revision,
    checkedAgainst: null,
  });
  revision += 1;
}

/** Comments that the rules in force have judged, so many hours ago, with these rules found in the first of them. */
async function judged(count: number, hours: number, found: Readonly<Record<string, number>>): Promise<void> {
  const { pipeline } = await pipelineInForce(store.db, SITE);
  const comments = Array.from({ length: count }, () => aComment());
  const answers = await acceptComments(store.db, SITE, comments, 'live');
  const ids = answers.flatMap((answer) => (answer.kind === 'accepted' ? [answer.commentId] : []));
  await sql`
    insert into decision (site, comment_id, revision, pipeline, outcome, detail, facts, degraded, effective, decided_at)
    select ${SITE}, id, 1, ${pipeline}, 'approve', '{}', '{}', false, true, ${hoursAgo(hours)}
    from unnest(${ids}::bigint[]) as id`.execute(store.db);
  for (const [rule, times] of Object.entries(found)) {
    await sql`
      insert into rule_hit (site, comment_id, revision, rule, effect, at)
      select ${SITE}, id, 1, ${rule}, 'review', ${hoursAgo(hours)} from unnest(${ids.slice(0, times)}::bigint[]) as id`.execute(
      store.db,
    );
  }
}

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
