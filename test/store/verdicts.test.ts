import { sql } from 'kysely';
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
  await putArticle(store.db, SITE, 'quay', { title: 'A quay is built' });
  const policy = JSON.stringify({ articles: { quay: { moderation: 'after' } } });
  await sql`update policy_revision set content = ${policy}::jsonb`.execute(store.db);
});
afterAll(() => store.close());

async function accepted(articleId = 'harbour') {
  const comment = aComment({ articleId });
  const [answer] = await acceptComments(store.db, SITE, [comment], 'live');
  if (answer?.kind !== 'accepted') throw new Error('not accepted');
  return { id: comment.id, commentId: answer.commentId, revision: 1, pipeline: store.pipeline };
}

type Subject = Awaited<ReturnType<typeof accepted>>;

const judge = (subject: Subject, decision: Decision) =>
  recordJudgements(store.db, SITE, [aJudgement(subject, decision)], new Date());

/** As under `moderation: after`: what asks a person is shown while it waits. */
const judgeShown = (subject: Subject, decision: Decision) => {
  const judgement = aJudgement(subject, decision, decision.degraded ? null : undefined);
  const handling = { ...judgement.handling, stateInReview: 'published' } as const;
  return recordJudgements(store.db, SITE, [{ ...judgement, handling }], new Date());
};

async function report(subject: Subject, ...reporters: readonly string[]) {
  for (const reporter of reporters)
    await recordReport(store.db, SITE, subject.id, { reason: 'abuse', reporter }, () => ({
      toReview: 3,
      weighed: true,
    }));
}

const APPROVED = { action: 'approve', label: null, note: null, by: 'Ines', desk: null, override: false } as const;

const review = (commentId: string, action: VerdictAction, { override = false } = {}) =>
  recordReview(store.db, SITE, {
    commentId,
    revision: 1,
    action,
    label: action === 'reject' ? 'insult' : null,
    note: null,
    by: 'Ines',
    desk: null,
    override,
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

describe('A verdict on a comment that was judged without scores', () => {
  const workOf = ({ commentId }: Subject) =>
    store.db
      .selectFrom('outbox')
      .select('seq')
      .where('kind', '=', 'classify')
      .where('subject', '=', commentId)
      .execute();

  it.each([aDecision({ degraded: true }), aDoubt({ degraded: true })])(
    'stands, and the scores come all the same: $outcome',
    async (unweighed) => {
      const subject = await accepted('quay');
      await judgeShown(subject, unweighed);
      await review(subject.id, 'approve', { override: true });
      expect(await workOf(subject)).toHaveLength(1);
      await judgeShown(subject, aDecision({ outcome: 'reject', flags: ['incitement'] }));
      expect(await workOf(subject)).toHaveLength(0);
      expect(await readComment(store.db, SITE, subject.id)).toMatchObject({
        state: 'published',
        stateCause: 'verdict',
        decision: 'reject',
        degraded: false,
        flags: ['incitement'],
        scores: { incitement: 0.01 },
      });
      expect(await waiting('all', subject.id)).toBeUndefined();
    },
  );

  it.each(['approve', 'escalate'] as const)(
    'is taken back to a person who is told what was found meanwhile: %s',
    async (action) => {
      const subject = await accepted('quay');
      await judgeShown(subject, aDoubt({ degraded: true, reasons: [], flags: [] }));
      const before = await waiting('all', subject.id);
      expect(before).toMatchObject({ label: null });
      const { id } = await review(subject.id, action);
      await judgeShown(subject, aDoubt());
      expect(await undoReview(store.db, SITE, id, 'Ines', 'desk-1', 60)).toMatchObject({ itemId: before?.id });
      const item = await waiting('all', subject.id);
      expect(item).toMatchObject({ id: before?.id, cause: 'decision', label: 'incitement', claim: { desk: 'desk-1' } });
      expect(item?.urgency).toBeGreaterThan(before?.urgency ?? Number.NaN);
    },
  );

  it('ends the work to judge it anew where its scores are there', async () => {
    const subject = await accepted('quay');
    await judgeShown(subject, aDecision());
    const { commentId, pipeline } = subject;
    await store.db
      .insertInto('outbox')
      .values({ site: SITE, kind: 'classify', lane: 'bulk', subject: commentId, revision: 1, pipeline })
      .execute();
    await review(subject.id, 'approve', { override: true });
    expect(await workOf(subject)).toHaveLength(0);
  });
});

describe('A verdict on a comment that was shown before it was judged, when it is taken back', () => {
  const rejected = aDecision({ outcome: 'reject', flags: ['incitement'] });

  it('leaves it withheld where the machine has rejected it meanwhile', async () => {
    const subject = await accepted('quay');
    const { id } = await review(subject.id, 'reject');
    await judgeShown(subject, rejected);
    expect(await undoReview(store.db, SITE, id, 'Ines', null, 60)).toMatchObject({ state: 'withheld', itemId: null });
    expect(await readComment(store.db, SITE, subject.id)).toMatchObject({ stateCause: 'decision' });
  });

  it('leaves it shown but before a person where the machine has doubted it meanwhile', async () => {
    const subject = await accepted('quay');
    const { id } = await review(subject.id, 'reject');
    await judgeShown(subject, aDoubt());
    expect(await undoReview(store.db, SITE, id, 'Ines', null, 60)).toMatchObject({ state: 'published' });
    expect(await waiting('all', subject.id)).toMatchObject({ cause: 'decision', label: 'incitement' });
  });

  it('does so, too, where another one was taken back before', async () => {
    const subject = await accepted('quay');
    const { id: first } = await review(subject.id, 'approve');
    await undoReview(store.db, SITE, first, 'Ines', null, 60);
    const { id } = await review(subject.id, 'reject');
    await judgeShown(subject, aDoubt());
    await undoReview(store.db, SITE, id, 'Ines', null, 60);
    expect(await waiting('all', subject.id)).toMatchObject({ cause: 'decision' });
  });

  it('leaves it as the scores say that came meanwhile, where it was published without', async () => {
    const subject = await accepted('quay');
    await judgeShown(subject, aDecision({ degraded: true }));
    const { id } = await review(subject.id, 'reject');
    await judgeShown(subject, rejected);
    expect(await undoReview(store.db, SITE, id, 'Ines', null, 60)).toMatchObject({ state: 'withheld' });
  });

  it('leaves it as the verdict before says, where there was one', async () => {
    const subject = await accepted('quay');
    await review(subject.id, 'approve');
    const { id } = await review(subject.id, 'reject', { override: true });
    await judgeShown(subject, rejected);
    expect(await undoReview(store.db, SITE, id, 'Ines', null, 60)).toMatchObject({ state: 'published', itemId: null });
  });
});

describe('A comment that readers reported while it waited for want of a part', () => {
  it('stays before a person when the part is there and the machine approves', async () => {
    const subject = await accepted();
    await recordJudgements(store.db, SITE, [aJudgement(subject, aDoubt({ degraded: true }), null)], new Date());
    await report(subject, 'a');
    await judge(subject, aDecision());
    expect(await waiting('all', subject.id)).toMatchObject({ cause: 'report' });
    expect(await readComment(store.db, SITE, subject.id)).toMatchObject({ state: 'pending', decision: 'approve' });
  });
});

describe('A comment that is shown at once and doubted only for want of the model', () => {
  it('goes when the model comes back and rejects it, also where a few readers have reported it', async () => {
    const subject = await accepted('quay');
    await judgeShown(subject, aDoubt({ degraded: true }));
    await report(subject, 'a');
    expect(await readComment(store.db, SITE, subject.id)).toMatchObject({ state: 'published' });
    await judgeShown(subject, aDecision({ outcome: 'reject', flags: ['incitement'] }));
    expect(await readComment(store.db, SITE, subject.id)).toMatchObject({
      decision: 'reject',
      state: 'withheld',
      stateCause: 'decision',
    });
    expect(await waiting('all', subject.id)).toBeUndefined();
  });
});

describe('A comment that is shown at once and that readers’ reports hold back', () => {
  const shown = () => accepted('quay');

  it.each([
    ['because the model was away, when it doubts the comment too', aDoubt({ degraded: true }), aDoubt()],
    ['because the model was away, when it approves', aDoubt({ degraded: true }), aDecision()],
    ['because of overload, when the model approves it later', aDecision({ degraded: true }), aDecision()],
    [
      'because of overload, when the model rejects it later',
      aDecision({ degraded: true }),
      aDecision({ outcome: 'reject' }),
    ],
    ['because the model is slow, when it approves', null, aDecision()],
    ['because the model is slow, when it doubts the comment too', null, aDoubt()],
  ])('before it is weighed, %s, waits for a person all the same', async (_why, first, weighed) => {
    const subject = await shown();
    if (first !== null) await judgeShown(subject, first);
    expect(await readComment(store.db, SITE, subject.id)).toMatchObject({ state: 'published' });
    await report(subject, 'a', 'b', 'c');
    await judgeShown(subject, weighed);
    const { outcome: decision } = weighed;
    expect(await readComment(store.db, SITE, subject.id)).toMatchObject({
      decision,
      state: 'pending',
      stateCause: 'report',
    });
    expect(await waiting('all', subject.id)).toMatchObject({ cause: 'report', label: weighed.flags[0] ?? null });
  });

  it('stays held back where a verdict on it was taken back before the machine judged', async () => {
    const subject = await shown();
    await report(subject, 'a', 'b', 'c');
    const { id } = await review(subject.id, 'approve');
    await undoReview(store.db, SITE, id, 'Ines', null, 60);
    await judgeShown(subject, aDecision());
    expect(await readComment(store.db, SITE, subject.id)).toMatchObject({ state: 'pending', stateCause: 'report' });
    expect(await waiting('all', subject.id)).toMatchObject({ cause: 'report' });
  });
});

describe('A held-back comment that is shown at once and that its author edits', () => {
  const edit = async (subject: Subject, text: string): Promise<Subject> => {
    const [answer] = await acceptComments(
      store.db,
      SITE,
      [{ ...aComment({ articleId: 'quay' }), id: subject.id, text }],
      'live',
    );
    if (answer?.kind !== 'accepted') throw new Error('not accepted');
    expect(answer.state).toBe((await readComment(store.db, SITE, subject.id)).state);
    return { ...subject, revision: answer.revision };
  };
  const standing = ({ id }: Subject) => readComment(store.db, SITE, id);

  async function rejectedBy(action: 'reject' | 'request-edit') {
    const subject = await accepted('quay');
    await judgeShown(subject, aDecision());
    await review(subject.id, action, { override: true });
    return subject;
  }

  it.each(['reject', 'request-edit'] as const)(
    'after a person’s %s is shown once its new text is approved',
    async (action) => {
      const once = await edit(await rejectedBy(action), 'Said otherwise.');
      expect(await standing(once)).toMatchObject({ state: 'pending', stateCause: 'edit' });
      const twice = await edit(once, 'Said quite otherwise.');
      expect(await standing(twice)).toMatchObject({ state: 'pending', stateCause: 'edit' });
      await judgeShown(twice, aDecision());
      expect(await standing(twice)).toMatchObject({ state: 'published', stateCause: 'decision' });
      expect(await standing(await edit(twice, 'And a word more.'))).toMatchObject({ state: 'published' });
    },
  );

  it('after a person’s rejection is not shown while its new text is doubted', async () => {
    const edited = await edit(await edit(await rejectedBy('reject'), 'Said otherwise.'), 'Said quite otherwise.');
    await judgeShown(edited, aDoubt());
    expect(await standing(edited)).toMatchObject({ state: 'pending', stateCause: 'decision' });
    expect(await waiting('all', edited.id)).toMatchObject({ cause: 'decision' });
  });

  it('after a person’s rejection is not shown for what overload leaves unweighed', async () => {
    const edited = await edit(await rejectedBy('reject'), 'Said otherwise.');
    await judgeShown(edited, aDecision({ degraded: true }));
    expect(await standing(edited)).toMatchObject({ state: 'pending' });
    await judgeShown(edited, aDecision());
    expect(await standing(edited)).toMatchObject({ state: 'published' });
  });

  it.each([
    ['later', true],
    ['earlier', false],
  ])(
    'is not shown where a verdict on a new text is taken back that nobody has weighed: it came %s',
    async (_when, machineFirst) => {
      const edited = await edit(await rejectedBy('reject'), 'Said otherwise.');
      const unweighed = () => judgeShown(edited, aDecision({ degraded: true }));
      if (machineFirst) await unweighed();
      const again = { ...APPROVED, action: 'reject', label: 'insult', override: true } as const;
      const { id } = await recordReview(store.db, SITE, { ...again, commentId: edited.id, revision: 2 });
      if (!machineFirst) await unweighed();
      expect(await undoReview(store.db, SITE, id, 'Ines', null, 60)).toMatchObject({ state: 'pending' });
      await judgeShown(edited, aDecision());
      expect(await standing(edited)).toMatchObject({ state: 'published' });
    },
  );

  it('is shown as ever where it was shown before, whatever a person once said', async () => {
    const subject = await rejectedBy('reject');
    await review(subject.id, 'approve', { override: true });
    const edited = await edit(subject, 'Said otherwise.');
    expect(await standing(edited)).toMatchObject({ state: 'published' });
    await judgeShown(edited, aDoubt());
    expect(await standing(edited)).toMatchObject({ state: 'published' });
  });

  it('for readers’ reports waits for a person with its new text, whatever the machine says of that', async () => {
    const subject = await accepted('quay');
    await judgeShown(subject, aDecision());
    await report(subject, 'a', 'b', 'c');
    const once = await edit(subject, 'Said otherwise.');
    expect(await standing(once)).toMatchObject({ state: 'pending', stateCause: 'report' });
    expect(await waiting('all', once.id)).toMatchObject({ cause: 'report', revision: 2 });
    const twice = await edit(once, 'Said quite otherwise.');
    await judgeShown(twice, aDecision());
    expect(await standing(twice)).toMatchObject({ state: 'pending', stateCause: 'report', decision: 'approve' });
    expect(await waiting('all', twice.id)).toMatchObject({ cause: 'report', revision: 3 });
  });

  it('for readers’ reports stays held back where a verdict on the new text is taken back after it was judged', async () => {
    const subject = await accepted('quay');
    await judgeShown(subject, aDecision());
    await report(subject, 'a', 'b', 'c');
    const edited = await edit(subject, 'Said otherwise.');
    const { id } = await recordReview(store.db, SITE, { ...APPROVED, commentId: edited.id, revision: 2 });
    await judgeShown(edited, aDecision());
    await undoReview(store.db, SITE, id, 'Ines', null, 60);
    expect(await standing(edited)).toMatchObject({ state: 'pending', stateCause: 'report' });
    expect(await waiting('all', edited.id)).toMatchObject({ cause: 'report' });
  });
});

describe('An escalated comment', () => {
  it('stays with whoever it was escalated to, also when readers report it', async () => {
    const subject = await accepted();
    await judge(subject, aDoubt());
    await review(subject.id, 'escalate');
    await report(subject, 'a');
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
