import { afterAll, beforeAll, expect, it } from 'vitest';
import { acceptComments } from '../../src/store/accept.js';
import { putArticle } from '../../src/store/articles.js';
import { readOccupancy, removeDemonstration } from '../../src/store/erase.js';
import { recordJudgements } from '../../src/store/judging.js';
import { claimItems, countQueue } from '../../src/store/queue.js';
import { recordReport } from '../../src/store/reports.js';
import { recordReview } from '../../src/store/reviews.js';
import { aComment, aDoubt, aJudgement } from '../support/builders.js';
import { createStore, SITE } from '../support/database.js';

let store: Awaited<ReturnType<typeof createStore>>;

beforeAll(async () => {
  store = await createStore();
});
afterAll(() => store.close());

it('The demonstration goes without a trace whatever was done with it, and does not come back by itself', async () => {
  const { db, pipeline } = store;
  expect(await readOccupancy(db, SITE)).toBe('empty');
  await putArticle(db, SITE, 'harbour', { title: 'Demonstration' }, { demonstration: true });
  const comments = [aComment(), aComment(), aComment()];
  const accepted = await acceptComments(db, SITE, comments, 'live');
  for (const answer of accepted.slice(0, 2)) {
    if (answer.kind !== 'accepted') throw new Error('not accepted');
    const { commentId, revision } = answer;
    await recordJudgements(db, SITE, [aJudgement({ commentId, revision, pipeline }, aDoubt())], new Date());
  }
  const [first, second] = comments;
  const verdict = { action: 'approve', label: null, note: 'Fine.', by: 'Ines', desk: null, override: false } as const;
  await recordReview(db, SITE, { ...verdict, commentId: first?.id ?? '', revision: 1 });
  await recordReport(db, SITE, second?.id ?? '', { reason: 'abuse', reporter: 'a' }, () => ({
    toReview: 3,
    weighed: true,
  }));
  const filter = { list: 'all', article: null } as const;
  await claimItems(db, SITE, { desk: 'a', by: 'Ines', leaseSeconds: 60, filter, skip: [], count: 1 });
  expect(await readOccupancy(db, SITE)).toBe('demonstration');

  expect(await removeDemonstration(db, SITE)).toBe(3);
  const tables = [
    'article',
    'article_revision',
    'comment',
    'comment_revision',
    'decision',
    'evaluation',
    'verdict',
    'report',
    'queue_item',
    'outbox',
  ] as const;
  for (const table of tables) {
    expect({ table, rows: await db.selectFrom(table).selectAll().execute() }).toEqual({ table, rows: [] });
  }
  expect((await countQueue(db, SITE)).waiting).toBe(0);
  // Whoever removed it does not want it again at the next start.
  expect(await readOccupancy(db, SITE)).toBe('in use');
  expect(await removeDemonstration(db, SITE)).toBe(0);
});
