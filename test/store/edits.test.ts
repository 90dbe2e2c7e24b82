import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Decision } from '../../src/core/decision.js';
import type { Handling } from '../../src/core/policy-apply.js';
import { acceptComments } from '../../src/store/accept.js';
import { putArticle } from '../../src/store/articles.js';
import { countAudited, readAudit } from '../../src/store/audit-figures.js';
import { readComment } from '../../src/store/comment-views.js';
import { eraseComment } from '../../src/store/erase.js';
import { numberEvents, readEvents } from '../../src/store/events.js';
import { recordJudgements } from '../../src/store/judging.js';
import { readQueue } from '../../src/store/queue.js';
import { recordReview } from '../../src/store/reviews.js';
import { readScores } from '../../src/store/scores.js';
import { aComment, aDecision, aDoubt, aJudgement } from '../support/builders.js';
import { createStore, SITE } from '../support/database.js';

let store: Awaited<ReturnType<typeof createStore>>;

beforeAll(async () => {
  store = await createStore();
  await putArticle(store.db, SITE, 'harbour', { title: 'The harbour reopens' });
});
afterAll(() => store.close());

/** From now on comments are moderated so. */
async function moderating(moderation: 'before' | 'after' | 'risk') {
  const policy = JSON.stringify({ defaults: { moderation } });
  await sql`update policy_revision set content = ${policy}::jsonb`.execute(store.db);
}

async function send(change: { readonly id?: string; readonly text?: string } = {}) {
  const comment = aComment(change);
  const [answer] = await acceptComments(store.db, SITE, [{ ...comment, author: { id: comment.id } }], 'live');
  if (answer?.kind !== 'accepted') throw new Error(`not accepted: ${answer?.kind}`);
  const { id, commentId, revision } = answer;
  return { id, commentId, revision, pipeline: store.pipeline };
}

type Subject = Awaited<ReturnType<typeof send>>;

const edit = ({ id }: Subject, text: string) => send({ id, text });
const standing = ({ id }: Subject) => readComment(store.db, SITE, id);
const state = async (subject: Subject) => (await standing(subject)).state;

const judge = (subject: Subject, decision: Decision, handling: Partial<Handling> = {}) => {
  const judgement = aJudgement(subject, decision);
  return recordJudgements(
    store.db,
    SITE,
    [{ ...judgement, handling: { ...judgement.handling, ...handling } }],
    new Date(),
  );
};

const SHOWN = { stateInReview: 'published', stateBlind: 'published' } as const;
/** A doubt of little risk. */
const LITTLE = { stateInReview: 'published', stateBlind: 'pending' } as const;

const rejected = aDecision({
  outcome: 'reject',
  flags: ['incitement'],
  reasons: [{ kind: 'model', label: 'incitement', score: 0.99, text: 'Reads as a call.' }],
});

describe('An edit where comments are shown at once', () => {
  it('of a comment that nobody has weighed yet is shown as a new comment is', async () => {
    await moderating('before');
    const waiting = await send();
    await moderating('after');
    const edited = await edit(waiting, 'Said otherwise.');
    expect(await standing(edited)).toMatchObject({ state: 'published', stateCause: 'edit' });
    await judge(edited, aDoubt(), SHOWN);
    expect(await state(edited)).toBe('published');
  });

  it('of a comment that was doubted and not shown is shown once it is approved, and not while it is doubted', async () => {
    await moderating('before');
    const doubted = await send();
    await judge(doubted, aDoubt());
    await moderating('after');
    const once = await edit(doubted, 'Said otherwise.');
    expect(await standing(once)).toMatchObject({ state: 'pending', stateCause: 'edit' });
    await judge(once, aDoubt(), SHOWN);
    expect(await standing(once)).toMatchObject({ state: 'pending', stateCause: 'decision' });
    const twice = await edit(once, 'Said quite otherwise.');
    expect(await state(twice)).toBe('pending');
    await judge(twice, aDecision(), SHOWN);
    expect(await state(twice)).toBe('published');
    const thrice = await edit(twice, 'And a word more.');
    expect(await state(thrice)).toBe('published');
    await judge(thrice, aDoubt(), SHOWN);
    expect(await state(thrice)).toBe('published');
  });

  it('of a doubt that is shown stays shown', async () => {
    await moderating('after');
    const doubted = await send();
    await judge(doubted, aDoubt(), SHOWN);
    const edited = await edit(doubted, 'Said otherwise.');
    expect(await state(edited)).toBe('published');
    await judge(edited, aDoubt(), SHOWN);
    expect(await state(edited)).toBe('published');
  });
});

it('An edit of a doubt that was not shown is shown for its little risk where doubts are', async () => {
  await moderating('risk');
  const doubted = await send();
  await judge(doubted, aDoubt());
  const edited = await edit(doubted, 'Said otherwise.');
  expect(await state(edited)).toBe('pending');
  await judge(edited, aDoubt(), LITTLE);
  expect(await state(edited)).toBe('published');
});

describe('What waits without its findings and is edited or erased', () => {
  const kinds = {
    'a doubt': aDoubt(),
    'an approval that was drawn': aDecision(),
    'a rejection that was drawn': rejected,
  } as const;
  type Kind = keyof typeof kinds;

  /** One of each that waits blind. */
  async function waitingBlind(handling: Partial<Handling>): Promise<ReadonlyMap<Kind, Subject>> {
    for (let index = 0; index < 20; index += 1) await judge(await send(), aDecision(), { coverFor: 1e-12 });
    const found = new Map<Kind, Subject>();
    for (const [kind, decision] of Object.entries(kinds)) {
      while (!found.has(kind as Kind)) {
        const subject = await send();
        await judge(subject, decision, { ...handling, auditShare: decision.outcome === 'review' ? 0 : 1, coverFor: 1 });
        const item = await store.db
          .selectFrom('queue_item')
          .select('blind')
          .where('comment_id', '=', subject.commentId)
          .executeTakeFirst();
        if (item?.blind === true) found.set(kind as Kind, subject);
      }
    }
    return found;
  }

  /** All that the desk can see of a comment, without what tells one from another. */
  async function seen({ id }: Subject): Promise<unknown> {
    await store.db.transaction().execute((tx) => numberEvents(tx, 100_000));
    const events = (await readEvents(store.db, SITE, 0, 100_000)).filter(
      (event) => ('id' in event && event.id === id) || ('commentId' in event && event.commentId === id),
    );
    const { items } = await readQueue(store.db, SITE, { list: 'all', article: null }, 500, null);
    const comment = await readComment(store.db, SITE, id, 'desk').catch(() => null);
    const item = items.find(({ commentId }) => commentId === id) ?? null;
    return JSON.parse(
      JSON.stringify({ events, comment, item }, (key, value) =>
        /^(thread|number|id|waiting)$/.test(key) || /At$|^at$|Id$|^urgency$/.test(key) ? '·' : value,
      ),
    );
  }

  const figures = async () => ({
    audit: await readAudit(store.db, SITE, null),
    audited: await countAudited(store.db, SITE, null),
    scores: await readScores(store.db, SITE, 'hate', null),
  });

  it.for([
    { moderation: 'before', handling: {}, doubtAgain: {} },
    { moderation: 'after', handling: SHOWN, doubtAgain: SHOWN },
    { moderation: 'risk', handling: LITTLE, doubtAgain: LITTLE },
    { moderation: 'risk', handling: {}, doubtAgain: LITTLE },
  ] as const)(
    'cannot be told afterwards under moderation $moderation, shown or not',
    async ({ moderation, handling, doubtAgain }) => {
      await moderating(moderation);
      for (const anew of [aDecision(), aDoubt(), rejected]) {
        const subjects = await waitingBlind(handling);
        const before = await figures();
        const told: unknown[] = [];
        for (const subject of subjects.values()) {
          const edited = await edit(subject, 'Said otherwise.');
          const unjudged = await seen(subject);
          expect(await figures()).toEqual(before);
          await judge(edited, anew, doubtAgain);
          told.push([unjudged, await seen(subject)]);
          await recordReview(store.db, SITE, {
            commentId: subject.id,
            revision: 2,
            action: 'approve',
            label: null,
            note: null,
            by: 'Ines',
            desk: null,
            override: true,
          });
          // What was counted is counted for all.
          Object.assign(before, await figures());
        }
        expect(told[1]).toEqual(told[0]);
        expect(told[2]).toEqual(told[0]);
      }
    },
  );

  it('cannot be told by what is heard of it later, once it is erased', async () => {
    await moderating('before');
    const subjects = [...(await waitingBlind({})).values()];
    const told: unknown[] = [];
    for (const subject of subjects) {
      await eraseComment(store.db, SITE, subject.id);
      told.push(await seen(subject));
    }
    expect(told[1]).toEqual(told[0]);
    expect(told[2]).toEqual(told[0]);
  });
});
