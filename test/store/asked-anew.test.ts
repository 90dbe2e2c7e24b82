import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acceptComments } from '../../src/store/accept.js';
import { putArticle } from '../../src/store/articles.js';
import { judgeQueueAnew } from '../../src/store/asked-anew.js';
import { recordJudgements } from '../../src/store/judging.js';
import { activatePipeline } from '../../src/store/pipelines.js';
import { claimItems, releaseItems } from '../../src/store/queue.js';
import { recordReport } from '../../src/store/reports.js';
import { recordReview, undoReview } from '../../src/store/reviews.js';
import { aComment, aDecision, aDoubt, aJudgement } from '../support/builders.js';
import { createStore, SITE } from '../support/database.js';

type Subject = { readonly id: string; readonly commentId: number; readonly itemId: string };

let store: Awaited<ReturnType<typeof createStore>>;
/** The pipeline with the rule that was too broad. */
let broad: number;

beforeAll(async () => {
  store = await createStore();
  await putArticle(store.db, SITE, 'harbour', { title: 'The harbour reopens' });
  const known = await store.db
    .selectFrom('pipeline')
    .selectAll()
    .where('pipeline', '=', store.pipeline)
    .executeTakeFirstOrThrow();
  broad = store.pipeline + 1;
  await store.db
    .insertInto('pipeline')
    .values({ ...known, pipeline: broad, fingerprint: 'broad', suspended: JSON.stringify(known.suspended) })
    .execute();
});
beforeEach(async () => {
  for (const table of ['outbox', 'comment'] as const) await store.db.deleteFrom(table).execute();
  await activatePipeline(store.db, SITE, store.pipeline);
});
afterAll(() => store.close());

const byRule = aDecision({
  outcome: 'review',
  reasons: [{ kind: 'rule', rule: 'broad', label: 'spam', matched: 'the', text: 'It speaks of something.' }],
  flags: ['spam'],
});

/** A comment that waits because of a decision under the broad rule, or by what else is said. */
async function waiting({ pipeline = broad, decision = byRule, handling = {} } = {}): Promise<Subject> {
  const [answer] = await acceptComments(store.db, SITE, [aComment()], 'live');
  if (answer?.kind !== 'accepted') throw new Error('not accepted');
  const { commentId, id } = answer;
  const judgement = aJudgement({ commentId, revision: 1, pipeline }, decision);
  const judged = { ...judgement, handling: { ...judgement.handling, ...handling } };
  await recordJudgements(store.db, SITE, [judged], new Date());
  return { id, commentId, itemId: String((await items(commentId))[0]?.id) };
}

const items = (commentId: number) =>
  store.db.selectFrom('queue_item').selectAll().where('comment_id', '=', commentId).execute();

/** What the workers do: judges what is on its way, by the pipeline that each is pinned to. */
async function judgeWork(decision = aDecision(), evaluated = true): Promise<readonly number[]> {
  const work = await store.db
    .selectFrom('outbox')
    .selectAll()
    .where('kind', '=', 'classify')
    .orderBy('subject')
    .execute();
  const judgements = work.map(({ subject: commentId, revision, pipeline }) => {
    const judgement = aJudgement({ commentId, revision, pipeline }, decision, evaluated ? undefined : null);
    // Were it a first decision, it would be drawn.
    return { ...judgement, handling: { ...judgement.handling, auditShare: 1, coverFor: 1 } };
  });
  await recordJudgements(store.db, SITE, judgements, new Date());
  return work.map(({ subject }) => subject);
}

/** How a comment stands, and whether it waits. */
async function standing({ commentId }: Subject): Promise<string> {
  const { state, state_version } = await store.db
    .selectFrom('comment')
    .select(['state', 'state_version'])
    .where('id', '=', commentId)
    .executeTakeFirstOrThrow();
  const waits = (await items(commentId)).some(({ left_at }) => left_at === null);
  return `${state} ${state_version}${waits ? ', waits' : ''}`;
}

const ask = () => judgeQueueAnew(store.db, SITE);
const claim = (desk: string, { itemId }: Subject) =>
  claimItems(store.db, SITE, {
    desk,
    by: 'Mara',
    leaseSeconds: 60,
    filter: { list: 'all', article: null },
    skip: [],
    items: [itemId],
  });
const report = ({ id }: Subject) =>
  recordReport(store.db, SITE, id, { reporter: 'reader', reason: 'abuse' }, () => ({ toReview: 3, weighed: true }));
const review = ({ id: commentId }: Subject, action: 'approve' | 'reject' | 'escalate', desk: string | null = null) =>
  recordReview(store.db, SITE, {
    commentId,
    revision: 1,
    action,
    label: null,
    note: null,
    by: 'Mara',
    desk,
    override: false,
  });

describe('What waits because of a rule that was taken back', () => {
  it('is judged anew when somebody asks, is published where it is approved now, and leaves the queue', async () => {
    const subjects = [await waiting(), await waiting()];
    for (const subject of subjects) expect(await standing(subject)).toBe('pending 2, waits');
    expect(await ask()).toBe(2);
    const work = await store.db.selectFrom('outbox').selectAll().where('kind', '=', 'classify').execute();
    expect(work.map(({ lane, pipeline }) => [lane, pipeline])).toEqual(subjects.map(() => ['bulk', store.pipeline]));
    await judgeWork();
    for (const subject of subjects) expect(await standing(subject)).toBe('published 3');
    expect(await ask()).toBe(0);
  });

  it('waits on as it did where it is still doubted, or would be rejected, and may be asked about again', async () => {
    const subject = await waiting();
    for (const decision of [aDoubt(), aDecision({ outcome: 'reject', flags: ['incitement'] })]) {
      const before = await items(subject.commentId);
      expect(await ask()).toBe(1);
      expect(await judgeWork(decision)).toEqual([subject.commentId]);
      expect(await standing(subject)).toBe('pending 2, waits');
      expect(await items(subject.commentId)).toEqual(before);
    }
    expect(await ask()).toBe(1);
    await judgeWork();
    expect(await standing(subject)).toBe('published 3');
  });

  it('is asked about twice without harm', async () => {
    const subject = await waiting();
    expect([await ask(), await ask()]).toEqual([1, 1]);
    expect(await judgeWork()).toEqual([subject.commentId]);
    expect(await standing(subject)).toBe('published 3');
    expect(await judgeWork()).toEqual([]);
  });

  it('waits while the model is away, and goes once it was weighed', async () => {
    const subject = await waiting();
    await ask();
    await judgeWork(aDecision({ outcome: 'review', degraded: true }), false);
    expect(await standing(subject)).toBe('pending 2, waits');
    await judgeWork();
    expect(await standing(subject)).toBe('published 3');
  });

  it('is not let go by an approval that nobody asked for, nor by one under a pipeline that is not in force', async () => {
    const subject = await waiting();
    const anew = (pipeline: number) =>
      recordJudgements(
        store.db,
        SITE,
        [aJudgement({ commentId: subject.commentId, revision: 1, pipeline }, aDecision())],
        new Date(),
      );
    await anew(store.pipeline);
    expect(await standing(subject)).toBe('pending 2, waits');
    await ask();
    await anew(broad);
    expect(await standing(subject)).toBe('pending 2, waits');
  });
});

describe('It is not asked about', () => {
  it('where what is in force has decided so', async () => {
    const subject = await waiting({ pipeline: store.pipeline });
    expect(await ask()).toBe(0);
    expect(await standing(subject)).toBe('pending 2, waits');
  });

  it('where it waits without its findings: a doubt is let go no more than a draw', async () => {
    const drawn = await waiting({ decision: aDecision(), handling: { auditShare: 1, coverFor: 1 } });
    for (let n = 0; n < 20; n += 1) await waiting({ decision: aDecision(), handling: { coverFor: 1 } });
    let covering: Subject | undefined;
    for (let n = 0; n < 200 && covering === undefined; n += 1) {
      const subject = await waiting({ handling: { coverFor: 1 } });
      if ((await items(subject.commentId))[0]?.blind) covering = subject;
      else await review(subject, 'approve');
    }
    if (covering === undefined) throw new Error('none waits blind');
    const before = [await standing(drawn), await standing(covering)];
    expect(await ask()).toBe(0);
    expect(await judgeWork()).toEqual([]);
    expect([await standing(drawn), await standing(covering)]).toEqual(before);
  });

  it('where somebody has claimed, escalated or judged it, or a reader has reported it', async () => {
    const [claimed, escalated, judged, reported] = [await waiting(), await waiting(), await waiting(), await waiting()];
    await claim('desk', claimed);
    await review(escalated, 'escalate');
    await review(judged, 'reject');
    await report(reported);
    expect(await ask()).toBe(0);
    await releaseItems(store.db, SITE, 'desk', [claimed.itemId]);
    expect(await ask()).toBe(1);
    expect(await judgeWork()).toEqual([claimed.commentId]);
  });
});

describe('A person who comes between asking and judging wins:', () => {
  it('who claims it, escalates it, reports it or judges it', async () => {
    const [claimed, escalated, judged, reported] = [await waiting(), await waiting(), await waiting(), await waiting()];
    expect(await ask()).toBe(4);
    await claim('desk', claimed);
    await review(escalated, 'escalate');
    await review(judged, 'reject');
    await report(reported);
    await judgeWork();
    for (const subject of [claimed, escalated, reported]) expect(await standing(subject)).toBe('pending 2, waits');
    expect(await standing(judged)).toBe('withheld 3');
    // The desk that holds it judges it as if nobody had asked.
    expect((await review(claimed, 'approve', 'desk')).state).toBe('published');
  });

  it('also who takes a verdict back: what waits again was not asked about', async () => {
    const subject = await waiting();
    await ask();
    const { id } = await review(subject, 'reject');
    await undoReview(store.db, SITE, id, 'Mara', null, 60);
    expect((await items(subject.commentId)).map(({ asked_anew_at }) => asked_anew_at)).toEqual([null]);
    expect(await judgeWork()).toEqual([]);
    expect(await ask()).toBe(1);
  });
});

it('What is let go has no part in the audit: it was put before a person first', async () => {
  await waiting({ decision: aDecision(), pipeline: store.pipeline, handling: { coverFor: 1e-12 } });
  const subject = await waiting({ handling: { coverFor: 1e-12 } });
  expect((await items(subject.commentId))[0]?.blind).toBe(false);
  await ask();
  await judgeWork();
  expect(await standing(subject)).toBe('published 3');
  const decisions = await store.db
    .selectFrom('decision')
    .select(['outcome', 'effective', 'in_audit'])
    .where('comment_id', '=', subject.commentId)
    .orderBy('id')
    .execute();
  expect(decisions).toEqual([
    { outcome: 'review', effective: false, in_audit: true },
    { outcome: 'approve', effective: true, in_audit: false },
  ]);
  expect(
    await store.db.selectFrom('audit_sample').selectAll().where('comment_id', '=', subject.commentId).execute(),
  ).toEqual([]);
});
