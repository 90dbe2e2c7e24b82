import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptComments } from '../../src/store/accept.js';
import { putArticle } from '../../src/store/articles.js';
import { recordJudgements } from '../../src/store/judging.js';
import { adoptUndecided } from '../../src/store/outbox.js';
import { recordReport } from '../../src/store/reports.js';
import { recordReview } from '../../src/store/reviews.js';
import { aComment, aDecision, aDoubt, aJudgement } from '../support/builders.js';
import { createStore, SITE } from '../support/database.js';

let store: Awaited<ReturnType<typeof createStore>>;

beforeAll(async () => {
  store = await createStore();
  await putArticle(store.db, SITE, 'harbour', { title: 'The harbour reopens' });
  await store.db.deleteFrom('outbox').execute();
});
afterAll(() => store.close());

async function accepted(change: Parameters<typeof aComment>[0] = {}) {
  const [answer] = await acceptComments(store.db, SITE, [aComment(change)], 'live');
  if (answer?.kind !== 'accepted') throw new Error('not accepted');
  return { id: answer.id, commentId: answer.commentId, revision: 1, pipeline: store.pipeline };
}

type Subject = Awaited<ReturnType<typeof accepted>>;

const judged = (subject: Subject, decision = aDecision()) =>
  recordJudgements(store.db, SITE, [aJudgement(subject, decision)], new Date());

const reviewed = ({ id }: Subject, revision = 1) =>
  recordReview(store.db, SITE, {
    commentId: id,
    revision,
    action: 'approve',
    label: null,
    note: null,
    by: 'Ines',
    desk: null,
    override: true,
  });

/** An operator restored a table, say. */
const loseWork = () => store.db.deleteFrom('outbox').execute();
const adopted = async () => {
  await adoptUndecided(store.db, 0, 100);
  const work = await store.db
    .selectFrom('outbox')
    .select('subject')
    .where('kind', '=', 'classify')
    .orderBy('subject')
    .execute();
  return work.map(({ subject }) => subject);
};

describe('The sweeper', () => {
  it('gives a comment that has neither decision nor work its work back', async () => {
    const { commentId } = await accepted();
    await loseWork();
    expect(await adopted()).toEqual([commentId]);
    expect(await adopted()).toEqual([commentId]);
  });

  it('does so too where readers see it before it is judged', async () => {
    await store.db.deleteFrom('comment').execute();
    const policy = JSON.stringify({ articles: { quay: { moderation: 'after' } } });
    await sql`update policy_revision set content = ${policy}::jsonb`.execute(store.db);
    await putArticle(store.db, SITE, 'quay', { title: 'A quay is built' });
    const written = aComment({ articleId: 'quay' });
    const [fresh, edited] = [await accepted(written), await accepted({ articleId: 'quay' })];
    await judged(edited);
    await acceptComments(store.db, SITE, [{ ...written, id: edited.id, text: 'Changed.' }], 'live');
    await loseWork();
    expect(await adopted()).toEqual([fresh.commentId, edited.commentId]);
  });

  it('does so too where a person judged it before the machine did', async () => {
    await loseWork();
    await store.db.deleteFrom('comment').execute();
    const subject = await accepted();
    await reviewed(subject);
    await loseWork();
    expect(await adopted()).toEqual([subject.commentId]);
  });

  it('does so too where that person’s premod was an earlier one', async () => {
    await loseWork();
    await store.db.deleteFrom('comment').execute();
    const subject = await accepted();
    await reviewed(subject);
    await sql`update verdict set before = before - 'unjudged'`.execute(store.db);
    await loseWork();
    expect(await adopted()).toEqual([subject.commentId]);
  });

  it('does so too where a person judged so what readers’ reports hold back with a new text', async () => {
    await loseWork();
    await store.db.deleteFrom('comment').execute();
    const written = aComment();
    const subject = await accepted(written);
    await judged(subject);
    await recordReport(store.db, SITE, subject.id, { reason: 'abuse', reporter: 'a' }, () => ({
      toReview: 1,
      weighed: false,
    }));
    await acceptComments(store.db, SITE, [{ ...written, text: 'Changed.' }], 'live');
    await reviewed(subject, 2);
    await loseWork();
    expect(await adopted()).toEqual([subject.commentId]);
    await judged({ ...subject, revision: 2 });
    await loseWork();
    expect(await adopted()).toEqual([]);
  });

  it('leaves alone what the machine has judged, whoever judged it too', async () => {
    await store.db.deleteFrom('comment').execute();
    const [published, doubtful, settled] = [await accepted(), await accepted(), await accepted()];
    await judged(published);
    await judged(doubtful, aDoubt());
    await judged(settled);
    await reviewed(settled);
    await loseWork();
    expect(await adopted()).toEqual([]);
  });
});
