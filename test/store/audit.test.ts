import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommentState } from '../../src/core/comment.js';
import type { Decision } from '../../src/core/decision.js';
import type { QueueItemView } from '../../src/core/views.js';
import { acceptComments } from '../../src/store/accept.js';
import { readArticle } from '../../src/store/article-views.js';
import { putArticle } from '../../src/store/articles.js';
import { countAudited, readAudit, readAuditAbove } from '../../src/store/audit-figures.js';
import { readComment } from '../../src/store/comment-views.js';
import { loadDryRunChunk } from '../../src/store/dry-runs.js';
import { numberEvents, readEvents } from '../../src/store/events.js';
import { recordJudgements } from '../../src/store/judging.js';
import { up as keepWhatCouldBeDrawn } from '../../src/store/migrations/018-decisions-that-could-be-drawn.js';
import { readQueue } from '../../src/store/queue.js';
import { recordReport } from '../../src/store/reports.js';
import { loadRescoreChunk } from '../../src/store/rescore-runs.js';
import { recordReview, undoReview } from '../../src/store/reviews.js';
import { readRuleFigures } from '../../src/store/rule-figures.js';
import { readScores } from '../../src/store/scores.js';
import { aComment, aDecision, aDoubt, aJudgement, anEvaluation } from '../support/builders.js';
import { createStore, SITE } from '../support/database.js';
import { decisionsFetched } from '../support/fetched.js';

let store: Awaited<ReturnType<typeof createStore>>;

beforeAll(async () => {
  store = await createStore();
  await putArticle(store.db, SITE, 'harbour', { title: 'The harbour reopens' });
});
afterAll(() => store.close());

const rejected = aDecision({
  outcome: 'reject',
  flags: ['incitement'],
  reasons: [{ kind: 'model', label: 'incitement', score: 0.99, text: 'Reads as a call.' }],
});

type Handled = {
  readonly auditShare?: number;
  readonly coverFor?: number;
  readonly stateInReview?: 'pending' | 'published';
  readonly stateBlind?: 'pending' | 'published';
};

/** Wherever a test says nothing else decisions are drawn, if so seldom that none is. */
const SELDOM = 1e-12;

/** Whatever scores for hate at all. */
const anyHate = { artefact: 'a'.repeat(64), section: null, thresholds: [{ label: 'hate', threshold: 0 }] } as const;

/** So many fit into one announcement. */
const AT_ONCE = 500;

/** Comments of authors of their own, accepted and judged alike. @returns their ids */
async function judged(
  count: number,
  decision: Decision,
  { hits = [], ...handled }: Handled & Partial<Pick<ReturnType<typeof aJudgement>, 'hits'>> = {},
): Promise<readonly string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - ids.length) }, () => aComment());
    const accepted = await acceptComments(
      store.db,
      SITE,
      some.map((one) => ({ ...one, author: { id: one.id } })),
      'live',
    );
    const judgements = accepted.map((answer) => {
      if (answer.kind !== 'accepted') throw new Error(`not accepted: ${answer.kind}`);
      const { commentId, revision } = answer;
      const judgement = aJudgement({ commentId, revision, pipeline: store.pipeline }, decision);
      const handling = { ...judgement.handling, coverFor: SELDOM, ...handled };
      return { ...judgement, handling, hits };
    });
    await recordJudgements(store.db, SITE, judgements, new Date());
    // A retry lands on what it wrote before.
    await recordJudgements(store.db, SITE, judgements, new Date());
    ids.push(...some.map(({ id }) => id));
  }
  return ids;
}

async function judgedOne(decision: Decision, handled: Parameters<typeof judged>[2] = {}): Promise<string> {
  const [id = ''] = await judged(1, decision, handled);
  return id;
}

async function waiting(): Promise<ReadonlyMap<string, QueueItemView>> {
  const items: QueueItemView[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof readQueue>> = await readQueue(
      store.db,
      SITE,
      { list: 'all', article: null },
      100,
      cursor,
    );
    items.push(...page.items);
    cursor = page.next;
    if (cursor === null) return new Map(items.map((item) => [item.commentId, item]));
  }
}

const review = async (id: string, action: 'approve' | 'reject' | 'escalate', label: 'hate' | null = null) =>
  await recordReview(store.db, SITE, {
    commentId: id,
    revision: 1,
    action,
    label,
    note: null,
    by: 'Ines',
    desk: null,
    override: false,
  });

/** An item with whatever tells one comment from another taken out. */
function faceless(item: QueueItemView | undefined): unknown {
  if (item === undefined) throw new Error('It does not wait.');
  const names = new Set([item.commentId, item.comment.author.id, item.id]);
  return JSON.parse(
    JSON.stringify(item, (key, value) =>
      names.has(value) || /At$|^at$|^urgency$|^text$/.test(key)
        ? key === 'text' && item.comment.text !== value
          ? value
          : '·'
        : value,
    ),
  );
}

/** The first of these that waits without its findings. */
async function firstBlind(ids: readonly string[]): Promise<string> {
  const items = await waiting();
  const id = ids.find((one) => items.get(one)?.comment.flags.length === 0);
  if (id === undefined) throw new Error('None of them waits blind.');
  return id;
}

const state = async (id: string): Promise<CommentState> => (await readComment(store.db, SITE, id)).state;

describe('A decision that is drawn', () => {
  it('waits for a person, while the comment stands as the machine put it', async () => {
    const [approved, withheld] = [
      await judged(3, aDecision(), { auditShare: 1 }),
      await judged(3, rejected, { auditShare: 1 }),
    ];
    const items = await waiting();
    for (const id of approved) expect(await state(id)).toBe('published');
    for (const id of withheld) expect(await state(id)).toBe('withheld');
    for (const id of [...approved, ...withheld]) expect(items.get(id)).toMatchObject({ cause: 'decision' });
  });

  it('cannot be told from a doubt that waits blind, by anything in the answer', async () => {
    // The newest decisions are automatic ones for the most part.
    await judged(60, aDecision());
    const covers = await judged(40, aDoubt(), { coverFor: 1 });
    const approved = await judged(40, aDecision(), { auditShare: 1 });
    const withheld = await judged(40, rejected, { auditShare: 1 });
    const items = await waiting();
    const blind = covers.filter((id) => items.get(id)?.comment.flags.length === 0);
    expect(blind.length).toBeGreaterThan(5);
    expect(blind.length).toBeLessThan(35);
    const faces = [...blind, ...approved, ...withheld].map((id) => faceless(items.get(id)));
    expect(new Set(faces.map((face) => JSON.stringify(face))).size).toBe(1);
    expect(faces[0]).toMatchObject({
      cause: 'decision',
      label: null,
      comment: { state: 'pending', stateCause: 'decision', stateVersion: 2, decision: 'review', scores: {}, flags: [] },
    });
    expect(JSON.stringify(faces[0])).not.toMatch(/audit|drawn|sample|blind/i);
    // Nor by its place: severity, label and lists are the same.
    const { rows } = await rowsOf(
      `select distinct severity, label, labels::text, disagreement from premod.queue_item q join premod.comment c using (site)
       where c.id = q.comment_id and q.left_at is null and c.external_id = any($1)`,
      [[...blind, ...approved, ...withheld]],
    );
    expect(rows).toHaveLength(1);
  });

  it('cannot be told under moderation by risk, where readers see some doubts and not others', async () => {
    await judged(60, aDecision());
    const ids = [
      await firstBlind(await judged(20, aDoubt(), { coverFor: 1, stateInReview: 'published' })),
      await firstBlind(await judged(20, aDoubt(), { coverFor: 1 })),
      await judgedOne(aDecision(), { auditShare: 1 }),
      await judgedOne(rejected, { auditShare: 1 }),
    ];
    const items = await waiting();
    expect(new Set(ids.map((id) => JSON.stringify(faceless(items.get(id))))).size).toBe(1);
    expect(await Promise.all(ids.map(state))).toEqual(['published', 'pending', 'published', 'withheld']);
    await store.db.transaction().execute((tx) => numberEvents(tx, 100_000));
    const heard = (await readEvents(store.db, SITE, 0, 100_000)).flatMap((event) =>
      event.type === 'comment.state' && ids.includes(event.id) ? [event.state] : [],
    );
    expect(new Set(heard)).toEqual(new Set(['pending']));
  });

  it('cannot be told by what the desk hears, but the CMS hears how the comment stands', async () => {
    const approved = await judgedOne(aDecision(), { auditShare: 1 });
    const number = () => store.db.transaction().execute((tx) => numberEvents(tx, 100_000));
    await number();
    const stateIn = async (type?: 'comment.state') =>
      (await readEvents(store.db, SITE, 0, 100_000, type)).flatMap((event) =>
        event.type === 'comment.state' && event.id === approved ? [event.state] : [],
      );
    expect(await stateIn()).toEqual(['pending', 'pending']);
    expect(await stateIn('comment.state')).toEqual(['pending', 'published']);
    expect(await readComment(store.db, SITE, approved, 'desk')).toMatchObject({
      state: 'pending',
      decision: 'review',
      scores: {},
      author: { approved: 0 },
    });
    await review(approved, 'approve');
    await number();
    expect(await stateIn()).toEqual(['pending', 'published', 'published']);
  });

  it('cannot be told by what is said when its verdict is taken back, and stands again as the machine put it', async () => {
    await judged(60, aDecision());
    for (const action of ['approve', 'reject'] as const) {
      const doubts = await judged(20, aDoubt(), { coverFor: 1 });
      const cover = await firstBlind(doubts);
      const approved = await judgedOne(aDecision(), { auditShare: 1 });
      const withheld = await judgedOne(rejected, { auditShare: 1 });
      const told: (readonly (string | number)[])[] = [];
      for (const id of [cover, approved, withheld]) {
        for (let round = 0; round < 2; round += 1) {
          const { id: verdict } = await review(id, action, action === 'reject' ? 'hate' : null);
          const { state: shown, stateVersion } = await undoReview(store.db, SITE, verdict, 'Ines', null, 60);
          told.push([id, 'answer', shown, stateVersion - 2 * round]);
        }
        await store.db.transaction().execute((tx) => numberEvents(tx, 100_000));
        for (const event of await readEvents(store.db, SITE, 0, 100_000)) {
          if (event.type === 'comment.state' && event.id === id)
            told.push([id, 'event', event.state, event.cause, event.stateVersion]);
        }
      }
      const of = (id: string) => told.filter(([one]) => one === id).map(([, ...rest]) => rest);
      expect(of(cover)[0]).toEqual(['answer', 'pending', 4]);
      expect(of(approved)).toEqual(of(cover));
      expect(of(withheld)).toEqual(of(cover));
      expect([await state(cover), await state(approved), await state(withheld)]).toEqual([
        'pending',
        'published',
        'withheld',
      ]);
    }
  });

  it('is asked by no dry run and by no rescoring until its verdict, and no more is a doubt that waits like it', async () => {
    const drawn = await judged(20, aDecision(), { auditShare: 1 });
    const doubts = await judged(20, aDoubt(), { coverFor: 1 });
    const plain = await judged(5, aDecision());
    const items = await waiting();
    const covers = doubts.filter((id) => items.get(id)?.comment.flags.length === 0);
    expect(covers.length).toBeGreaterThan(0);
    const shown = [...plain, ...doubts.filter((id) => !covers.includes(id))];
    const asked = async () => {
      const target = { artefact: 'any', normaliser: 'any' };
      const all = {
        cursor: 0,
        upto: Number.MAX_SAFE_INTEGER,
        scope: { section: null, from: null, to: null, until: null },
      };
      const [tried, rescored] = await Promise.all(
        [loadDryRunChunk, loadRescoreChunk].map(async (load) => {
          const { items } = await load(store.db, SITE, all, target, 10_000);
          const ids = items.map(({ judgeable }) => judgeable.commentId);
          const { rows } = await rowsOf(
            'select external_id as id from premod.comment where id = any($1) and external_id = any($2)',
            [ids, [...drawn, ...doubts, ...plain]],
          );
          return new Set(rows.map(({ id }) => id));
        }),
      );
      expect(rescored).toEqual(tried);
      return tried;
    };
    expect(await asked()).toEqual(new Set(shown));
    const [one = ''] = drawn;
    await review(one, 'approve');
    expect(await asked()).toEqual(new Set([...shown, one]));
  });

  it('is counted by the metrics as a doubt is', async () => {
    const kept = async (decision: Decision, auditShare: number) => {
      const one = aComment();
      const [answer] = await acceptComments(store.db, SITE, [one], 'live');
      if (answer?.kind !== 'accepted') throw new Error('not accepted');
      const { commentId, revision } = answer;
      const judgement = aJudgement({ commentId, revision, pipeline: store.pipeline }, decision);
      const handling = { ...judgement.handling, auditShare };
      const record = () => recordJudgements(store.db, SITE, [{ ...judgement, handling }], new Date());
      return [await record(), await record()];
    };
    const doubt = [[{ outcome: 'review', degraded: false }], []];
    expect(await kept(aDoubt(), 0)).toEqual(doubt);
    expect(await kept(aDecision(), 1)).toEqual(doubt);
    expect(await kept(rejected, 1)).toEqual(doubt);
    expect(await kept(rejected, 0)).toEqual([[{ outcome: 'reject', degraded: false }], []]);
  });

  it('shows in no count while it waits', async () => {
    const before = (await readArticle(store.db, SITE, 'harbour')).counts.rejected;
    const one = await judgedOne(rejected, { auditShare: 1 });
    expect((await readArticle(store.db, SITE, 'harbour')).counts.rejected).toBe(before);
    expect((await review(one, 'escalate')).state).toBe('pending');
    await review(one, 'reject', 'hate');
    expect((await readArticle(store.db, SITE, 'harbour')).counts.rejected).toBe(before + 1);
  });

  it('is in no figure of the audit and in no score while it waits, and no more is a doubt that waits like it', async () => {
    const figures = async (section: string | null = null) => {
      const { drawn, population } = await readAudit(store.db, SITE, section);
      return {
        drawn,
        decisions: population.decisions,
        above: await readAuditAbove(store.db, SITE, { ...anyHate, section }),
        scores: (await readScores(store.db, SITE, 'hate', section)).total,
      };
    };
    await review(await judgedOne(aDecision(), { auditShare: 1 }), 'approve');
    const before = await figures();
    const one = await judgedOne(aDecision(), { auditShare: 1 });
    await judgedOne(rejected, { auditShare: 1 });
    expect(await figures()).toEqual(before);
    const doubts = await judged(20, aDoubt(), { coverFor: 1 });
    const items = await waiting();
    const open = doubts.filter((id) => items.get(id)?.comment.flags.length !== 0).length;
    expect(open).toBeLessThan(20);
    const { approve, review: asked } = before.decisions;
    expect(await figures()).toMatchObject({
      drawn: before.drawn,
      decisions: { approve, review: asked + open },
      scores: before.scores + open,
    });
    await review(one, 'approve');
    expect(await figures()).toMatchObject({
      drawn: before.drawn + 1,
      decisions: { approve: approve + 1 },
      scores: before.scores + open + 1,
    });
  });

  it('is in no figure of the rules that found something in it while it waits', async () => {
    const hits = [
      { rule: 'gulls', effect: 'flag', shadow: false },
      { rule: 'terns', effect: 'review', shadow: true },
    ] as const;
    const figures = async () => {
      const all = await readRuleFigures(store.db, SITE, new Date());
      return ['gulls', 'terns'].map((rule) => all.get(rule) ?? null);
    };
    await judgedOne(aDecision(), { hits });
    const before = await figures();
    expect(before).toMatchObject([
      { hits: 1, judged: 0 },
      { hits: 1, judged: 0 },
    ]);
    const one = await judgedOne(aDecision(), { hits, auditShare: 1 });
    expect(await figures()).toEqual(before);
    await review(one, 'escalate');
    expect(await figures()).toEqual(before);
    await review(one, 'reject', 'hate');
    expect(await figures()).toMatchObject([
      { hits: 2, judged: 1, agreed: 1 },
      { hits: 2, judged: 1, agreed: 1 },
    ]);
  });

  it('is drawn again as it was by a retry, and at one in a hundred about one in a hundred is drawn', async () => {
    const many = await judged(1_500, aDecision(), { auditShare: 0.2 });
    const items = await waiting();
    const drawn = many.filter((id) => items.has(id)).length;
    expect(drawn).toBeGreaterThan(240);
    expect(drawn).toBeLessThan(360);
    const { rows } = await rowsOf(
      `select count(*)::integer as kept from premod.audit_sample s join premod.comment c using (site)
       where c.id = s.comment_id and c.external_id = any($1)`,
      [many],
    );
    expect(rows[0]?.kept).toBe(drawn);
    expect((await judged(50, aDecision(), { auditShare: 0 })).filter((id) => items.has(id))).toEqual([]);
  });

  it('a person’s verdict moves it, and taking that back puts it where it was', async () => {
    const id = await judgedOne(aDecision(), { auditShare: 1 });
    const { id: verdict } = await review(id, 'reject', 'hate');
    expect(await state(id)).toBe('withheld');
    await undoReview(store.db, SITE, verdict, 'Ines', null, 60);
    expect(await state(id)).toBe('published');
    expect((await waiting()).get(id)?.comment).toMatchObject({ state: 'pending', decision: 'review' });
  });

  it('is held back when readers report it, as any other published comment', async () => {
    const id = await judgedOne(aDecision(), { auditShare: 1 });
    const settings = () => ({ toReview: 2, weighed: true });
    await recordReport(store.db, SITE, id, { reason: 'abuse', reporter: 'a' }, settings);
    expect(await state(id)).toBe('published');
    await recordReport(store.db, SITE, id, { reason: 'abuse', reporter: 'b' }, settings);
    expect(await readComment(store.db, SITE, id)).toMatchObject({ state: 'pending', stateCause: 'report' });
  });
});

describe('Readers’ reports', () => {
  it('count by how often their reporters were right about other comments', async () => {
    const settings = () => ({ toReview: 2, weighed: true });
    const report = (id: string, reporter: string) =>
      recordReport(store.db, SITE, id, { reason: 'abuse', reporter }, settings);
    for (const id of await judged(6, aDoubt())) {
      await report(id, 'hasty-one');
      await report(id, 'hasty-two');
      await review(id, 'approve');
    }
    const one = await judgedOne(aDecision());
    await report(one, 'hasty-one');
    expect(await report(one, 'hasty-two')).toMatchObject({ reports: 2, inReview: false, state: 'published' });
    expect(await report(one, 'somebody')).toMatchObject({ inReview: false });
    expect(await report(one, 'somebody-else')).toMatchObject({ inReview: true, state: 'pending' });
  });
});

describe('The audit’s figures', () => {
  it('come from what was drawn and judged, and from what the machine asked about', async () => {
    const own = await createStore();
    const before = store;
    store = own;
    try {
      await putArticle(own.db, SITE, 'harbour', { title: 'The harbour reopens', section: 'local' });
      const approved = await judged(20, aDecision(), { auditShare: 1 });
      const withheld = await judged(5, rejected, { auditShare: 1 });
      const doubts = await judged(4, aDoubt());
      for (const id of approved.slice(0, 9)) await review(id, 'approve');
      await review(approved[9] ?? '', 'reject', 'hate');
      await review(withheld[0] ?? '', 'reject');
      await review(doubts[0] ?? '', 'reject', 'hate');
      expect(await readAudit(own.db, SITE, null)).toMatchObject({
        drawn: 11,
        judged: 11,
        population: {
          decisions: { approve: 10, review: 4, reject: 1 },
          flagged: expect.arrayContaining([
            { outcome: 'review', label: 'incitement', decisions: 4 },
            { outcome: 'reject', label: 'incitement', decisions: 1 },
          ]),
        },
        verdicts: expect.arrayContaining([
          { outcome: 'approve', flags: [], weight: 1, rejected: false, label: null, count: 9 },
          { outcome: 'approve', flags: [], weight: 1, rejected: true, label: 'hate', count: 1 },
          { outcome: 'review', flags: ['incitement'], weight: 1, rejected: true, label: 'hate', count: 1 },
        ]),
      });
      expect(await readAudit(own.db, SITE, 'elsewhere')).toMatchObject({ since: null, drawn: 0, judged: 0 });
    } finally {
      store = before;
      await own.close();
    }
  });

  it('count a draw that is put before a person later where it stands now, and once', async () => {
    const own = await createStore();
    const before = store;
    store = own;
    try {
      await putArticle(own.db, SITE, 'harbour', { title: 'The harbour reopens' });
      const approved = await judged(5, aDecision(), { auditShare: 1 });
      const [anew = ''] = approved;
      const { id } = await own.db
        .selectFrom('comment')
        .select('id')
        .where('external_id', '=', anew)
        .executeTakeFirstOrThrow();
      const subject = { commentId: id, revision: 1, pipeline: own.pipeline };
      await recordJudgements(own.db, SITE, [aJudgement(subject, aDoubt())], new Date());
      await review(anew, 'reject', 'hate');
      for (const one of approved.slice(1)) await review(one, 'approve');
      const { drawn, judged: settled, population, verdicts } = await readAudit(own.db, SITE, null);
      expect({ drawn, settled, decisions: population.decisions }).toEqual({
        drawn: 4,
        settled: 4,
        decisions: { approve: 4, review: 1, reject: 0 },
      });
      expect(await countAudited(own.db, SITE, null)).toBe(4);
      expect(verdicts.map(({ outcome, rejected, count }) => ({ outcome, rejected, count }))).toEqual(
        expect.arrayContaining([
          { outcome: 'approve', rejected: false, count: 4 },
          { outcome: 'review', rejected: true, count: 1 },
        ]),
      );
      expect(verdicts).toHaveLength(2);
      const [above] = await readAuditAbove(own.db, SITE, anyHate);
      expect(above?.judged).toBe(5);
      expect(above?.rejected?.value).toBeCloseTo(1 / 5);
      // The newest is the one that was put before a person.
      expect(await readAuditAbove(own.db, SITE, anyHate, 1)).toMatchObject([{ judged: 1, rejected: { value: 1 } }]);
      expect(await readAuditAbove(own.db, SITE, anyHate, 3)).toMatchObject([{ judged: 3 }]);
    } finally {
      store = before;
      await own.close();
    }
  });
});

describe('The audit speaks of what could have been drawn', () => {
  let own: Awaited<ReturnType<typeof createStore>>;
  let shared: typeof store;

  beforeAll(async () => {
    shared = store;
    own = await createStore();
    store = own;
    await putArticle(own.db, SITE, 'harbour', { title: 'The harbour reopens' });
    await putArticle(own.db, SITE, 'unread', { title: 'Nobody reads it' });
    await putArticle(own.db, SITE, 'shown', { title: 'Comments are shown at once' });
    const policy = JSON.stringify({ articles: { unread: { audit: { share: 0 } }, shown: { moderation: 'after' } } });
    await sql`update policy_revision set content = ${policy}::jsonb`.execute(own.db);
    await putArticle(own.db, SITE, 'example', { title: 'Demonstration' }, { demonstration: true });
    for (const id of await judged(4, aDecision(), { auditShare: 1 })) await review(id, 'approve');
    const [doubt = ''] = await judged(2, aDoubt());
    await review(doubt, 'reject', 'hate');
  });
  afterAll(async () => {
    store = shared;
    await own.close();
  });

  async function accepted(articleId = 'harbour') {
    const [answer] = await acceptComments(own.db, SITE, [aComment({ articleId })], 'live');
    if (answer?.kind !== 'accepted') throw new Error(`not accepted: ${answer?.kind}`);
    return { id: answer.id, commentId: answer.commentId, revision: 1, pipeline: own.pipeline };
  }

  /** At a place where every decision is drawn that can be, unless `share` says otherwise. */
  async function judge(
    subject: Awaited<ReturnType<typeof accepted>>,
    decision: Decision,
    { share = 1, provisional = false } = {},
  ) {
    const offTopic = { kind: 'scored', probability: 0.8, provisional } as const;
    const judgement = aJudgement(subject, decision, decision.degraded ? null : anEvaluation({ offTopic }));
    const auditShare = decision.outcome === 'review' || decision.degraded ? 0 : share;
    const handling = { ...judgement.handling, auditShare, coverFor: share === 0 ? 0 : SELDOM };
    await recordJudgements(own.db, SITE, [{ ...judgement, handling }], new Date());
  }

  const figures = async () => {
    const { drawn, judged: settled, population, verdicts } = await readAudit(own.db, SITE, null);
    return { drawn, settled, population, verdicts, above: await readAuditAbove(own.db, SITE, anyHate) };
  };

  const outcomes = [
    { outcome: 'approve', decision: aDecision() },
    { outcome: 'reject', decision: rejected },
    { outcome: 'review', decision: aDoubt() },
  ] as const;

  it.for(outcomes)('and not of what was decided without scores first: $outcome', async ({ decision }) => {
    const before = await figures();
    const subject = await accepted();
    await judge(subject, aDoubt({ degraded: true }));
    await judge(subject, decision);
    await review(subject.id, 'reject', 'hate').catch(() => undefined);
    expect(await figures()).toEqual(before);
  });

  it.for(outcomes)('and not of what a person had judged before: $outcome', async ({ decision }) => {
    const before = await figures();
    const subject = await accepted();
    await review(subject.id, 'reject', 'hate');
    await judge(subject, decision);
    expect(await figures()).toEqual(before);
  });

  it.for(outcomes)('and not of the demonstration: $outcome', async ({ decision }) => {
    const before = await figures();
    await judge(await accepted('example'), decision);
    expect(await figures()).toEqual(before);
  });

  it.for(outcomes)('and not of places where nothing is drawn: $outcome', async ({ decision }) => {
    const before = await figures();
    const subject = await accepted('unread');
    await judge(subject, decision, { share: 0 });
    await review(subject.id, 'reject', 'hate');
    expect(await figures()).toEqual(before);
  });

  it('and not of what was released when its article was wholly known', async () => {
    const subject = await accepted();
    const before = await figures();
    await judge(subject, aDoubt({ flags: ['off_topic'], reasons: [] }), { provisional: true });
    await judge(subject, aDecision());
    expect((await readComment(own.db, SITE, subject.id)).decision).toBe('approve');
    expect(await figures()).toEqual(before);
  });

  it('also where it was decided before that was kept with a decision', async () => {
    const spoken = () =>
      own.db
        .selectFrom('decision')
        .select(['id', 'in_audit', 'outcome'])
        .where('effective', '=', true)
        .orderBy('id')
        .execute();
    const kept = await spoken();
    expect(new Set(kept.map(({ in_audit }) => in_audit))).toEqual(new Set([true, false]));
    // What came before the first draw is in no figure: the table is not held for that.
    const early = await own.db
      .updateTable('decision')
      .set({ decided_at: sql<Date>`now() - interval '1 day'` })
      .where('id', '=', kept.find(({ in_audit, outcome }) => in_audit && outcome === 'review')?.id ?? 0)
      .returning('id')
      .executeTakeFirstOrThrow();
    await sql`alter table decision drop column in_audit`.execute(own.db);
    await (own.db as unknown as Kysely<unknown>).transaction().execute(keepWhatCouldBeDrawn);
    expect(await spoken()).toEqual(kept.map((one) => (one.id === early.id ? { ...one, in_audit: false } : one)));
  });

  it.for(outcomes)('and not of what readers’ reports held back before: $outcome', async ({ decision }) => {
    const before = await figures();
    const subject = await accepted('shown');
    const settings = () => ({ toReview: 1, weighed: false });
    await recordReport(own.db, SITE, subject.id, { reason: 'abuse', reporter: 'a' }, settings);
    await judge(subject, decision);
    expect(await readComment(own.db, SITE, subject.id)).toMatchObject({ state: 'pending', stateCause: 'report' });
    expect(await figures()).toEqual(before);
    await review(subject.id, 'reject', 'hate');
    expect(await figures()).toEqual(before);
  });
});

describe('What the audit says of scores from a threshold on', () => {
  it('is looked for among the decisions since the first draw, however many were made before', async () => {
    const own = await createStore();
    const before = store;
    store = own;
    try {
      await putArticle(own.db, SITE, 'harbour', { title: 'The harbour reopens' });
      await judged(200, aDecision(), { coverFor: 0 });
      await review(await judgedOne(aDecision(), { auditShare: 1 }), 'approve');
      await sql`analyze decision, audit_sample`.execute(own.db);
      const anyHateFrom = (db: typeof own.db) => readAuditAbove(db, SITE, anyHate);
      expect((await decisionsFetched(own.db, anyHateFrom)).fetched).toBeLessThan(10);
      await own.db.updateTable('decision').set({ in_audit: true }).where('site', '=', SITE).execute();
      expect((await decisionsFetched(own.db, anyHateFrom)).fetched).toBeLessThan(10);
    } finally {
      store = before;
      await own.close();
    }
  });
});

describe('The scores of the newest comments', () => {
  it('are counted in fifty parts, ten thousand of them in a fifth of a second', async () => {
    const own = await createStore();
    try {
      await putArticle(own.db, SITE, 'harbour', { title: 'The harbour reopens' });
      const comments = Array.from({ length: 10_500 }, () => aComment());
      for (let begin = 0; begin < comments.length; begin += AT_ONCE) {
        const accepted = await acceptComments(own.db, SITE, comments.slice(begin, begin + AT_ONCE), 'live');
        const judgements = accepted.map((answer, index) => {
          if (answer.kind !== 'accepted') throw new Error(`not accepted: ${answer.kind}`);
          const subject = { commentId: answer.commentId, revision: 1, pipeline: own.pipeline };
          const score = ((begin + index) % 100) / 100;
          return aJudgement(subject, aDecision(), anEvaluation({ scores: { incitement: score } }));
        });
        await recordJudgements(own.db, SITE, judgements, new Date());
      }
      const { total, bins } = await readScores(own.db, SITE, 'incitement', null);
      expect(total).toBe(10_000);
      expect(bins).toHaveLength(50);
      expect(Math.min(...bins)).toBeGreaterThanOrEqual(100);
      expect((await readScores(own.db, SITE, 'spam', null)).total).toBe(0);
      expect((await readScores(own.db, SITE, 'off_topic', null)).bins[5]).toBe(10_000);
      expect((await readScores(own.db, SITE, 'incitement', 'elsewhere')).total).toBe(0);
      const times: number[] = [];
      for (let run = 0; run < 5; run += 1) {
        const began = performance.now();
        await readScores(own.db, SITE, 'incitement', null);
        times.push(performance.now() - began);
      }
      console.info(`histogram of 10,000 scores: ${times.map((time) => time.toFixed(0)).join(', ')} ms`);
      // Other tests share the processors.
      expect(Math.min(...times)).toBeLessThan(200);
    } finally {
      await own.close();
    }
  });
});

async function rowsOf(query: string, values: readonly unknown[]) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: store.url });
  await client.connect();
  try {
    return await client.query(query, [...values]);
  } finally {
    await client.end();
  }
}
