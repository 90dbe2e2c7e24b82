import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Child, idsUnder, startServing } from '../support/child.js';
import { createDatabase } from '../support/database.js';
import { type Look, lookInto } from '../support/look.js';
import { copyModels } from '../support/models.js';
import { callAt, drawNone, KEY, NDJSON, queuesHere, REDIS_URL } from '../support/service.js';
import { until } from '../support/wait.js';

const queues = await queuesHere();

const COUNT = 120;
const TEXTS = [
  'Thank you for this report, the timetable was what I had been looking for.',
  'We should kill all of them and burn their houses down tonight.',
  'The roof of the quay was worth the wait; my children stood dry for the first time.',
];
const QUAYS = `about: What this newsroom looks for.
rules:
  - id: quay
    label: spam
    effect: review
    when: { phrases: [roof of the quay] }
    reason: It speaks of a roof.
    match: [We saw the roof of the quay today.]
    ignore: [Nothing of that kind.]
`;

describe.for(queues)('A dry run on %s', (kind) => {
  let home: string;
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let look: Look;
  let service: Child;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'premod-dry-runs-'));
    database = await createDatabase();
    // Models of its own, so that the model's process is this service's alone.
    service = await startServing({
      DATABASE_URL: database.url,
      MODELS_DIR: copyModels(join(home, 'models')).folder,
      TMPDIR: home,
      PREMOD_API_KEY: KEY,
      PREMOD_SWEEP_MS: '1000',
      PREMOD_LOG_LEVEL: 'error',
      ...(kind === 'redis' && { REDIS_URL }),
    });
    await drawNone(service.url);
    look = await lookInto({ databaseUrl: database.url });
    await call('PUT', '/v1/articles/harbour', { title: 'The harbour reopens', body: 'At six.', section: 'local' });
    await until('the article is embedded', look.idle);
    const lines = Array.from({ length: COUNT }, (_, n) =>
      JSON.stringify({
        id: `d${n}`,
        articleId: 'harbour',
        author: { id: `a${n % 9}` },
        text: `${TEXTS[n % 3]} (${n})`,
      }),
    );
    await call('POST', '/v1/comments:batch', lines.join('\n'), NDJSON);
    await until('all comments are judged', look.idle, 120_000);
  }, 300_000);

  afterAll(async () => {
    await service?.stop();
    await look?.close();
    await database?.drop();
    if (home !== undefined) rmSync(home, { recursive: true, force: true });
  });

  const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    callAt(service.url, method, path, body, headers);

  /** Starts one and reads it to its end, with all that would change. */
  async function run(under: string, body: object) {
    const started = await call('POST', `${under}/dry-runs`, body);
    expect(started).toMatchObject({ status: 202, json: { status: 'running' } });
    const path = `${under}/dry-runs/${started.json.id}`;
    const read = async () => (await call('GET', path)).json;
    await until('the dry run has ended', async () => (await read()).status !== 'running', 60_000);
    const { items } = (await call('GET', `${path}/changes?limit=500`)).json;
    return { ...(await read()), items };
  }

  const draftPolicy = async (review: number) => {
    const { content } = (await call('GET', '/v1/policies')).json;
    const thresholds = { ...content.defaults.thresholds, incitement: { review, reject: null } };
    const yaml = JSON.stringify({ ...content, defaults: { ...content.defaults, thresholds } });
    expect((await call('PUT', '/v1/policies/draft', { yaml })).status).toBe(200);
  };

  /** Nothing that asks the model is answered while this works: its process stands still. */
  async function withoutModel<Done>(work: () => Promise<Done>): Promise<Done> {
    const processes = idsUnder(home).filter(({ command }) => command.includes('inference'));
    expect(processes.length).toBeGreaterThan(0);
    for (const { pid } of processes) process.kill(pid, 'SIGSTOP');
    try {
      return await work();
    } finally {
      for (const { pid } of processes) process.kill(pid, 'SIGCONT');
    }
  }

  it('of a policy lists the stored decisions that would change and why, and asks no model', async () => {
    const before = await look.rows('select comment_id, outcome from decision order by comment_id');
    const evaluations = await look.count('select count(*) from evaluation');
    await draftPolicy(1);
    const done = await withoutModel(() => run('/v1/policies', {}));
    expect(done).toMatchObject({
      status: 'done',
      drafts: ['policy'],
      total: COUNT,
      done: COUNT,
      unscored: 0,
      byRule: [],
    });
    await draftPolicy(0);
    const all = await withoutModel(() => run('/v1/policies', {}));
    const approved = before.filter(({ outcome }) => outcome === 'approve').length;
    expect(approved).toBeGreaterThan(0);
    expect(all.changes).toEqual([{ from: 'approve', to: 'review', count: approved }]);
    expect(all.items).toHaveLength(approved);
    for (const { from, to, rules, reasons, text } of all.items) {
      expect({ from, to, rules }).toEqual({ from: 'approve', to: 'review', rules: [] });
      expect(reasons).toMatchObject([{ label: 'incitement', score: expect.any(Number) }]);
      expect(text).toMatch(/\(\d+\)$/);
    }
    // It tries, and changes nothing.
    expect(await look.rows('select comment_id, outcome from decision order by comment_id')).toEqual(before);
    expect(await look.count('select count(*) from evaluation')).toBe(evaluations);
    expect((await call('GET', '/v1/policies')).json).toMatchObject({ revision: 2, drafts: [{ name: 'policy' }] });
  }, 120_000);

  it('of rules lists what they would change, and asks no model', async () => {
    expect((await call('PUT', '/v1/rules/drafts/quays', { yaml: QUAYS })).json.check.faults).toEqual([]);
    const done = await withoutModel(() => run('/v1/rules', { drafts: ['quays'] }));
    expect(done).toMatchObject({
      status: 'done',
      total: COUNT,
      unscored: 0,
      byRule: [{ rule: 'quay', matched: COUNT / 3 }],
    });
    expect(done.changes).toMatchObject([{ from: 'approve', to: 'review' }]);
    expect(done.items).toHaveLength(done.changes[0].count);
    for (const { rules, reasons, text } of done.items) {
      expect({ rules, reasons }).toEqual({ rules: ['quay'], reasons: [] });
      expect(text).toContain('roof of the quay');
    }
  }, 120_000);

  it('asks the newest comments of its time, as many as it is told', async () => {
    await draftPolicy(0);
    expect(await run('/v1/policies', { limit: 7 })).toMatchObject({ status: 'done', total: 7, done: 7 });
    expect(await run('/v1/policies', { until: '2020-01-01T00:00:00Z' })).toMatchObject({ total: 0, changes: [] });
    const future = { from: '2999-01-01T00:00:00Z' };
    expect(await run('/v1/policies', future)).toMatchObject({ status: 'done', total: 0, items: [] });
  }, 120_000);

  it('is one of rules or of the policy, and is read where it was begun', async () => {
    const { id } = (await call('POST', '/v1/policies/dry-runs', {})).json;
    expect((await call('GET', `/v1/policies/dry-runs/${id}`)).status).toBe(200);
    for (const path of [`/v1/rules/dry-runs/${id}`, `/v1/rules/dry-runs/${id}/changes`, '/v1/policies/dry-runs/999']) {
      expect((await call('GET', path)).status, path).toBe(404);
    }
  }, 60_000);

  it('of a faulty draft, or of none, is not begun; one that may not be published is', async () => {
    await call('PUT', '/v1/policies/draft', { yaml: 'defaults: { thresholds: { hate: { review: 2 } } }\n' });
    const refused = await call('POST', '/v1/policies/dry-runs', {});
    expect(refused).toMatchObject({ status: 422, json: { type: '/problems/faulty-policy', faults: [{ line: 1 }] } });
    const rejecting = 'defaults: { thresholds: { insult: { review: 0.1, reject: 0.1 } } }\n';
    const { check } = (await call('PUT', '/v1/policies/draft', { yaml: rejecting })).json;
    expect(check.unmet).toMatchObject([{ label: 'insult' }]);
    expect(await run('/v1/policies', {})).toMatchObject({ status: 'done', done: COUNT });
    await call('DELETE', '/v1/policies/draft');
    expect((await call('POST', '/v1/policies/dry-runs', {})).status).toBe(404);
  }, 120_000);
});
