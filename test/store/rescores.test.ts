import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptComments } from '../../src/store/accept.js';
import { putArticle } from '../../src/store/articles.js';
import { readComment } from '../../src/store/comment-views.js';
import { eraseComment } from '../../src/store/erase.js';
import { recordJudgements } from '../../src/store/judging.js';
import { deliverOnce } from '../../src/store/outbox.js';
import { readQueue } from '../../src/store/queue.js';
import { recordReport } from '../../src/store/reports.js';
import { readRunning, recordRescoreChunk, waitForModel } from '../../src/store/rescore-runs.js';
import { createRescore, readRescore } from '../../src/store/rescores.js';
import { recordReview, undoReview } from '../../src/store/reviews.js';
import { aComment, aDecision, aDoubt, aJudgement } from '../support/builders.js';
import { createStore, SITE } from '../support/database.js';

let store: Awaited<ReturnType<typeof createStore>>;

beforeAll(async () => {
  store = await createStore();
  await putArticle(store.db, SITE, 'harbour', { title: 'The harbour reopens' });
});
afterAll(() => store.close());

/** A published comment. */
async function published() {
  const [answer] = await acceptComments(store.db, SITE, [aComment()], 'live');
  if (answer?.kind !== 'accepted') throw new Error('not accepted');
  const { commentId, revision, id } = answer;
  const subject = { commentId, revision, pipeline: store.pipeline };
  await recordJudgements(store.db, SITE, [aJudgement(subject, aDecision())], new Date());
  const { id: articleId } = await store.db.selectFrom('article').select('id').executeTakeFirstOrThrow();
  return { id, commentId, revision, articleId };
}

async function aRescoring(mode: 'report' | 'open' = 'report') {
  const scope = { section: null, from: null, to: null };
  return await createRescore(store.db, SITE, { mode, scope, pipeline: store.pipeline, by: 'Mara' });
}

/** What the relay hands over of rescorings at this moment; it hands over nothing else here. */
async function handedOver(): Promise<number> {
  let found = 0;
  await deliverOnce(store.db, 100, async (rows) => {
    const ours = rows.filter(({ kind }) => kind === 'rescore');
    found = ours.length;
    return new Map(ours.map(({ seq }) => [seq, `job-${seq}`]));
  });
  return found;
}

describe('A rescoring whose model is away', () => {
  it('says so, is put off for longer each time, and forgets that when a chunk was kept', async () => {
    const { commentId } = await published();
    const id = await aRescoring();
    const rescore = Number(id);
    expect(await handedOver()).toBe(1);
    const waits = async () => {
      await waitForModel(store.db, SITE, rescore);
      const [row] = await store.db.selectFrom('outbox').select('due_at').where('kind', '=', 'rescore').execute();
      return ((row?.due_at?.getTime() ?? 0) - Date.now()) / 1000;
    };
    const seconds: number[] = [];
    for (let n = 0; n < 8; n += 1) seconds.push(await waits());
    expect(seconds.map((second) => Math.ceil(second))).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(await handedOver()).toBe(0);
    expect(await readRescore(store.db, SITE, id)).toMatchObject({
      status: 'running',
      error: expect.stringContaining('model does not answer'),
      finishedAt: null,
    });
    expect(await readRunning(store.db, SITE, rescore)).toMatchObject({ waits: 8 });

    await store.db.updateTable('outbox').set({ due_at: new Date() }).where('kind', '=', 'rescore').execute();
    expect(await handedOver()).toBe(1);
    const chunk = { cursor: 0, last: commentId, rejudged: [], unweighed: 1 };
    expect(await recordRescoreChunk(store.db, SITE, rescore, chunk, new Date())).toBe('kept');
    expect(await readRescore(store.db, SITE, id)).toMatchObject({ error: null, done: 1, notWeighed: 1 });
    expect(await readRunning(store.db, SITE, rescore)).toMatchObject({ waits: 0, cursor: commentId });
  });
});

describe('A comment that a rescoring puts before a person', () => {
  const waiting = async (id: string) =>
    (await readQueue(store.db, SITE, { list: 'all', article: null }, 100, null)).items.find(
      ({ commentId }) => commentId === id,
    );

  async function opened() {
    const { id, ...subject } = await published();
    const rescore = Number(await aRescoring('open'));
    const decision = aDoubt({ spans: [{ begin: 0, end: 7, label: 'incitement', source: 'model', score: 0.9 }] });
    const before = { outcome: 'approve', severity: 0 } as const;
    const rejudged = [{ ...subject, before, decision, evaluation: null }];
    const chunk = { cursor: 0, last: subject.commentId, rejudged, unweighed: 0 };
    expect(await recordRescoreChunk(store.db, SITE, rescore, chunk, new Date())).toBe('kept');
    return { id, ...subject, decision };
  }

  it('says why: the reasons and spans of the new judgement, while its own decision stands', async () => {
    const { id, decision } = await opened();
    const { flags, reasons, spans } = decision;
    expect(await waiting(id)).toMatchObject({
      cause: 'rescore',
      label: 'incitement',
      rescored: { decision: 'review', flags, reasons, spans, pipeline: expect.any(String) },
      comment: { decision: 'approve', state: 'published', reasons: [] },
    });
    expect(await readComment(store.db, SITE, id)).toMatchObject({ decision: 'approve', state: 'published' });
  });

  it('still says why after a verdict on it was taken back', async () => {
    const { id } = await opened();
    const verdict = { action: 'approve', label: null, note: null, by: 'Mara', desk: null, override: false } as const;
    const review = await recordReview(store.db, SITE, { ...verdict, commentId: id, revision: 1 });
    expect(await waiting(id)).toBeUndefined();
    await undoReview(store.db, SITE, review.id, 'Mara', null, 60);
    expect(await waiting(id)).toMatchObject({ rescored: { decision: 'review', flags: ['incitement'] } });
  });

  it('waits as urgently as the new judgement says, also when a reader reports it', async () => {
    const { id } = await opened();
    const itemOf = async () => {
      const item = await waiting(id);
      if (item === undefined) throw new Error('It does not wait.');
      return { label: item.label, urgency: item.urgency, lists: await listsOf(id) };
    };
    const before = await itemOf();
    expect(before).toMatchObject({ label: 'incitement', lists: ['all', 'incitement'] });
    await recordReport(store.db, SITE, id, { reason: 'abuse', reporter: 'a' }, () => ({ toReview: 3, weighed: true }));
    const after = await itemOf();
    expect(after).toMatchObject({ label: 'incitement', lists: ['all', 'incitement', 'reported'] });
    expect(after.urgency).toBeGreaterThan(before.urgency);
    expect(await waiting(id)).toMatchObject({ cause: 'report', rescored: { decision: 'review' } });
  });

  const listsOf = async (id: string) => {
    const lists: string[] = [];
    for (const list of ['all', 'incitement', 'reported'] as const) {
      const { items } = await readQueue(store.db, SITE, { list, article: null }, 100, null);
      if (items.some(({ commentId }) => commentId === id)) lists.push(list);
    }
    return lists;
  };

  it('takes the matched words with it when it is erased', async () => {
    const { id, commentId } = await opened();
    await eraseComment(store.db, SITE, id);
    expect(await store.db.selectFrom('rescore_flip').selectAll().where('comment_id', '=', commentId).execute()).toEqual(
      [],
    );
  });
});
