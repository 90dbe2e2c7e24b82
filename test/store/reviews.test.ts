import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerdictAction } from '../../src/core/comment.js';
import type { Decision } from '../../src/core/decision.js';
import { acceptComments } from '../../src/store/accept.js';
import { putArticle } from '../../src/store/articles.js';
import { readComment } from '../../src/store/comment-views.js';
import { numberEvents, readEvents } from '../../src/store/events.js';
import { recordJudgements } from '../../src/store/judging.js';
import { claimItems, readQueue, releaseItems } from '../../src/store/queue.js';
import { recordReport } from '../../src/store/reports.js';
import { recordReview, undoReview } from '../../src/store/reviews.js';
import { aComment, aDecision, aDoubt, aJudgement } from '../support/builders.js';
import { createStore, SITE } from '../support/database.js';

let store: Awaited<ReturnType<typeof createStore>>;

beforeAll(async () => {
  store = await createStore();
  await putArticle(store.db, SITE, 'harbour', { title: 'The harbour reopens' });
});
afterAll(() => store.close());

/** A comment that waits for a person. */
async function waitingComment(decision = aDoubt()) {
  const comment = aComment();
  const [answer] = await acceptComments(store.db, SITE, [comment], 'live');
  if (answer?.kind !== 'accepted') throw new Error('not accepted');
  const { commentId, revision } = answer;
  await recordJudgements(
    store.db,
    SITE,
    [aJudgement({ commentId, revision, pipeline: store.pipeline }, decision)],
    new Date(),
  );
  return comment;
}

/** The machine's judgement of its newest text. */
async function judgeCurrent(id: string, decision: Decision) {
  const { id: commentId, revision } = await store.db
    .selectFrom('comment')
    .select(['id', 'revision'])
    .where('external_id', '=', id)
    .executeTakeFirstOrThrow();
  const subject = { commentId, revision, pipeline: store.pipeline };
  await recordJudgements(store.db, SITE, [aJudgement(subject, decision)], new Date());
}

async function review(
  commentId: string,
  action: VerdictAction,
  change: { revision?: number; desk?: string; override?: boolean } = {},
) {
  return await recordReview(store.db, SITE, {
    commentId,
    revision: 1,
    action,
    label: action === 'reject' ? 'incitement' : null,
    note: null,
    by: 'Ines',
    desk: null,
    override: false,
    ...change,
  });
}

async function queue(list: 'all' | 'escalated' = 'all') {
  const { items } = await readQueue(store.db, SITE, { list, article: null }, 100, null);
  return items.map(({ commentId }) => commentId);
}

async function claim(desk: string, count: number, skip: readonly string[] = []) {
  return await claimItems(store.db, SITE, {
    desk,
    by: desk,
    leaseSeconds: 60,
    filter: { list: 'all', article: null },
    skip,
    count,
  });
}

describe('A verdict', () => {
  it('moves the comment and takes it off the queue', async () => {
    const { id } = await waitingComment();
    expect(await review(id, 'approve')).toMatchObject({ action: 'approve', state: 'published' });
    expect(await readComment(store.db, SITE, id)).toMatchObject({
      state: 'published',
      stateCause: 'verdict',
      verdict: { by: 'Ines' },
    });
    expect(await queue()).not.toContain(id);
  });

  it('on an older revision is refused', async () => {
    const comment = await waitingComment();
    await acceptComments(store.db, SITE, [{ ...comment, text: 'Changed in the meantime.' }], 'live');
    await expect(review(comment.id, 'approve')).rejects.toMatchObject({ code: 'revised', currentRevision: 2 });
  });

  it('on what somebody settled already says who did, and when it may be overridden', async () => {
    const { id } = await waitingComment();
    await review(id, 'reject');
    await expect(review(id, 'approve')).rejects.toMatchObject({
      code: 'already-reviewed',
      by: 'Ines',
      action: 'reject',
    });
    expect(await review(id, 'approve', { override: true })).toMatchObject({ state: 'published' });
  });

  it('of two desks at once is one verdict', async () => {
    const { id } = await waitingComment();
    const both = await Promise.allSettled([review(id, 'approve'), review(id, 'reject')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('that escalates leaves the comment for somebody else', async () => {
    const { id } = await waitingComment();
    await review(id, 'escalate');
    expect(await queue()).not.toContain(id);
    expect(await queue('escalated')).toContain(id);
    expect(await readComment(store.db, SITE, id)).toMatchObject({ state: 'pending' });
    expect(await review(id, 'reject')).toMatchObject({ state: 'withheld' });
  });

  it('can be taken back: the comment stands and waits as before', async () => {
    const { id } = await waitingComment();
    const { id: verdict } = await review(id, 'reject');
    expect(await undoReview(store.db, SITE, verdict, 'Ines', 'desk-1', 60)).toMatchObject({
      commentId: id,
      state: 'pending',
    });
    expect(await queue()).toContain(id);
    expect(await readComment(store.db, SITE, id)).toMatchObject({ verdict: null });
    await expect(undoReview(store.db, SITE, verdict, 'Ines', null, 60)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('A claim', () => {
  it('gives the most urgent comments to one desk only', async () => {
    await Promise.all([waitingComment(), waitingComment(), waitingComment()]);
    const [a, b] = await Promise.all([claim('a', 2), claim('b', 2)]);
    const ids = [...(a ?? []), ...(b ?? [])].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('comes back to the desk that has it, and keeps other desks from deciding', async () => {
    await waitingComment();
    const [item] = await claim('c', 1);
    expect(item).toBeDefined();
    expect((await claim('c', 1))[0]?.id).toBe(item?.id);
    await expect(review(item?.commentId ?? '', 'approve', { desk: 'd' })).rejects.toMatchObject({ code: 'claimed' });
    await releaseItems(store.db, SITE, 'c', [item?.id ?? '']);
    expect(await review(item?.commentId ?? '', 'approve', { desk: 'd' })).toMatchObject({ state: 'published' });
  });
});

describe('Readers’ reports', () => {
  it('bring an approved comment back before a person when there are enough of them, one a reader', async () => {
    const { id } = await waitingComment(aDecision());
    const report = (reporter: string) =>
      recordReport(store.db, SITE, id, { reason: 'hateful', reporter }, () => ({ toReview: 3, weighed: true }));
    await report('r1');
    await report('r1');
    expect(await report('r2')).toMatchObject({ state: 'published', reports: 2, inReview: false });
    expect(await report('r3')).toMatchObject({ state: 'pending', reports: 3, inReview: true });
    expect(await readComment(store.db, SITE, id)).toMatchObject({ state: 'pending', stateCause: 'report' });
    expect(await queue()).toContain(id);
  });

  it('do not take away what a person has approved, but put it before a person again', async () => {
    const { id } = await waitingComment();
    await review(id, 'approve');
    for (const reporter of ['r1', 'r2', 'r3'])
      await recordReport(store.db, SITE, id, { reason: 'hateful', reporter }, () => ({ toReview: 3, weighed: true }));
    expect(await readComment(store.db, SITE, id)).toMatchObject({ state: 'published' });
    expect(await queue()).toContain(id);
  });

  const report = (id: string, reporter: string) =>
    recordReport(store.db, SITE, id, { reason: 'hateful', reporter }, () => ({ toReview: 3, weighed: true }));

  it('of the same readers bring back what the author makes of a comment that a person approved', async () => {
    const comment = await waitingComment();
    for (const reporter of ['s1', 's2', 's3']) await report(comment.id, reporter);
    await review(comment.id, 'approve');
    // The same text again: of that they have said what they think.
    expect(await report(comment.id, 's1')).toMatchObject({ reports: 3, inReview: false });

    await acceptComments(store.db, SITE, [{ ...comment, text: 'Drown them all.' }], 'live');
    await judgeCurrent(comment.id, aDecision());
    expect(await report(comment.id, 's1')).toMatchObject({ revision: 2, reports: 3, inReview: false });
    expect(await report(comment.id, 's2')).toMatchObject({ state: 'published', inReview: false });
    expect(await report(comment.id, 's3')).toMatchObject({ state: 'pending', reports: 3, inReview: true });
    expect(await queue()).toContain(comment.id);
  });

  it('of a comment’s earlier and later text count once a reader', async () => {
    const comment = await waitingComment(aDecision());
    await report(comment.id, 't1');
    await acceptComments(store.db, SITE, [{ ...comment, text: 'Drown them all.' }], 'live');
    await judgeCurrent(comment.id, aDecision());
    await report(comment.id, 't1');
    expect(await report(comment.id, 't2')).toMatchObject({ state: 'published', reports: 2, inReview: false });
    expect(await report(comment.id, 't3')).toMatchObject({ state: 'pending', reports: 3, inReview: true });
  });
});

describe('The feed of events', () => {
  it('gives each event a number after its commit and tells how a comment moved, without its text', async () => {
    const { id, text } = await waitingComment();
    await review(id, 'approve');
    while ((await store.db.transaction().execute((tx) => numberEvents(tx, 1000))) > 0);
    const events = await readEvents(store.db, SITE, 0, 10_000);
    const numbers = events.map(({ number }) => number);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    const states = events.filter((event) => event.type === 'comment.state' && event.id === id);
    expect(states).toMatchObject([
      { state: 'pending', cause: 'accepted', stateVersion: 1 },
      { state: 'pending', cause: 'decision', stateVersion: 2 },
      { state: 'published', cause: 'verdict', stateVersion: 3 },
    ]);
    expect(JSON.stringify(events)).not.toContain(text);
  });
});
