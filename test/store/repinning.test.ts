import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acceptComments } from '../../src/store/accept.js';
import { finishArticleChanged, readJudged } from '../../src/store/article-changes.js';
import { contentHash, finishEmbedding, keepVectors, putArticle } from '../../src/store/articles.js';
import { recordJudgements } from '../../src/store/judging.js';
import { activatePipeline, keepPipeline, repinUndecided } from '../../src/store/pipelines.js';
import { aComment, aDecision, aJudgement, anEvaluation } from '../support/builders.js';
import { createStore, SITE } from '../support/database.js';

const ARTICLE = { title: 'The harbour reopens' };

let store: Awaited<ReturnType<typeof createStore>>;
let article: number;
/** A newer pipeline than the first, and a newer one than that, each with an artefact of its own. */
let second: number;
let third: number;

beforeAll(async () => {
  store = await createStore();
  second = await pipelineOf('b');
  third = await pipelineOf('c');
});
beforeEach(async () => {
  for (const table of ['outbox', 'comment', 'article'] as const) await store.db.deleteFrom(table).execute();
  await activatePipeline(store.db, SITE, store.pipeline);
  await putArticle(store.db, SITE, 'harbour', ARTICLE);
  article = (await store.db.selectFrom('article').select('id').executeTakeFirstOrThrow()).id;
});
afterAll(() => store.close());

const pipelineOf = (artefact: string) =>
  keepPipeline(store.db, SITE, {
    artefact: artefact.repeat(64),
    artefactName: artefact,
    normaliser: '1',
    rules: { revision: 1, sha256: 'rules' },
    policy: { revision: 1, sha256: 'policy' },
    suspended: [],
  });

async function accepted() {
  const [answer] = await acceptComments(store.db, SITE, [aComment()], 'live');
  if (answer?.kind !== 'accepted') throw new Error('not accepted');
  return { commentId: answer.commentId, revision: 1, pipeline: store.pipeline };
}

const work = async (kind: 'classify' | 'embed-article') =>
  (await store.db.selectFrom('outbox').selectAll().where('kind', '=', kind).orderBy('seq').execute()).map(
    ({ seq, subject, pipeline }) => ({ seq, subject, pipeline }),
  );

/** The same work once more, under another pipeline. */
const again = (kind: 'classify' | 'embed-article', subject: number, pipeline: number) =>
  store.db.insertInto('outbox').values({ site: SITE, kind, lane: 'bulk', subject, revision: 1, pipeline }).execute();

const pinned = async () =>
  (await store.db.selectFrom('comment_revision').select('pipeline').execute()).map(({ pipeline }) => pipeline);

describe('Work that waits under retired pipelines', () => {
  it('is moved to the active one once, also where two of them left some for the same subject', async () => {
    const { commentId } = await accepted();
    for (const [kind, subject] of [['classify', commentId] as const, ['embed-article', article] as const])
      await again(kind, subject, second);
    const [classify, embed] = [(await work('classify')).at(-1), (await work('embed-article')).at(-1)];
    await activatePipeline(store.db, SITE, third);
    expect(await repinUndecided(store.db, SITE, third)).toBe(1);
    expect(await work('classify')).toEqual([{ ...classify, pipeline: third }]);
    expect(await work('embed-article')).toEqual([{ ...embed, pipeline: third }]);
    expect(await pinned()).toEqual([third]);
  });

  it('goes where the active one has that work already', async () => {
    const { commentId } = await accepted();
    await again('classify', commentId, third);
    expect(await repinUndecided(store.db, SITE, third)).toBe(1);
    expect(await work('classify')).toEqual([expect.objectContaining({ subject: commentId, pipeline: third })]);
    expect(await pinned()).toEqual([third]);
  });
});

describe('A comment that a retired pipeline judged', () => {
  const provisional = anEvaluation({ offTopic: { kind: 'scored', probability: 0.1, provisional: true } });
  const embed = (artefact: string) =>
    keepVectors(store.db, SITE, contentHash(ARTICLE), artefact.repeat(64), [new Float32Array(4)]);

  /** An approval by a text of the article. */
  async function judge(
    subject: { readonly commentId: number; readonly revision: number; readonly pipeline: number },
    artefact: string,
    articleRevision: number,
    evaluation = anEvaluation(),
  ): Promise<void> {
    const judgement = aJudgement(subject, aDecision(), evaluation);
    if (judgement.evaluation === null) throw new Error('not weighed');
    const key = { ...judgement.evaluation.key, articleRevision, artefact: artefact.repeat(64) };
    await recordJudgements(store.db, SITE, [{ ...judgement, evaluation: { key, content: evaluation } }], new Date());
  }

  /** The article is saved again; its newest text is embedded, and what is due for that is done. */
  async function change(revision: number): Promise<void> {
    await putArticle(store.db, SITE, 'harbour', { ...ARTICLE, body: `Version ${revision}.` });
    await finishEmbedding(store.db, SITE, article, revision);
    const { judgedBy } = (await readJudged(store.db, SITE, article)) ?? { judgedBy: [] };
    await finishArticleChanged(store.db, SITE, article, judgedBy);
  }

  it('on title and summary alone asks for the article’s vectors once, from the artefact that judges now', async () => {
    const subject = await accepted();
    await finishEmbedding(store.db, SITE, article, 1);
    await activatePipeline(store.db, SITE, second);
    await judge(subject, 'a', 1, provisional);
    expect(await work('embed-article')).toEqual([expect.objectContaining({ subject: article, pipeline: second })]);
    expect(await work('classify')).toEqual([]);
  });

  it('on title and summary alone is judged anew by the pipeline in force, whichever of judging and embedding ends first', async () => {
    const [before, after] = [await accepted(), await accepted()];
    await judge(before, 'a', 1, provisional);
    await activatePipeline(store.db, SITE, second);
    await embed('b');
    await finishEmbedding(store.db, SITE, article, 1);
    await judge(after, 'a', 1, provisional);
    const anew = [before, after].map(({ commentId: subject }) =>
      expect.objectContaining({ subject, pipeline: second }),
    );
    expect(await work('classify')).toEqual(anew);
    expect(await pinned()).toEqual([second, second]);
    for (const subject of [before, after]) await judge({ ...subject, pipeline: second }, 'b', 1);
    await finishEmbedding(store.db, SITE, article, 1);
    expect(await work('classify')).toEqual([]);
  });

  it('by an earlier text of the article is judged anew by the pipeline in force, and then by what that one found', async () => {
    const subject = await accepted();
    await judge(subject, 'a', 1);
    await activatePipeline(store.db, SITE, second);
    await change(2);
    expect(await work('classify')).toEqual([expect.objectContaining({ subject: subject.commentId, pipeline: second })]);
    expect(await pinned()).toEqual([second]);
    await judge({ ...subject, pipeline: second }, 'b', 2);
    await putArticle(store.db, SITE, 'harbour', { ...ARTICLE, body: 'Version 3.' });
    await finishEmbedding(store.db, SITE, article, 3);
    expect((await readJudged(store.db, SITE, article))?.judgedBy).toEqual([
      expect.objectContaining({ revision: 2, artefact: 'b'.repeat(64) }),
    ]);
  });
});
