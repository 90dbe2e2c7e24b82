import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Decision } from '../../src/core/decision.js';
import { acceptComments } from '../../src/store/accept.js';
import { putArticle } from '../../src/store/articles.js';
import { readAudit, readAuditAbove } from '../../src/store/audit-figures.js';
import { recordJudgements } from '../../src/store/judging.js';
import { recordReview } from '../../src/store/reviews.js';
import { aComment, aDecision, aDoubt, aJudgement, anEvaluation } from '../support/builders.js';
import { createStore, SITE } from '../support/database.js';
import { decisionsFetched } from '../support/fetched.js';

let store: Awaited<ReturnType<typeof createStore>>;

beforeEach(async () => {
  store = await createStore();
  await putArticle(store.db, SITE, 'harbour', { title: 'The harbour reopens' });
});
afterEach(() => store.close());

/** Where decisions are drawn, if so seldom that none is. */
const SELDOM = 1e-12;
/** So many fit into one announcement. */
const AT_ONCE = 500;

type Place = { readonly auditShare?: number; readonly coverFor: number };

/** Comments that are judged alike. @returns their ids and those of the sender */
async function judged(
  count: number,
  decision: Decision,
  place: Place,
  scores: Readonly<Record<string, number>> = { hate: 0.02 },
): Promise<readonly { readonly id: string; readonly commentId: number }[]> {
  const all: { id: string; commentId: number }[] = [];
  while (all.length < count) {
    const comments = Array.from({ length: Math.min(AT_ONCE, count - all.length) }, () => aComment());
    const accepted = await acceptComments(store.db, SITE, comments, 'live');
    const some = accepted.flatMap((one) => (one.kind === 'accepted' ? [{ id: one.id, commentId: one.commentId }] : []));
    const judgements = some.map(({ commentId }) => {
      const subject = { commentId, revision: 1, pipeline: store.pipeline };
      const judgement = aJudgement(subject, decision, anEvaluation({ scores }));
      return { ...judgement, handling: { ...judgement.handling, ...place } };
    });
    await recordJudgements(store.db, SITE, judgements, new Date());
    all.push(...some);
  }
  return all;
}

const review = (id: string, action: 'approve' | 'reject') =>
  recordReview(store.db, SITE, {
    commentId: id,
    revision: 1,
    action,
    label: null,
    note: null,
    by: 'Ines',
    desk: null,
    override: false,
  });

/** Of these, those that wait without their findings. */
async function blindOf(subjects: readonly { readonly commentId: number }[]): Promise<number> {
  const rows = await store.db
    .selectFrom('queue_item')
    .select('comment_id')
    .where('blind', '=', true)
    .where(
      'comment_id',
      'in',
      subjects.map(({ commentId }) => commentId),
    )
    .execute();
  return rows.length;
}

describe('How many doubts wait as a drawn decision does', () => {
  it('goes by the decisions that could have been drawn, however many others are made beside them', async () => {
    await judged(60, aDecision(), { coverFor: SELDOM });
    await judged(1_100, aDoubt(), { coverFor: 0 });
    expect(await blindOf(await judged(30, aDoubt(), { coverFor: 1 }))).toBeGreaterThan(0);
  });

  it('and not by automatic ones of places where none is drawn', async () => {
    await judged(200, aDecision(), { coverFor: 0 });
    expect(await blindOf(await judged(40, aDoubt(), { coverFor: 1 }))).toBe(0);
  });
});

describe('What the audit says of scores from thresholds on', () => {
  it('is said of each of them at once as it is of it alone', async () => {
    const drawn = { auditShare: 1, coverFor: SELDOM };
    const high = await judged(3, aDecision(), drawn, { hate: 0.95, spam: 0.2 });
    const low = await judged(2, aDecision(), drawn, { hate: 0.5, spam: 0.7 });
    for (const { id } of high) await review(id, 'reject');
    for (const { id } of low) await review(id, 'approve');
    const thresholds = [
      { label: 'hate', threshold: 0.9 },
      { label: 'hate', threshold: 0.4 },
      { label: 'spam', threshold: 0.6 },
      { label: 'off_topic', threshold: 0.05 },
      { label: 'insult', threshold: 0 },
    ] as const;
    const asked = { artefact: 'a'.repeat(64), section: null };
    const together = await readAuditAbove(store.db, SITE, { ...asked, thresholds });
    expect(together).toMatchObject([
      { judged: 3, rejected: { value: 1 } },
      { judged: 5, rejected: { value: 0.6 } },
      { judged: 2, rejected: { value: 0 } },
      { judged: 5 },
      { judged: 0, rejected: null },
    ]);
    for (const [index, one] of thresholds.entries()) {
      expect(await readAuditAbove(store.db, SITE, { ...asked, thresholds: [one] })).toEqual([together[index]]);
    }
    expect(await readAuditAbove(store.db, SITE, { ...asked, thresholds: [] })).toEqual([]);
  });
});

describe('The audit’s figures', () => {
  it('are read without fetching the decisions that say nothing but how many there were', async () => {
    const [drawn] = await judged(1, aDecision(), { auditShare: 1, coverFor: SELDOM });
    await review(drawn?.id ?? '', 'approve');
    await judged(200, aDecision(), { coverFor: SELDOM });
    await judged(3, aDecision({ flags: ['profanity'] }), { coverFor: SELDOM });
    await judged(4, aDoubt(), { coverFor: SELDOM });
    // An index alone may tell only of what every reader can see.
    await sql`vacuum analyze decision`.execute(store.db);
    const { answer, fetched } = await decisionsFetched(store.db, (db) => readAudit(db, SITE, null));
    expect(answer.population).toEqual({
      decisions: { approve: 204, review: 4, reject: 0 },
      flagged: [
        { outcome: 'approve', label: 'profanity', decisions: 3 },
        { outcome: 'review', label: 'incitement', decisions: 4 },
      ],
    });
    expect(fetched).toBeLessThan(40);
  });
});
