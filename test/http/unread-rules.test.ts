import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWERS } from '../../src/http/answers.js';
import { type Child, startChild, startServing } from '../support/child.js';
import { createDatabase } from '../support/database.js';
import { lookInto } from '../support/look.js';
import { copyModels } from '../support/models.js';
import { publishedByAnother, publishMine } from '../support/published.js';
import { callAt, KEY } from '../support/service.js';

const LIST = (frail: string) => `about: What this newsroom looks for.
rules:
  - id: sound
    label: spam
    effect: review
    when: { phrases: [green lantern] }
    reason: It speaks of something green.
    match: [We saw the green lantern today.]
    ignore: [Nothing of that kind.]
  - id: frail
    label: spam
    effect: review
    when: { all: [{ section: [sport] }, ${frail}] }
    reason: It speaks of something blue.
    match: [{ text: We saw the blue lantern today., section: sport }]
    ignore: [{ text: We saw the blue lantern today., section: local }]
`;
const FRAIL = '{ phrases: [blue lantern] }';

let home: string;
let database: Awaited<ReturnType<typeof createDatabase>>;
let environment: Record<string, string>;
let service: Child;

const call = (method: string, path: string, body?: unknown) => callAt(service.url, method, path, body);

let sent = 0;
async function judged(text: string, articleId: string) {
  sent += 1;
  const comment = { id: `x${sent}`, articleId, author: { id: 'mara' }, text };
  const { json } = await call('POST', '/v1/comments?wait=30000', comment);
  return {
    decision: json.decision,
    reasons: json.reasons.map(({ kind, rule }: { kind: string; rule?: string }) => `${kind} ${rule ?? ''}`.trim()),
  };
}

const publish = (yaml: string, expectedRevision: number) => publishMine(call, yaml, expectedRevision);

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'premod-unread-'));
  database = await createDatabase();
  environment = {
    DATABASE_URL: database.url,
    MODELS_DIR: copyModels(join(home, 'models')).folder,
    PREMOD_API_KEY: KEY,
    PREMOD_LOG_LEVEL: 'error',
  };
  service = await startServing(environment);
  for (const section of ['local', 'sport']) {
    await call('PUT', `/v1/articles/${section}`, { title: 'The lantern over the door', body: 'It hangs.', section });
  }
  expect((await publish(LIST(FRAIL), 1)).json).toMatchObject({ revision: 2 });
  await service.stop();
  // It can read what this one cannot.
  await publishedByAnother({ databaseUrl: database.url }, '{"phrases": ["blue lantern"]}', '{"pattern": ["(?=blue)"]}');
  service = await startServing(environment);
}, 300_000);

afterAll(async () => {
  await service?.stop();
  await database?.drop();
  rmSync(home, { recursive: true, force: true });
});

describe('A rule in force that this premod cannot read', () => {
  it('keeps nobody from starting, and is told of wherever somebody looks', async () => {
    expect(service.stderr()).toMatch(/^Rules in force cannot be read by this premod: frail\./m);
    expect(service.stderr()).toMatch(/^mine rule frail: "\(\?=blue\)" is no pattern of RE2: .+$/m);
    const logged =
      service
        .stdout()
        .split('\n')
        .find((line) => line.includes('rules cannot be read')) ?? service.stderr();
    expect(logged).toContain('frail');
    const ready = await call('GET', '/readyz');
    expect(ready).toMatchObject({
      status: 200,
      json: { ready: true, checks: { rules: { ok: false, detail: expect.stringContaining('frail') } } },
    });
    const { json } = await call('GET', '/v1/rules');
    ANSWERS.Rules.parse(json);
    expect(json.unread).toEqual([
      { list: 'mine', rule: 'frail', detail: expect.stringContaining('"(?=blue)" is no pattern of RE2') },
    ]);
    const listing = startChild(['rules', 'list'], environment);
    expect(await listing.ended).toBe(0);
    expect(listing.stderr()).toContain('cannot be read by this premod: frail.');
  });

  it('leaves the others in force, and puts what it could concern before a person', async () => {
    expect((await judged('We saw the green lantern, by the way.', 'local')).reasons).toEqual(['rule sound']);
    expect((await judged('Thank you, that was good to read.', 'local')).reasons).not.toContain('rule-broken frail');
    expect(await judged('Thank you, that was good to read.', 'sport')).toMatchObject({
      decision: 'review',
      reasons: expect.arrayContaining(['rule-broken frail']),
    });
  });

  it('is mended by publishing', async () => {
    expect((await publish(LIST('{ phrases: [blue lamp, blue lantern] }'), 2)).json).toMatchObject({ revision: 3 });
    expect((await judged('We saw the blue lamp, by the way.', 'sport')).reasons).toEqual(['rule frail']);
    expect((await call('GET', '/v1/rules')).json.unread).toEqual([]);
    expect((await call('GET', '/readyz')).json.checks.rules).toEqual({ ok: true });
  });
});

describe('Rules in force that are no lists at all', () => {
  it('can still be looked at, so that somebody can roll back', async () => {
    await service.stop();
    const look = await lookInto({ databaseUrl: database.url });
    await look.rows(`update rule_revision set content = '"nonsense"' where revision = 3 returning revision`);
    await look.close();
    service = await startServing(environment);
    const { status, json } = await call('GET', '/v1/rules');
    expect(status).toBe(200);
    ANSWERS.Rules.parse(json);
    expect(json).toMatchObject({ revision: 3, unread: [{ list: 'list 1' }] });
    expect((await judged('Thank you, that was good to read.', 'local')).decision).toBe('review');
    const why = 'Revision 3 is nonsense.';
    const rolledBack = await call('POST', '/v1/rules:rollback', { revision: 1, why, expectedRevision: 3 });
    expect(rolledBack.json).toMatchObject({ revision: 4 });
    expect((await judged('We saw the green lantern, by the way.', 'local')).decision).toBe('approve');
  }, 120_000);
});
