import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWERS } from '../../src/http/answers.js';
import { judgedDraws } from '../support/judged-draws.js';
import { type Look, lookInto } from '../support/look.js';
import { type Service, startService } from '../support/service.js';
import { until } from '../support/wait.js';

const HARMLESS = 'Thank you for this report, the timetable was what I had been looking for.';
const CALL = 'We should kill all of them and burn their houses down tonight.';

let service: Service;
let look: Look;
let counter = 0;

beforeAll(async () => {
  service = await startService('postgres');
  look = await lookInto(service);
  for (const [id, section] of [
    ['harbour', 'local'],
    ['trial', 'courts'],
    ['ended', 'local'],
  ]) {
    await service.call('PUT', `/v1/articles/${id}`, { title: 'The harbour reopens', section });
  }
  await until('the articles are embedded', look.idle);
});
afterAll(async () => {
  await look?.close();
  await service?.stop();
});

const get = async (path: string) => (await service.call('GET', path)).json;

/** The policy in force with some of it changed, as YAML: JSON is YAML too. */
async function changed(change: {
  readonly defaults?: object;
  readonly sections?: object;
  readonly articles?: object;
}): Promise<string> {
  const { content } = await get('/v1/policies');
  const { defaults = {}, sections = {}, articles = {} } = change;
  return JSON.stringify({ ...content, defaults: { ...content.defaults, ...defaults }, sections, articles }, null, 1);
}

async function publish(yaml: string, why = 'A test.') {
  await service.call('PUT', '/v1/policies/draft', { yaml });
  const { revision } = await get('/v1/policies');
  return await service.call('POST', '/v1/policies:publish', { why, expectedRevision: revision });
}

async function inForce(yaml: string): Promise<void> {
  expect(await publish(yaml)).toMatchObject({ status: 200 });
}

/** Sends a comment and waits for its decision. */
async function comment(articleId: string, text: string, change: object = {}) {
  counter += 1;
  const sent = {
    id: `p${counter}`,
    articleId,
    author: { id: `author-${counter}` },
    text: `${text} ${counter}`,
    ...change,
  };
  const answer = await service.call('POST', '/v1/comments?wait=30000', sent);
  return { id: sent.id, status: answer.status, ...answer.json };
}

describe('The policy in force', () => {
  it('is at first what is shipped, and can be read as a document and as YAML', async () => {
    const policy = await get('/v1/policies');
    expect(policy).toMatchObject({
      origin: 'shipped',
      content: { defaults: { moderation: 'before', audit: { share: 0.01 }, precision: 0.95 }, sections: {} },
      drafts: [],
    });
    const check = await service.call('POST', '/v1/policies:check', { yaml: policy.yaml });
    expect(check).toMatchObject({ status: 200, json: { faults: [], warnings: [], unmet: [] } });
  });

  it('is replaced by a draft once that is published, on comments that come from then on, without a restart', async () => {
    const yaml = await changed({ sections: { courts: { moderation: 'review-all' } } });
    expect(await service.call('PUT', '/v1/policies/draft', { yaml })).toMatchObject({
      status: 200,
      json: { draft: { name: 'policy', author: 'API key', yaml }, check: { faults: [] } },
    });
    expect(await comment('trial', HARMLESS)).toMatchObject({ decision: 'approve', state: 'published' });
    const published = await publish(yaml, 'The trial begins.');
    expect(published).toMatchObject({
      status: 200,
      json: { revision: 2, origin: 'site', why: 'The trial begins.', publishedBy: 'API key' },
    });
    expect(await comment('trial', HARMLESS)).toMatchObject({
      decision: 'review',
      state: 'pending',
      reasons: [{ kind: 'policy', because: 'sensitive' }],
    });
    expect(await comment('harbour', HARMLESS)).toMatchObject({ decision: 'approve', state: 'published' });
    expect(await get('/v1/policies')).toMatchObject({ revision: 2, yaml, drafts: [] });
    expect((await service.call('GET', '/v1/policies/draft')).status).toBe(404);
  });

  it('is not replaced where another revision came between, or nothing would change, and goes back when rolled back', async () => {
    const yaml = await changed({ defaults: { agree: 0.25 } });
    await service.call('PUT', '/v1/policies/draft', { yaml });
    const late = await service.call('POST', '/v1/policies:publish', { why: 'A test.', expectedRevision: 1 });
    expect(late).toMatchObject({ status: 409, json: { type: '/problems/overtaken', currentRevision: 2 } });
    const { updatedAt } = await get('/v1/policies/draft');
    await new Promise((done) => setTimeout(done, 5));
    await service.call('PUT', '/v1/policies/draft', { yaml: await changed({ defaults: { agree: 0.3 } }) });
    const asRead = { why: 'A test.', expectedRevision: 2, expectedDraft: updatedAt };
    const unseenDraft = await service.call('POST', '/v1/policies:publish', asRead);
    expect(unseenDraft).toMatchObject({ status: 409, json: { type: '/problems/draft-changed' } });
    expect((await get('/v1/policies')).revision).toBe(2);
    expect((await publish(yaml)).json.revision).toBe(3);
    expect((await publish(yaml)).status).toBe(409);
    await service.call('DELETE', '/v1/policies/draft');

    const rollBack = { revision: 1, why: 'Too much to read.' };
    const unseen = await service.call('POST', '/v1/policies:rollback', { ...rollBack, expectedRevision: 2 });
    expect(unseen).toMatchObject({ status: 409, json: { type: '/problems/overtaken', currentRevision: 3 } });
    const back = await service.call('POST', '/v1/policies:rollback', { ...rollBack, expectedRevision: 3 });
    expect(back).toMatchObject({ status: 200, json: { revision: 4, rolledBackTo: 1 } });
    const { items, next } = await get('/v1/policies/revisions?limit=3');
    expect(items.map(({ revision }: { revision: number }) => revision)).toEqual([4, 3, 2]);
    expect((await get(`/v1/policies/revisions?before=${next}`)).items).toMatchObject([{ revision: 1 }]);
    expect(await get('/v1/policies')).toMatchObject({ revision: 4, rolledBackTo: 1, why: 'Too much to read.' });
    const [first, fourth] = [await get('/v1/policies/revisions/1'), await get('/v1/policies/revisions/4')];
    expect(fourth.content).toEqual(first.content);
    expect(fourth.sha256).toBe(first.sha256);
    expect((await service.call('GET', '/v1/policies/revisions/99')).status).toBe(404);

    const agree = { id: '/defaults/agree', before: '0.2\n', after: '0.25\n' };
    const section = { id: '/sections/courts/moderation', before: 'review-all\n' };
    const none = { added: [], removed: [], changed: [] };
    expect(await get('/v1/policies/revisions/3/diff')).toEqual({ ...none, removed: [section], changed: [agree] });
    expect(await get('/v1/policies/revisions/4/diff?against=1')).toEqual(none);
    expect((await service.call('GET', '/v1/policies/revisions/4/diff?against=99')).status).toBe(404);
    expect(await comment('trial', HARMLESS)).toMatchObject({ decision: 'approve' });
  });
});

describe('Whoever publishes a policy', () => {
  it('says which revision they know, or nothing is published', async () => {
    const { revision } = await get('/v1/policies');
    await service.call('PUT', '/v1/policies/draft', { yaml: await changed({ defaults: { agree: 0.35 } }) });
    for (const expectedRevision of [undefined, null, String(revision)]) {
      const refused = await service.call('POST', '/v1/policies:publish', { why: 'A test.', expectedRevision });
      expect(refused).toMatchObject({ status: 422, json: { errors: [{ pointer: '/expectedRevision' }] } });
    }
    expect((await get('/v1/policies')).revision).toBe(revision);
    await service.call('DELETE', '/v1/policies/draft');
  });
});

describe('A faulty draft', () => {
  const yaml = 'defaults:\n  thresholds:\n    hate: { review: 0.5, reject: 0.4 }\n';

  it('is kept, shows its faults with line and column, and is not published', async () => {
    const before = await get('/v1/policies');
    const kept = await service.call('PUT', '/v1/policies/draft', { yaml });
    expect(kept).toMatchObject({ status: 200, json: { check: { faults: [{ line: 3, column: 26 }] } } });
    expect(await get('/v1/policies/draft')).toMatchObject({ yaml, author: 'API key' });
    const refused = await publish(yaml);
    expect(refused).toMatchObject({
      status: 422,
      json: { type: '/problems/faulty-policy', faults: [{ line: 3, column: 26, pointer: expect.any(String) }] },
    });
    expect((await get('/v1/policies')).revision).toBe(before.revision);
    expect((await service.call('DELETE', '/v1/policies/draft')).status).toBe(204);
    expect((await service.call('DELETE', '/v1/policies/draft')).status).toBe(404);
  });

  it.each([
    ['GET', '/v1/policies/revisions/99999999999', 404],
    ['GET', '/v1/policies/revisions?before=99999999999', 200],
    ['GET', '/v1/policies/scores?label=hate&section=%00', 422],
    ['GET', '/v1/policies/audit?section=%00', 422],
    ['GET', '/v1/policies/thresholds?label=hate&section=%00', 422],
  ] as const)('or a question that nothing can answer is no failure of ours: %s %s', async (method, path, status) => {
    expect((await service.call(method, path)).status).toBe(status);
  });

  it('or revision that nobody could have published is named as it was asked for', async () => {
    expect(await service.call('GET', '/v1/policies/revisions/abc')).toMatchObject({
      status: 404,
      json: { detail: 'No revision has the id "abc".' },
    });
  });

  it('that could not be kept is refused, also where YAML escapes what cannot', async () => {
    expect((await service.call('PUT', '/v1/policies/draft', { yaml: 'about: a\0b' })).status).toBe(422);
    expect((await service.call('POST', '/v1/policies:rollback', { revision: 1, why: 'a\0b' })).status).toBe(422);
    const refused = await publish('about: "\\0"\ndefaults: { thresholds: {} }\n');
    expect(refused).toMatchObject({ status: 422, json: { faults: [{ detail: expect.stringContaining('NUL') }] } });
    await service.call('DELETE', '/v1/policies/draft');
  });

  it('is refused with the figures where a label would reject without the precision for it', async () => {
    const { content } = await get('/v1/policies');
    const thresholds = { ...content.defaults.thresholds, incitement: { review: 0.3, reject: 0.35 } };
    const refused = await publish(await changed({ defaults: { thresholds } }));
    expect(refused).toMatchObject({
      status: 422,
      json: {
        type: '/problems/precision-not-met',
        detail: expect.stringContaining('incitement may not reject by itself from 0.35 on'),
        unmet: [
          { label: 'incitement', threshold: 0.35, target: 0.95, pointer: '/defaults/thresholds/incitement/reject' },
        ],
      },
    });
    const { yaml } = await get('/v1/policies/draft');
    const at = yaml.split('\n').findIndex((line: string) => line.includes('"reject": 0.35'));
    expect(refused.json.unmet).toMatchObject([{ line: at + 1, column: yaml.split('\n')[at].indexOf('"reject"') + 1 }]);
    ANSWERS.Problem.parse(refused.json);
    const check = await service.call('POST', '/v1/policies:check', {
      yaml: await changed({ defaults: { thresholds } }),
    });
    expect(check.json).toMatchObject({ faults: [{ line: expect.any(Number) }], unmet: [{ label: 'incitement' }] });
    expect(check.json.faults[0].line).toBeGreaterThan(1);
    await service.call('DELETE', '/v1/policies/draft');
  });
});

describe('An article', () => {
  it('that is closed takes no new comments and says so, but an edit of an old one goes before a person', async () => {
    const old = await comment('ended', HARMLESS, { id: 'before-the-end', author: { id: 'a' } });
    expect(old).toMatchObject({ state: 'published' });
    await inForce(await changed({ articles: { ended: { moderation: 'closed' } } }));
    expect(await comment('ended', HARMLESS)).toMatchObject({
      status: 403,
      type: '/problems/closed',
      detail: expect.stringContaining('are closed'),
    });
    const again = { id: 'before-the-end', articleId: 'ended', author: { id: 'a' }, text: 'Another text altogether.' };
    expect((await service.call('POST', '/v1/comments?wait=30000', again)).json).toMatchObject({
      revision: 2,
      decision: 'review',
      state: 'pending',
    });
    const lines = [
      { id: 'in-a-batch', articleId: 'ended', author: { id: 'a' }, text: HARMLESS },
      { id: 'beside-it', articleId: 'harbour', author: { id: 'a' }, text: HARMLESS },
    ];
    const batch = await service.call(
      'POST',
      '/v1/comments:batch',
      lines.map((line) => JSON.stringify(line)).join('\n'),
      { 'Content-Type': 'application/x-ndjson' },
    );
    const answers = batch.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers).toMatchObject([
      { id: 'in-a-batch', status: 403 },
      { id: 'beside-it', status: 202 },
    ]);
    expect((await service.call('GET', '/v1/comments/in-a-batch')).status).toBe(404);
  });

  it('that is moderated afterwards shows a comment at once, and one that waits stays shown', async () => {
    await inForce(await changed({ sections: { courts: { moderation: 'after' } } }));
    counter += 1;
    const sent = { id: `at-once-${counter}`, articleId: 'trial', author: { id: 'a' }, text: `${CALL} ${counter}` };
    expect(await service.call('POST', '/v1/comments', sent)).toMatchObject({
      status: 202,
      json: { state: 'published', stateVersion: 1 },
    });
    await until('it is judged', async () => (await get(`/v1/comments/${sent.id}`)).decision === 'review');
    expect(await get(`/v1/comments/${sent.id}`)).toMatchObject({ state: 'published', stateCause: 'decision' });
    const { changes } = await get('/v1/changes?limit=1000');
    const own = changes.filter(({ id }: { id: string }) => id === sent.id);
    expect(own.map(({ state }: { state: string }) => state)).toEqual(['published', 'published']);
  });
});

describe('An author', () => {
  it('whose first comments a policy wants read waits for a person, until enough were approved', async () => {
    await inForce(await changed({ defaults: { newAuthors: { days: 0, approved: 2 } } }));
    const author = { author: { id: 'newcomer' } };
    for (let round = 0; round < 2; round += 1) {
      const { id, ...waits } = await comment('harbour', HARMLESS, author);
      expect(waits).toMatchObject({ decision: 'review', reasons: [{ kind: 'policy', because: 'new-author' }] });
      await service.call('POST', '/v1/reviews', { commentId: id, revision: 1, action: 'approve' });
    }
    expect(await comment('harbour', HARMLESS, author)).toMatchObject({ decision: 'approve', state: 'published' });
  });
});

describe('The audit sample', () => {
  it('puts every automatic decision before a person where the policy says so, and shows it as any other', async () => {
    await inForce(await changed({ defaults: { audit: { share: 1 }, newAuthors: null } }));
    const counted = async () =>
      (await service.call('GET', '/metrics')).text
        .split('\n')
        .filter((line) => line.startsWith('premod_judgements_total'));
    const before = await counted();
    const { id, state } = await comment('harbour', HARMLESS);
    expect(state).toBe('published');
    // Nobody needs a key for the metrics: a count of approvals would tell which item was drawn.
    const risen = (await counted()).filter((line) => !before.includes(line));
    expect(risen).toEqual([expect.stringContaining('outcome="review"')]);
    const { items } = await get('/v1/queue?limit=100');
    const item = items.find(({ commentId }: { commentId: string }) => commentId === id);
    expect(item).toMatchObject({
      cause: 'decision',
      label: null,
      comment: { state: 'pending', decision: 'review', scores: {}, flags: [], reasons: [{ kind: 'policy' }] },
    });
    expect(JSON.stringify(item)).not.toMatch(/audit|sample|drawn|"approve"|"published"/);
    expect(await get(`/v1/comments/${id}?view=desk`)).toMatchObject({ state: 'pending', scores: {} });
    expect(await get(`/v1/comments/${id}`)).toMatchObject({ state: 'published', decision: 'approve' });

    await service.call('POST', '/v1/reviews', { commentId: id, revision: 1, action: 'approve' });
    expect(await get('/v1/policies/audit')).toMatchObject({
      drawn: 1,
      judged: 1,
      needed: 200,
      outcomes: { approve: { decisions: 1, judged: 1, rejected: { value: 0 } } },
      shares: { least: 1, most: 1 },
      priors: { hate: { share: 0.02, source: 'assumed', interval: [0.02, 0.02] } },
    });
    expect(await get('/v1/policies/audit?section=nowhere')).toMatchObject({ since: null, drawn: 0 });
  });
});

describe('Thresholds by consequence', () => {
  it('are answered with every figure and its interval, for the assumed prior', async () => {
    const answer = await get('/v1/policies/thresholds?label=incitement&precision=0.95');
    const estimate = { value: expect.any(Number), lower: expect.any(Number), upper: expect.any(Number) };
    expect(answer).toMatchObject({
      label: 'incitement',
      target: 0.95,
      prior: { share: 0.02, source: 'assumed', interval: [0.02, 0.02] },
      precision: estimate,
      recall: estimate,
      rejectedShare: estimate,
      wronglyRejectedPerThousand: estimate,
      evidence: { positives: expect.any(Number), negatives: expect.any(Number) },
    });
    expect(answer.precision.lower).toBeLessThanOrEqual(answer.precision.value);
    const richer = await get('/v1/policies/thresholds?label=incitement&prior=0.2');
    expect(richer).toMatchObject({ prior: { share: 0.2, source: 'given' }, target: 0.95 });
    // Where more comments carry the label, the same precision is reached by a lower score, which finds more of them.
    expect(richer.recall.value).toBeGreaterThan(answer.recall.value);
  });

  it('are not met where the site’s own moderators keep what would be rejected', async () => {
    const asked = '/v1/policies/thresholds?label=spam&precision=0.5';
    const before = await get(asked);
    expect(before).toMatchObject({ threshold: expect.any(Number), audited: { judged: 0, rejected: null } });
    const thresholds = { spam: { review: before.threshold / 2, reject: before.threshold } };
    const yaml = await changed({ defaults: { thresholds, precision: 0.5 } });
    const unmet = async () => (await service.call('POST', '/v1/policies:check', { yaml })).json.unmet;
    expect(await unmet()).toEqual([]);
    await judgedDraws(look, 'scored', { label: 'spam', score: 0.99, count: 40 }, (n) => n % 4 === 0);

    const after = await get(asked);
    expect(after).toMatchObject({ at: before.threshold, threshold: null, audited: { judged: 40 } });
    expect(after.audited.rejected.value).toBeCloseTo(0.25, 5);
    expect(after.audited.rejected.upper).toBeLessThan(0.5);
    expect(after.precision.lower).toBeGreaterThan(0.5);
    expect(await unmet()).toMatchObject([
      { label: 'spam', threshold: before.threshold, audited: { judged: 40 }, wouldDo: null },
    ]);

    // Verdicts on comments below the threshold say nothing about it.
    await look.rows(
      `update evaluation set content = '{"scores":{"spam":0.01}}' where content->'scores'->>'spam' = '0.99'`,
    );
    expect((await get(asked)).audited.judged).toBe(0);
    expect(await unmet()).toEqual([]);
  });

  it('use the site’s own base rate once two hundred draws were judged', async () => {
    await judgedDraws(look, 'audited', { label: 'incitement', score: 0.01, count: 400 }, (n) => n % 10 === 0);
    const { prior } = await get('/v1/policies/thresholds?label=incitement');
    expect(prior.source).toBe('audit');
    expect(prior.share).toBeGreaterThan(0.08);
    expect(prior.share).toBeLessThan(0.11);
    expect(prior.interval[0]).toBeLessThan(prior.share);
    expect(prior.interval[1]).toBeGreaterThan(prior.share);

    // A section with fewer is answered for the site's; with as many, for its own.
    const inCourts = '/v1/policies/thresholds?label=incitement&section=courts';
    expect((await get(inCourts)).prior).toEqual(prior);
    const some = `select id from comment where external_id like 'audited-%' order by id limit 210`;
    await look.rows(`update audit_sample set section = 'courts' where comment_id in (${some})`);
    await look.rows(`update decision set facts = '{"section":"courts"}' where comment_id in (${some})`);
    const { prior: own } = await get(inCourts);
    expect(own.source).toBe('section-audit');
    expect(own.share).toBeCloseTo(0.1, 2);
    expect((await get('/v1/policies/thresholds?label=incitement')).prior).toEqual(prior);
    expect((await get('/v1/policies/audit')).priors.incitement).toEqual(prior);
    expect((await get('/v1/policies/audit?section=courts')).priors.incitement).toEqual(own);
  });

  it('and scores are not answered for what is no label', async () => {
    for (const path of [
      'thresholds?label=anger',
      'thresholds',
      'scores?label=anger',
      'thresholds?label=hate&precision=2',
    ]) {
      expect((await service.call('GET', `/v1/policies/${path}`)).status).toBe(422);
    }
    const histogram = await get('/v1/policies/scores?label=incitement');
    expect(histogram.bins).toHaveLength(50);
    expect(histogram.total).toBe(histogram.bins.reduce((sum: number, count: number) => sum + count, 0));
    expect(histogram.total).toBeGreaterThan(5);
    expect((await get('/v1/policies/scores?label=incitement&section=courts')).total).toBeLessThan(histogram.total);
  });
});
