import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { articleChanged } from '../../src/flow/article-changed.js';
import { acceptComments } from '../../src/store/accept.js';
import { finishArticleChanged, readJudged } from '../../src/store/article-changes.js';
import { contentHash, finishEmbedding, putArticle, readArticleText } from '../../src/store/articles.js';
import { recordJudgements } from '../../src/store/judging.js';
import { deliverOnce } from '../../src/store/outbox.js';
import { recordReview } from '../../src/store/reviews.js';
import { aComment, aDecision, aDoubt, aJudgement, anEvaluation } from '../support/builders.js';
import { createStore, SITE } from '../support/database.js';

const MINUTE = 60_000;
const provisional = anEvaluation({ offTopic: { kind: 'scored', probability: 0.1, provisional: true } });

let store: Awaited<ReturnType<typeof createStore>>;
let article: number;
let saved = 0;
/** The texts that are about something else than the first one. */
let elsewhere: Set<string>;

beforeAll(async () => {
  store = await createStore();
});
beforeEach(async () => {
  for (const table of ['outbox', 'comment', 'article'] as const) await store.db.deleteFrom(table).execute();
  saved = 0;
  elsewhere = new Set();
  await save();
});
afterAll(() => store.close());

/** An editor saves the article, and its text is embedded. */
async function save({ moved = false, embedded = true } = {}): Promise<void> {
  const text = { title: 'The harbour reopens', body: `Version ${saved} of what is known.` };
  saved += 1;
  if (moved) elsewhere.add(contentHash(text));
  const { revision } = await putArticle(store.db, SITE, 'harbour', text);
  article = (await store.db.selectFrom('article').select('id').executeTakeFirstOrThrow()).id;
  if (embedded) await finishEmbedding(store.db, SITE, article, revision);
}

/** A comment that was judged by what the article says at this moment. */
async function judged(decision = aDecision(), evaluation = anEvaluation()) {
  const [answer] = await acceptComments(store.db, SITE, [aComment()], 'live');
  if (answer?.kind !== 'accepted') throw new Error('not accepted');
  const subject = { commentId: answer.commentId, revision: 1, pipeline: store.pipeline };
  await judge(subject, decision, evaluation);
  return { ...subject, id: answer.id };
}

async function judge(
  { commentId, revision, pipeline }: { commentId: number; revision: number; pipeline: number },
  decision = aDecision(),
  evaluation = anEvaluation(),
  articleRevision = saved,
): Promise<void> {
  const judgement = aJudgement({ commentId, revision, pipeline }, decision, evaluation);
  if (judgement.evaluation === null) throw new Error('not weighed');
  const key = { ...judgement.evaluation.key, articleRevision };
  await recordJudgements(store.db, SITE, [{ ...judgement, evaluation: { key, content: evaluation } }], new Date());
}

const work = (kind: string) =>
  store.db.selectFrom('outbox').selectAll().where('kind', '=', kind).orderBy('seq').execute();
const anew = async () => (await work('classify')).map(({ subject, lane }) => [subject, lane]);
const dueIn = async () => (await work('article-changed')).map(({ due_at }) => (due_at?.getTime() ?? 0) - Date.now());

/** The editors have left the article alone: the work is due, and is done. Says how many it was. */
async function quiet(): Promise<number> {
  await store.db.updateTable('outbox').set({ due_at: new Date() }).where('kind', '=', 'article-changed').execute();
  const due: number[] = [];
  await deliverOnce(store.db, 1_000, async (rows) => {
    const ours = rows.filter(({ kind }) => kind === 'article-changed');
    due.push(...ours.map(({ subject }) => subject));
    return new Map(ours.map(({ seq }) => [seq, `job-${seq}`]));
  });
  for (const articleId of due) {
    await articleChanged(
      {
        readJudged: (site, id) => readJudged(store.db, site, id),
        vectorsOf: async (hash) => {
          const vector = new Float32Array(elsewhere.has(hash) ? [0, 1] : [1, 0]);
          return { title: vector, summary: null, passages: [] };
        },
        finish: (site, id, judgedBy) => finishArticleChanged(store.db, site, id, judgedBy),
      },
      { site: SITE, articleId },
    );
  }
  return due.length;
}

describe('An article that changes', () => {
  it('has its published comments looked at ten minutes after the last change, at most an hour after the first', async () => {
    await judged();
    expect(await dueIn()).toEqual([]);
    await save();
    const [first = 0] = await dueIn();
    expect(first).toBeGreaterThan(9 * MINUTE);
    expect(first).toBeLessThanOrEqual(10 * MINUTE);
    await store.db
      .updateTable('outbox')
      .set({ created_at: new Date(Date.now() - 9 * MINUTE), due_at: new Date(Date.now() + MINUTE) })
      .where('kind', '=', 'article-changed')
      .execute();
    await save();
    expect((await dueIn())[0]).toBeGreaterThan(9 * MINUTE);
    await store.db
      .updateTable('outbox')
      .set({ created_at: new Date(Date.now() - 55 * MINUTE) })
      .where('kind', '=', 'article-changed')
      .execute();
    await save();
    const due = await dueIn();
    expect(due).toHaveLength(1);
    expect(due[0]).toBeLessThanOrEqual(5 * MINUTE);
  });

  it('and is saved thirty times has each comment judged anew once, as bulk work, and not again once that was done', async () => {
    const comments = [];
    for (let n = 0; n < 20; n += 1) comments.push(await judged());
    for (let times = 0; times < 30; times += 1) await save({ moved: true });
    expect(await anew()).toEqual([]);
    expect(await quiet()).toBe(1);
    expect(await anew()).toEqual(comments.map(({ commentId }) => [commentId, 'bulk']));
    for (const comment of comments) await judge(comment);
    expect(await anew()).toEqual([]);
    await save({ moved: true });
    await quiet();
    expect(await anew()).toEqual([]);
  });

  it('has nothing judged anew where it says the same in other words', async () => {
    await judged();
    await save();
    expect(await quiet()).toBe(1);
    expect(await anew()).toEqual([]);
    expect(await work('article-changed')).toEqual([]);
  });

  it('has only those judged anew from whose text it has moved', async () => {
    const old = await judged();
    await save({ moved: true });
    await judged();
    await save({ moved: true });
    await quiet();
    expect(await anew()).toEqual([[old.commentId, 'bulk']]);
  });

  it('leaves alone what waits for a person, what a person has judged, and articles without comments', async () => {
    await save({ moved: true });
    expect(await dueIn()).toEqual([]);
    await judged(aDoubt());
    const settled = await judged();
    const verdict = { action: 'approve', label: null, note: null, by: 'Mara', desk: null, override: true } as const;
    await recordReview(store.db, SITE, { ...verdict, commentId: settled.id, revision: 1 });
    await save();
    expect(await dueIn()).toEqual([]);
  });

  it('while a comment is weighed has that one looked at too', async () => {
    await save({ moved: true });
    const [answer] = await acceptComments(store.db, SITE, [aComment()], 'live');
    if (answer?.kind !== 'accepted') throw new Error('not accepted');
    await judge({ commentId: answer.commentId, revision: 1, pipeline: store.pipeline }, aDecision(), anEvaluation(), 1);
    expect(await anew()).toEqual([]);
    expect(await dueIn()).toHaveLength(1);
    await quiet();
    expect(await anew()).toEqual([[answer.commentId, 'bulk']]);
  });

  it('waits with that until its newest text is embedded, and embeds no text that was overtaken', async () => {
    await judged();
    await save({ moved: true });
    await save({ moved: true, embedded: false });
    expect(await readArticleText(store.db, SITE, article, 2)).toBeNull();
    expect(await readArticleText(store.db, SITE, article, 3)).not.toBeNull();
    await quiet();
    expect(await anew()).toEqual([]);
    await finishEmbedding(store.db, SITE, article, 3);
    await quiet();
    expect(await anew()).toHaveLength(1);
  });

  it('while its work is being done is seen again', async () => {
    await judged();
    await save({ moved: true });
    await store.db.updateTable('outbox').set({ due_at: new Date() }).where('kind', '=', 'article-changed').execute();
    await save();
    await finishArticleChanged(store.db, SITE, article, []);
    expect(await dueIn()).toHaveLength(1);
  });
});

describe('A comment that was judged on title and summary alone', () => {
  it('is judged anew at once, and not again at every later change', async () => {
    const subject = await judged(aDecision(), provisional);
    await finishEmbedding(store.db, SITE, article, 1);
    expect(await anew()).toEqual([[subject.commentId, 'bulk']]);
    await judge(subject);
    await save();
    expect(await anew()).toEqual([]);
  });
});
