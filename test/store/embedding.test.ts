import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptComments } from '../../src/store/accept.js';
import { contentHash, finishEmbedding, keepVectors, putArticle } from '../../src/store/articles.js';
import { recordJudgements } from '../../src/store/judging.js';
import { recordReview } from '../../src/store/reviews.js';
import { aComment, aDecision, aDoubt, aJudgement, anEvaluation } from '../support/builders.js';
import { createStore, SITE } from '../support/database.js';

const ARTICLE = { title: 'The harbour reopens', body: 'The first ferry left at six.' };
const ARTEFACT = 'a'.repeat(64);
const provisional = anEvaluation({ offTopic: { kind: 'scored', probability: 0.1, provisional: true } });

let store: Awaited<ReturnType<typeof createStore>>;
let article: number;

beforeAll(async () => {
  store = await createStore();
  await putArticle(store.db, SITE, 'harbour', ARTICLE);
  article = (await store.db.selectFrom('article').select('id').executeTakeFirstOrThrow()).id;
});
afterAll(() => store.close());

async function accepted() {
  const [answer] = await acceptComments(store.db, SITE, [aComment()], 'live');
  if (answer?.kind !== 'accepted') throw new Error('not accepted');
  return { commentId: answer.commentId, revision: 1, pipeline: store.pipeline, id: answer.id };
}

type Subject = Awaited<ReturnType<typeof accepted>>;

async function judged(subject: Subject, decision = aDecision(), evaluation = provisional) {
  await recordJudgements(store.db, SITE, [aJudgement(subject, decision, evaluation)], new Date());
}

/** The article's passages are embedded and whoever waits for that is told. */
async function embedded() {
  await keepVectors(store.db, SITE, contentHash(ARTICLE), ARTEFACT, [new Float32Array(4)]);
  await finishEmbedding(store.db, SITE, article, 1);
}

async function isJudgedAnew({ commentId }: Subject) {
  const work = await store.db
    .selectFrom('outbox')
    .select('lane')
    .where('kind', '=', 'classify')
    .where('subject', '=', commentId)
    .execute();
  return work.length === 1 && work[0]?.lane === 'bulk';
}

describe('A comment approved on title and summary alone', () => {
  it('is judged anew when the passages are there, whichever of the two ends first', async () => {
    const before = await accepted();
    const after = await accepted();
    await judged(before);
    expect(await isJudgedAnew(before)).toBe(false);
    await embedded();
    await judged(after);
    expect(await isJudgedAnew(before)).toBe(true);
    expect(await isJudgedAnew(after)).toBe(true);
  });

  it('is judged anew once: on the whole article nothing more is known', async () => {
    const subject = await accepted();
    await judged(subject);
    expect(await isJudgedAnew(subject)).toBe(true);
    await judged(subject, aDecision(), anEvaluation());
    expect(await isJudgedAnew(subject)).toBe(false);
  });

  it('and judged while the embedding ends is missed by neither', async () => {
    const subjects = await Promise.all(Array.from({ length: 12 }, accepted));
    await store.db.deleteFrom('article_vectors').execute();
    await Promise.all([...subjects.map((subject) => judged(subject)), embedded()]);
    for (const subject of subjects) expect(await isJudgedAnew(subject)).toBe(true);
  });

  it('by an artefact that the article was never embedded by asks for that, once', async () => {
    const embeddings = () =>
      store.db.selectFrom('outbox').select(['subject', 'lane']).where('kind', '=', 'embed-article').execute();
    await store.db.deleteFrom('article_vectors').execute();
    await store.db.deleteFrom('outbox').execute();
    await judged(await accepted());
    await judged(await accepted());
    expect(await embeddings()).toEqual([{ subject: article, lane: 'bulk' }]);
    await embedded();
    expect(await embeddings()).toEqual([]);
    await judged(await accepted(), aDecision(), anEvaluation());
    expect(await embeddings()).toEqual([]);
  });

  it('is left alone where a person waits for it or has judged it', async () => {
    const doubtful = await accepted();
    await judged(doubtful, aDoubt());
    expect(await isJudgedAnew(doubtful)).toBe(false);
    const settled = await accepted();
    const verdict = { action: 'approve', label: null, note: null, by: 'Mara', desk: null, override: false } as const;
    await recordReview(store.db, SITE, { ...verdict, commentId: settled.id, revision: 1 });
    await judged(settled);
    expect(await isJudgedAnew(settled)).toBe(false);
  });
});
