import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Decision } from '../../src/core/decision.js';
import { acceptComments } from '../../src/store/accept.js';
import { putArticle } from '../../src/store/articles.js';
import { readComment } from '../../src/store/comment-views.js';
import { eraseComment } from '../../src/store/erase.js';
import { recordJudgements } from '../../src/store/judging.js';
import { readFailures, retryFailures } from '../../src/store/outbox.js';
import { readQueue } from '../../src/store/queue.js';
import { recordReview } from '../../src/store/reviews.js';
import { aComment, aDecision, aDoubt, aJudgement, anEvaluation } from '../support/builders.js';
import { createStore, SITE } from '../support/database.js';

let store: Awaited<ReturnType<typeof createStore>>;

beforeAll(async () => {
  store = await createStore();
  await putArticle(store.db, SITE, 'harbour', { title: 'The harbour reopens' });
});
afterAll(() => store.close());

async function accepted(change: Parameters<typeof aComment>[0] = {}) {
  const comment = aComment(change);
  const [answer] = await acceptComments(store.db, SITE, [comment], 'live');
  if (answer?.kind !== 'accepted') throw new Error(`not accepted: ${answer?.kind}`);
  return { ...comment, commentId: answer.commentId, revision: answer.revision, pipeline: store.pipeline };
}

type Subject = Awaited<ReturnType<typeof accepted>>;

async function judged(
  subject: Subject,
  decision: Decision,
  evaluation = anEvaluation() as ReturnType<typeof anEvaluation> | null,
) {
  const { commentId, revision, pipeline } = subject;
  await recordJudgements(
    store.db,
    SITE,
    [aJudgement({ commentId, revision, pipeline }, decision, evaluation)],
    new Date(),
  );
  return await readComment(store.db, SITE, subject.id);
}

async function waiting(id: string) {
  const { items } = await readQueue(store.db, SITE, { list: 'all', article: null }, 100, null);
  return items.find(({ commentId }) => commentId === id);
}

async function workOf(subject: Subject) {
  return await store.db
    .selectFrom('outbox')
    .selectAll()
    .where('subject', '=', subject.commentId)
    .where('kind', '=', 'classify')
    .execute();
}

describe('A judgement', () => {
  it('publishes what is approved, withholds what is rejected, and puts the rest before a person', async () => {
    expect(await judged(await accepted(), aDecision())).toMatchObject({ state: 'published', decision: 'approve' });
    expect(await judged(await accepted(), aDecision({ outcome: 'reject' }))).toMatchObject({ state: 'withheld' });
    const doubtful = await accepted();
    expect(await judged(doubtful, aDoubt())).toMatchObject({
      state: 'pending',
      stateCause: 'decision',
      decision: 'review',
    });
    expect(await waiting(doubtful.id)).toMatchObject({ cause: 'decision', label: 'incitement' });
  });

  it('ends the work that asked for it', async () => {
    const subject = await accepted();
    expect(await workOf(subject)).toHaveLength(1);
    await judged(subject, aDecision());
    expect(await workOf(subject)).toHaveLength(0);
  });

  it('that comes twice leaves the first one standing', async () => {
    const subject = await accepted();
    await judged(subject, aDoubt());
    const view = await judged(subject, aDecision());
    expect(view).toMatchObject({ decision: 'review', state: 'pending' });
    expect(view.history.filter(({ kind }) => kind === 'decision')).toHaveLength(1);
  });

  it('that comes from many workers at once is recorded once', async () => {
    const subject = await accepted();
    await Promise.all(Array.from({ length: 8 }, () => judged(subject, aDoubt())));
    const view = await readComment(store.db, SITE, subject.id);
    expect(view.history.filter(({ kind }) => kind === 'decision')).toHaveLength(1);
    expect(view.stateVersion).toBe(2);
  });

  it('on a text that was changed meanwhile is not recorded', async () => {
    const subject = await accepted();
    await acceptComments(store.db, SITE, [{ ...aComment(), id: subject.id, text: 'Changed.' }], 'live');
    const view = await judged(subject, aDecision({ outcome: 'reject' }));
    expect(view).toMatchObject({ revision: 2, state: 'pending', decision: null });
  });

  it('on a comment that was deleted meanwhile does nothing', async () => {
    const subject = await accepted();
    await eraseComment(store.db, SITE, subject.id);
    await expect(judged(subject, aDecision())).rejects.toThrow('was deleted');
    const { commentId } = subject;
    for (const table of ['decision', 'evaluation', 'comment_revision', 'outbox'] as const) {
      const column = table === 'outbox' ? 'subject' : 'comment_id';
      expect(
        await store.db
          .selectFrom(table)
          .selectAll()
          .where(column as never, '=', commentId as never)
          .execute(),
      ).toEqual([]);
    }
  });
});

describe('A degraded judgement', () => {
  it('goes to a person, is seen among the failures, and gives way to one with scores', async () => {
    const subject = await accepted();
    const byRules = aDecision({
      outcome: 'review',
      degraded: true,
      reasons: [{ kind: 'model-unavailable', text: 'No model.' }],
    });
    expect(await judged(subject, byRules, null)).toMatchObject({ decision: 'review', degraded: true });
    expect(await waiting(subject.id)).toBeDefined();
    expect(await readFailures(store.db, SITE, 10)).toMatchObject([{ comment: subject.id }]);

    await retryFailures(store.db, SITE, null);
    expect(await readFailures(store.db, SITE, 10)).toEqual([]);
    expect(await workOf(subject)).toMatchObject([{ job_id: null, failed_at: null }]);
    expect(await judged(subject, aDecision())).toMatchObject({
      decision: 'approve',
      degraded: false,
      state: 'published',
    });
    expect(await waiting(subject.id)).toBeUndefined();
  });

  it('does not replace one with scores', async () => {
    const subject = await accepted();
    await judged(subject, aDecision());
    expect(await judged(subject, aDoubt({ degraded: true }), null)).toMatchObject({ decision: 'approve' });
  });
});

describe('A comment judged anew', () => {
  it('is put before a person but not taken away', async () => {
    const subject = await accepted();
    await judged(subject, aDecision());
    expect(await judged(subject, aDoubt())).toMatchObject({ state: 'published', decision: 'review' });
    expect(await waiting(subject.id)).toBeDefined();
  });

  it('is put before a person for what is found in it, not for what the policy has come to ask about since', async () => {
    const closed = { kind: 'policy', because: 'sensitive', text: 'A person looks at every comment.' } as const;
    const [harmless, doubtful] = [await accepted(), await accepted()];
    for (const subject of [harmless, doubtful]) await judged(subject, aDecision());

    const anew = await judged(harmless, aDoubt({ reasons: [closed], flags: [] }));
    expect(anew).toMatchObject({ state: 'published', decision: 'approve' });
    expect(await waiting(harmless.id)).toBeUndefined();
    const found = await judged(doubtful, aDoubt({ reasons: [closed, ...aDoubt().reasons] }));
    expect(found).toMatchObject({ state: 'published', decision: 'review' });
    expect(await waiting(doubtful.id)).toBeDefined();
  });

  it('is released where it only seemed to stray while the article was not wholly known', async () => {
    const subject = await accepted();
    const strays = aDoubt({ flags: ['off_topic'], reasons: [] });
    const offTopic = { kind: 'scored', probability: 0.8, provisional: true } as const;
    expect(await judged(subject, strays, anEvaluation({ offTopic }))).toMatchObject({ state: 'pending' });
    expect(await judged(subject, aDecision())).toMatchObject({ state: 'published', decision: 'approve' });
    expect(await waiting(subject.id)).toBeUndefined();
  });

  it('is left alone where a person has judged it', async () => {
    const subject = await accepted();
    await judged(subject, aDecision());
    const review = {
      commentId: subject.id,
      revision: 1,
      action: 'approve',
      label: null,
      note: null,
      by: 'Ines',
      desk: null,
    } as const;
    await recordReview(store.db, SITE, { ...review, override: true });
    expect(await judged(subject, aDoubt())).toMatchObject({ state: 'published', decision: 'approve' });
    expect(await waiting(subject.id)).toBeUndefined();
  });
});
