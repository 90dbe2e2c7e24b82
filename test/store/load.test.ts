import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acceptComments } from '../../src/store/accept.js';
import { putArticle } from '../../src/store/articles.js';
import { createDryRun, finishDryRun, readDryRun } from '../../src/store/dry-runs.js';
import { recordJudgements } from '../../src/store/judging.js';
import { keepOverload, readLongestWaits, readOverload } from '../../src/store/load.js';
import { deliverOnce, markFailed, overdue, retryFailed, retryFailures } from '../../src/store/outbox.js';
import { changeRescore, createRescore, readRescore } from '../../src/store/rescores.js';
import { aComment, aDecision, aDoubt, aJudgement } from '../support/builders.js';
import { createStore, SITE } from '../support/database.js';

let store: Awaited<ReturnType<typeof createStore>>;

beforeAll(async () => {
  store = await createStore();
  await putArticle(store.db, SITE, 'harbour', { title: 'The harbour reopens' });
  await putArticle(store.db, SITE, 'bridge', { title: 'The bridge closes', section: 'traffic' });
});
afterAll(() => store.close());
beforeEach(async () => {
  await store.db.deleteFrom('outbox').execute();
});

/** Takes a comment in that has waited so long since. */
async function waiting(seconds: number, articleId = 'harbour', lane: 'live' | 'bulk' = 'live') {
  const [answer] = await acceptComments(store.db, SITE, [aComment({ articleId })], lane);
  if (answer?.kind !== 'accepted') throw new Error('not accepted');
  await sql`update outbox set created_at = now() - make_interval(secs => ${seconds})
            where subject = ${answer.commentId}`.execute(store.db);
  return { commentId: answer.commentId, revision: 1, pipeline: store.pipeline };
}

const record = (subject: Awaited<ReturnType<typeof waiting>>, decision = aDecision(), weighed = true) => {
  const judgement = aJudgement(subject, decision);
  return recordJudgements(store.db, SITE, [weighed ? judgement : { ...judgement, evaluation: null }], new Date());
};

/** What the rules alone said. */
const unweighed = (because: 'overload' | 'deadline') =>
  aDoubt({ degraded: true, reasons: [{ kind: 'policy', because, text: 'No scores.' }] });

describe('The longest waits', () => {
  it('are those of live comments that nobody has judged, by article', async () => {
    await waiting(2_000);
    await waiting(4_000);
    await waiting(3_000, 'bridge');
    await waiting(50_000, 'harbour', 'bulk');
    await record(await waiting(40_000));
    const failed = await waiting(40_000);
    await markFailed(store.db, SITE, 'classify', [{ subject: failed.commentId, revision: 1 }], 'Not kept.');
    await retryFailures(store.db, SITE, null);
    await record(await waiting(40_000), unweighed('overload'), false);
    const waits = await readLongestWaits(store.db, SITE, 1_000);
    expect(waits.map(({ article, section, seconds }) => [article, section, Math.floor(seconds / 100)]).sort()).toEqual([
      ['bridge', 'traffic', 30],
      ['harbour', null, 40],
    ]);
    expect(await readLongestWaits(store.db, SITE, 3_500)).toHaveLength(1);
  });
});

describe('Overload', () => {
  it('is kept for all processes, by the one that was first', async () => {
    expect(await readOverload(store.db, SITE)).toBeNull();
    const began = await Promise.all([keepOverload(store.db, SITE, true), keepOverload(store.db, SITE, true)]);
    expect(began.sort()).toEqual([false, true]);
    expect(await readOverload(store.db, SITE)).toBeLessThan(30);
    expect(await keepOverload(store.db, SITE, false)).toBe(true);
    expect(await keepOverload(store.db, SITE, false)).toBe(false);
    expect(await readOverload(store.db, SITE)).toBeNull();
  });

  it('is what rescorings and dry runs wait for while they run', async () => {
    const { db, pipeline } = store;
    const scope = { section: null, from: null, to: null };
    const rescore = await createRescore(db, SITE, { mode: 'report', scope, pipeline, by: 'Mara' });
    const dryRun = await createDryRun(db, SITE, {
      drafts: ['policy'],
      scope: { from: null, until: null },
      limit: 10,
      candidate: { kind: 'policy', content: {} },
      watched: [],
      by: 'Mara',
    });
    const waitFor = async () => [
      (await readRescore(db, SITE, rescore)).waitsFor,
      (await readDryRun(db, SITE, 'policy', dryRun)).waitsFor,
    ];
    expect(await waitFor()).toEqual([null, null]);
    await keepOverload(db, SITE, true);
    expect(await waitFor()).toEqual(['overload', 'overload']);
    await changeRescore(db, SITE, rescore, 'pause');
    await finishDryRun(db, SITE, Number(dryRun), { status: 'done' });
    expect(await waitFor()).toEqual([null, null]);
    await keepOverload(db, SITE, false);
  });

  it('keeps articles from being embedded, and comments not from being judged', async () => {
    await putArticle(store.db, SITE, 'quay', { title: 'A roof for the quay' });
    await waiting(0);
    const handOver = async () => {
      const kinds: string[] = [];
      await deliverOnce(store.db, 100, async (rows) => {
        kinds.push(...rows.map(({ kind }) => kind));
        return new Map();
      });
      return kinds.sort();
    };
    await keepOverload(store.db, SITE, true);
    expect(await handOver()).toEqual(['classify']);
    await keepOverload(store.db, SITE, false);
    expect(await handOver()).toEqual(['classify', 'embed-article']);
  });
});

describe('A bulk lane that is held', () => {
  it('does not hide a live job that was lost', async () => {
    await sql`insert into outbox (site, kind, lane, subject, revision, pipeline, job_id, enqueued_at)
              select ${SITE}, 'classify', 'bulk', 1000000 + n, 1, 1, 'bulk-' || n, now() - interval '1 hour'
              from generate_series(1, 2000) as n`.execute(store.db);
    const { commentId } = await waiting(100);
    await sql`update outbox set job_id = 'lost', enqueued_at = now() - interval '1 minute'
              where subject = ${commentId} and lane = 'live'`.execute(store.db);
    expect(await overdue(store.db, 15_000)).toContainEqual({ jobId: 'lost', lane: 'live' });
  });
});

describe('A comment that was judged without scores', () => {
  it.for([
    { because: 'overload', failure: 'More comments waited than could be weighed in time.', attempts: 0 },
    { because: 'deadline', failure: 'The model did not answer in time.', attempts: 1 },
  ] as const)(
    'for $because is weighed later, as work that nobody waits for',
    async ({ because, failure, attempts }) => {
      const subject = await waiting(100);
      await record(subject, unweighed(because), false);
      const work = () =>
        store.db.selectFrom('outbox').select(['lane', 'failure', 'attempts', 'failed_at']).executeTakeFirst();
      expect(await work()).toMatchObject({ lane: 'bulk', failure, attempts, failed_at: expect.any(Date) });
      await sql`update outbox set failed_at = failed_at - interval '1 hour'`.execute(store.db);
      expect(await retryFailed(store.db, 30_000)).toBe(1);
      expect(await work()).toMatchObject({ lane: 'bulk', failure: null, failed_at: null });
      await record(subject, aDecision());
      expect(await work()).toBeUndefined();
    },
  );
});
