import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerdictAction } from '../../src/core/comment.js';
import type { Decision } from '../../src/core/decision.js';
import { acceptComments } from '../../src/store/accept.js';
import { putArticle } from '../../src/store/articles.js';
import { readComment } from '../../src/store/comment-views.js';
import { recordJudgements } from '../../src/store/judging.js';
import { readQueue } from '../../src/store/queue.js';
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

async function accepted() {
  const comment = aComment();
  const [answer] = await acceptComments(store.db, SITE, [comment], 'live');
  if (answer?.kind !== 'accepted') throw new Error('not accepted');
  return { id: comment.id, commentId: answer.commentId, revision: 1, pipeline: store.pipeline };
}

const judge = (subject: Awaited<ReturnType<typeof accepted>>, decision: Decision) =>
  recordJudgements(store.db, SITE, [aJudgement(subject, decision)], new Date());

const review = (commentId: string, action: VerdictAction) =>
  recordReview(store.db, SITE, {
    commentId,
    revision: 1,
    action,
    label: action === 'reject' ? 'insult' : null,
    note: null,
    by: 'Ines',
    desk: null,
    override: false,
  });

async function waiting(list: 'all' | 'escalated', id: string) {
  const { items } = await readQueue(store.db, SITE, { list, article: null }, 100, null);
  return items.find(({ commentId }) => commentId === id);
}

describe('A verdict that came before the machine’s judgement and is taken back', () => {
  it('leaves the comment to the machine where that has not judged yet', async () => {
    const subject = await accepted();
    const { id } = await review(subject.id, 'reject');
    expect(await undoReview(store.db, SITE, id, 'Ines', null, 60)).toMatchObject({ state: 'pending', itemId: null });
    await judge(subject, aDecision());
    expect(await readComment(store.db, SITE, subject.id)).toMatchObject({ state: 'published' });
  });

  it('leaves it where the machine would have put it: published', async () => {
    const subject = await accepted();
    const { id } = await review(subject.id, 'reject');
    await judge(subject, aDecision());
    expect(await readComment(store.db, SITE, subject.id)).toMatchObject({ state: 'withheld', decision: 'approve' });
    expect(await undoReview(store.db, SITE, id, 'Ines', null, 60)).toMatchObject({ state: 'published' });
  });

  it('leaves it where the machine would have put it: before a person', async () => {
    const subject = await accepted();
    const { id } = await review(subject.id, 'approve');
    await judge(subject, aDoubt());
    expect(await waiting('all', subject.id)).toBeUndefined();
    const undone = await undoReview(store.db, SITE, id, 'Ines', 'desk-1', 60);
    expect(undone).toMatchObject({ state: 'pending', itemId: expect.any(String) });
    expect(await waiting('all', subject.id)).toMatchObject({
      id: undone.itemId,
      label: 'incitement',
      claim: { desk: 'desk-1' },
    });
  });
});

describe('A comment that readers reported while it waited for want of a part', () => {
  it('stays before a person when the part is there and the machine approves', async () => {
    const subject = await accepted();
    await recordJudgements(store.db, SITE, [aJudgement(subject, aDoubt({ degraded: true }), null)], new Date());
    await recordReport(store.db, SITE, subject.id, { reason: 'abuse', reporter: 'a' }, () => ({
      toReview: 3,
      weighed: true,
    }));
    await judge(subject, aDecision());
    expect(await waiting('all', subject.id)).toMatchObject({ cause: 'report' });
    expect(await readComment(store.db, SITE, subject.id)).toMatchObject({ state: 'pending', decision: 'approve' });
  });
});

describe('An escalated comment', () => {
  it('stays with whoever it was escalated to, also when readers report it', async () => {
    const subject = await accepted();
    await judge(subject, aDoubt());
    await review(subject.id, 'escalate');
    await recordReport(store.db, SITE, subject.id, { reason: 'abuse', reporter: 'a' }, () => ({
      toReview: 3,
      weighed: true,
    }));
    expect(await waiting('escalated', subject.id)).toMatchObject({ cause: 'escalated' });
    expect(await waiting('all', subject.id)).toBeUndefined();
  });

  it('comes back to the common queue when the escalation is taken back', async () => {
    const subject = await accepted();
    await judge(subject, aDoubt());
    const { id } = await review(subject.id, 'escalate');
    await undoReview(store.db, SITE, id, 'Ines', null, 60);
    expect(await waiting('all', subject.id)).toMatchObject({ cause: 'decision' });
    expect(await waiting('escalated', subject.id)).toBeUndefined();
  });
});
