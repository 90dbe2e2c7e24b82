import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWERS } from '../../src/http/answers.js';
import { type Child, startServing } from '../support/child.js';
import { createDatabase } from '../support/database.js';
import { type Look, lookInto } from '../support/look.js';
import { copyModels } from '../support/models.js';
import { callAt, drawNone, KEY, NDJSON } from '../support/service.js';
import { until } from '../support/wait.js';

const COUNT = 240;
const TEXTS = [
  'Thank you for this report, the timetable was what I had been looking for.',
  'The roof of the quay was worth the wait; my children stood dry for the first time.',
  'Why is there no ferry after nine? People who work late have to take the long way round.',
];

const rule = (id: string, phrase: string, more = '') => `  - id: ${id}
    label: spam
    effect: review
    when: { phrases: [${phrase}] }
    reason: It speaks of something.
    match: [We saw the ${phrase} today.]
    ignore: [Nothing of that kind.]
${more}`;
const document = (...rules: readonly string[]) => `about: What this newsroom looks for.\nrules:\n${rules.join('')}`;

let home: string;
let models: ReturnType<typeof copyModels>;
let database: Awaited<ReturnType<typeof createDatabase>>;
let look: Look;
let environment: Record<string, string>;
/** Two processes over one store: one takes comments in and publishes, the other judges too. */
let one: Child;
let other: Child;

const call = (method: string, path: string, body?: unknown, service: Child = one) =>
  callAt(service.url, method, path, body);

const revision = async (): Promise<number> => (await call('GET', '/v1/rules')).json.revision;
const draft = async (name: string, yaml: string) => (await call('PUT', `/v1/rules/drafts/${name}`, { yaml })).json;
const publish = async (drafts: readonly string[], expectedRevision: number, why = 'A test asks for it.') =>
  await call('POST', '/v1/rules:publish', { drafts, why, expectedRevision });
const ruleOf = async (id: string) =>
  (await call('GET', '/v1/rules')).json.lists
    .flatMap(({ rules }: { rules: readonly { id: string }[] }) => rules)
    .find((found: { id: string }) => found.id === id);

let sent = 0;
/** A comment's decision with the rules that are among its reasons. */
async function judged(text: string, service: Child = one, more: object = {}) {
  sent += 1;
  const comment = { id: `x${sent}`, articleId: 'harbour', author: { id: 'mara' }, text, ...more };
  const { json } = await call('POST', '/v1/comments?wait=30000', comment, service);
  const rules = json.reasons.flatMap((reason: { rule?: string }) => reason.rule ?? []);
  return { id: comment.id, decision: json.decision, rules, pipeline: json.pipeline };
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'premod-rules-'));
  models = copyModels(join(home, 'models'));
  database = await createDatabase();
  environment = {
    DATABASE_URL: database.url,
    MODELS_DIR: models.folder,
    PREMOD_API_KEY: KEY,
    PREMOD_SWEEP_MS: '1000',
    PREMOD_LOG_LEVEL: 'error',
  };
  one = await startServing(environment);
  other = await startServing(environment);
  await drawNone(one.url);
  look = await lookInto({ databaseUrl: database.url });
  await call('PUT', '/v1/articles/harbour', { title: 'The harbour reopens', body: 'At six.', section: 'local' });
  await until('the article is embedded', look.idle);
  const lines = Array.from({ length: COUNT }, (_, n) =>
    JSON.stringify({ id: `r${n}`, articleId: 'harbour', author: { id: `a${n % 9}` }, text: `${TEXTS[n % 3]} (${n})` }),
  );
  await callAt(one.url, 'POST', '/v1/comments:batch', lines.join('\n'), NDJSON);
  await until('all comments are judged', look.idle, 120_000);
}, 300_000);

afterAll(async () => {
  await one?.stop();
  await other?.stop();
  await look?.close();
  await database?.drop();
  rmSync(home, { recursive: true, force: true });
});

describe('A rule', () => {
  it('is drafted, checked, tried, run dry, published, diffed and taken back, and every process follows', async () => {
    const begun = (await call('GET', '/v1/rules')).json;
    expect(begun).toMatchObject({ revision: 1, origin: 'shipped', publishedBy: 'shipped', drafts: [] });
    expect(begun.lists.every(({ origin }: { origin: string }) => origin === 'shipped')).toBe(true);

    const yaml = document(rule('quay', 'roof of the quay'));
    const kept = await draft('quays', yaml);
    expect(kept.draft).toMatchObject({ name: 'quays', yaml, origin: 'site' });
    expect(kept.check.faults).toEqual([]);
    expect(kept.check.warnings).toMatchObject([{ rule: 'quay', kind: 'broad', line: 6, column: 5 }]);
    expect(kept.check.warnings[0].detail).toContain('33 %');

    const asked = { text: 'Look, the r.o.o.f of the quay!', section: 'local' };
    expect((await call('POST', '/v1/rules:try', asked)).json.hits).toEqual([]);
    const tried = (await call('POST', '/v1/rules:try', { ...asked, drafts: true })).json;
    expect(tried).toMatchObject({ decision: 'review', hits: [{ rule: 'quay', effect: 'review', shadow: false }] });
    expect(tried.transformations).toMatchObject([{ original: 'r.o.o.f', meant: 'roof' }]);
    ANSWERS.RuleTrial.parse(tried);

    const evaluations = await look.count('select count(*) from evaluation');
    const started = await call('POST', '/v1/rules/dry-runs', { drafts: ['quays'] });
    expect(started.status).toBe(202);
    const run = await finished(started.json.id);
    expect(run).toMatchObject({ status: 'done', total: COUNT, done: COUNT, unscored: 0, error: null });
    expect(run.byRule).toEqual([{ rule: 'quay', matched: COUNT / 3, share: 1 / 3 }]);
    expect(run.changes).toMatchObject([{ from: 'approve', to: 'review' }]);
    expect(await look.count('select count(*) from evaluation')).toBe(evaluations);
    const changes = await changesOf(run.id);
    expect(changes).toHaveLength(run.changes[0].count);
    for (const change of changes) {
      expect(change).toMatchObject({ from: 'approve', to: 'review', rules: ['quay'] });
      expect(change.text).toContain('roof of the quay');
    }

    // A dry run and a try change nothing.
    expect((await judged(TEXTS[1] ?? '', other)).rules).toEqual([]);
    const published = await publish(['quays'], begun.revision, 'Readers ask who paid for the roof.');
    expect(published.json).toMatchObject({ revision: 2, origin: 'site', why: 'Readers ask who paid for the roof.' });
    const now = (await call('GET', '/v1/rules', undefined, other)).json;
    expect(now).toMatchObject({ revision: 2, drafts: [], publishedBy: 'API key' });
    expect(now.pipeline).not.toBe(begun.pipeline);
    for (const service of [one, other]) {
      expect(await judged(TEXTS[1] ?? '', service)).toMatchObject({
        decision: 'review',
        rules: ['quay'],
        pipeline: now.pipeline,
      });
    }
    // What was decided stays so.
    expect((await call('GET', '/v1/comments/r1')).json).toMatchObject({
      decision: 'approve',
      pipeline: begun.pipeline,
    });

    const diff = (await call('GET', '/v1/rules/revisions/2/diff?against=1')).json;
    expect(diff).toMatchObject({ added: [{ id: 'quay' }], removed: [], changed: [] });
    expect(diff.added[0].after).toContain('roof of the quay');
    expect((await call('GET', '/v1/rules/lists/quays')).json).toEqual({
      name: 'quays',
      origin: 'site',
      revision: 2,
      yaml,
    });

    const back = await call('POST', '/v1/rules:rollback', { revision: 1, why: 'It was too broad.' });
    expect(back.json).toMatchObject({ revision: 3, rolledBackTo: 1, sha256: begun.sha256, why: 'It was too broad.' });
    expect((await call('GET', '/v1/rules')).json).toMatchObject({ revision: 3, pipeline: begun.pipeline });
    for (const service of [one, other]) expect((await judged(TEXTS[1] ?? '', service)).rules).toEqual([]);
    const { items } = (await call('GET', '/v1/rules/revisions')).json;
    expect(items.map((head: { revision: number }) => head.revision)).toEqual([3, 2, 1]);
  }, 180_000);

  it('that watches decides nothing and is counted apart', async () => {
    await draft('watching', document(rule('watcher', 'seven gulls', '    shadow: true\n')));
    expect((await publish(['watching'], await revision())).status).toBe(200);
    expect(await judged('Today seven gulls stood on the quay and nobody minded them.')).toMatchObject({
      decision: 'approve',
      rules: [],
    });
    expect(await look.rows('select rule from shadow_hit')).toEqual([{ rule: 'watcher' }]);
    expect(await look.rows(`select rule from rule_hit where rule = 'watcher'`)).toEqual([]);
    expect((await ruleOf('watcher')).figures).toMatchObject({ hits: 1, judged: 0, interval: null });
  }, 60_000);

  it('shows how often people agreed with it', async () => {
    await draft('counting', document(rule('counted', 'nine herons')));
    await publish(['counting'], await revision());
    const ids = [];
    for (let n = 0; n < 3; n += 1)
      ids.push((await judged(`Again nine herons, for the ${n}. time, on the same old pole.`)).id);
    const verdict = (commentId: string, action: string) =>
      call('POST', '/v1/reviews', { commentId, revision: 1, action, ...(action === 'reject' && { label: 'spam' }) });
    expect((await verdict(ids[0] ?? '', 'reject')).status).toBe(201);
    await verdict(ids[1] ?? '', 'approve');
    const { figures } = await ruleOf('counted');
    expect(figures).toMatchObject({ hits: 3, judged: 2, agreed: 1 });
    expect(figures.interval[0]).toBeCloseTo(0.0945, 3);
    expect(figures.interval[1]).toBeCloseTo(0.9055, 3);
    expect(Date.parse(figures.lastFired)).toBeGreaterThan(Date.now() - 60_000);
  }, 60_000);

  it('replaces a shipped one of its id, and switches others off', async () => {
    const { lists } = (await call('GET', '/v1/rules')).json;
    const [replaced, switched] = lists[0].rules.concat(lists[1].rules).map(({ id }: { id: string }) => id);
    await draft('mine', `${document(rule(replaced, 'blue lantern'))}disable: [${switched}]\n`);
    await publish(['mine'], await revision());
    const now = (await call('GET', '/v1/rules')).json.lists;
    const listed = now.flatMap((list: { name: string; rules: readonly { id: string; disabled: boolean }[] }) =>
      list.rules.map(({ id, disabled }) => ({ list: list.name, id, disabled })),
    );
    expect(listed.filter(({ id }: { id: string }) => id === replaced)).toEqual([
      { list: 'mine', id: replaced, disabled: false },
    ]);
    expect(listed.find(({ id }: { id: string }) => id === switched)).toMatchObject({ disabled: true });
    expect((await judged('There hangs a blue lantern over the door.')).rules).toEqual([replaced]);
    // Without a word, the document goes, and the shipped rules are back.
    await draft('mine', '');
    await publish(['mine'], await revision());
    expect(await ruleOf(switched)).toMatchObject({ disabled: false });
    expect((await judged('There hangs a blue lantern over the door, still.')).rules).toEqual([]);
  }, 60_000);

  it('is found by a word that stands in it, shipped or not, and so is a draft', async () => {
    const find = async (text: string) => {
      const { status, json } = await call('POST', '/v1/rules:find', { text });
      expect(status).toBe(200);
      return ANSWERS.FoundRules.parse(json);
    };
    const lists = (await find('vermin')).found;
    expect(lists.length).toBeGreaterThan(5);
    expect(lists.find(({ rule: id }) => id === 'they-as-vermin')).toMatchObject({
      list: 'dehumanisation',
      place: 'words',
      text: expect.stringContaining('they {are} (vermin|'),
    });
    for (const { text, begin, end } of lists) expect(text.slice(begin, end).toLowerCase()).toBe('vermin');

    const sets = 'sets: { lamps: [storm lamp, zinc lantern] }\n';
    await draft('sought', `${document(rule('lamp', 'old ship'))}${sets}`.replace('[old ship]', '["old {lamps}"]'));
    expect(await find('Zinc  Lantern')).toEqual({ found: [], drafts: [] });
    expect(await find('Zinc Lantern ')).toEqual({ found: [], drafts: ['sought'] });
    await draft(
      'sought',
      `${document(rule('lamp', 'old zinc lantern'))}${sets}`.replace('[old zinc lantern]', '["old {lamps}"]'),
    );
    expect((await publish(['sought'], await revision())).status).toBe(200);
    expect(await find('zinc lantern')).toEqual({
      found: [
        {
          list: 'sought',
          rule: 'lamp',
          place: 'set',
          set: 'lamps',
          text: 'zinc lantern',
          begin: 0,
          end: 12,
          others: 1,
        },
      ],
      drafts: [],
    });
    for (const text of ['', ' ', 'x'.repeat(201)]) {
      expect((await call('POST', '/v1/rules:find', { text })).status).toBe(422);
    }
    await draft('sought', '');
    expect((await publish(['sought'], await revision())).status).toBe(200);
  }, 180_000);

  it('that counts repetitions knows of those that came before, and keeps what it knew', async () => {
    const when = '{ repetition: { times: 3, minutes: 60 } }';
    const counting = rule('again', 'x')
      .replace('{ phrases: [x] }', when)
      .replace('match: [We saw the x today.]', 'match: [{ text: Buy now, sameText: 3 }]')
      .replace('ignore: [Nothing of that kind.]', 'ignore: [{ text: Buy now, sameText: 2 }]');
    await draft('repeating', document(counting));
    expect((await publish(['repeating'], await revision())).json).toMatchObject({ origin: 'site' });
    const text = 'The evening ferry is the finest way home that I know.';
    expect((await judged(text)).rules).toEqual([]);
    expect((await judged(`${text.toUpperCase()}`)).rules).toEqual([]);
    const third = await judged(text.replace('finest', 'f i n e s t'));
    expect(third.rules).toEqual(['again']);
    const [kept] = await look.rows<{ facts: { counted: object } }>(
      `select d.facts from decision d join comment c on c.site = d.site and c.id = d.comment_id where c.external_id = $1`,
      [third.id],
    );
    expect(kept?.facts.counted).toMatchObject({ sameText: { 60: 3 } });
    // A text that is tried has no past: while the rule is in force, every one would ask a person.
    await draft('repeating', '');
    expect((await publish(['repeating'], await revision())).status).toBe(200);
  }, 60_000);
});

describe('A draft that is broken', () => {
  it('is kept with its faults, at their lines, and is not published', async () => {
    const before = (await call('GET', '/v1/rules')).json;
    const yaml = document(rule('sound', 'green flag'), rule('broken', '(a|')).replace(
      'effect: review',
      'efect: review',
    );
    const { draft: kept, check } = await draft('broken', yaml);
    expect(kept.yaml).toBe(yaml);
    const slip = check.faults.find(({ detail }: { detail: string }) => detail.includes('did you mean effect?'));
    expect(slip).toMatchObject({ list: 'broken', line: 5, rule: 'sound' });
    const refused = await publish(['broken'], before.revision);
    expect(refused.status).toBe(422);
    expect(refused.json).toMatchObject({ type: '/problems/faulty-rules', faults: check.faults });
    ANSWERS.Problem.parse(refused.json);
    expect((await call('POST', '/v1/rules/dry-runs', { drafts: ['broken'] })).status).toBe(422);
    expect((await call('GET', '/v1/rules')).json).toMatchObject({
      revision: before.revision,
      sha256: before.sha256,
      drafts: [{ name: 'broken' }],
    });
    expect((await call('DELETE', '/v1/rules/drafts/broken')).status).toBe(204);
    expect((await call('GET', '/v1/rules/drafts/broken')).status).toBe(404);
    expect((await publish(['broken'], before.revision)).status).toBe(404);
  }, 60_000);

  it('stands aside while a text is tried; one whose examples are not met yet is tried with', async () => {
    await draft('broken', document(rule('sound', 'green flag')).replace('effect: review', 'efect: review'));
    await draft('unmet', document(rule('early', 'yellow flag')).replace('We saw the yellow', 'We saw the red'));
    const asked = { text: 'Look, the green flag and the yellow flag!', drafts: true };
    const { status, json } = await call('POST', '/v1/rules:try', asked);
    expect(status).toBe(200);
    ANSWERS.RuleTrial.parse(json);
    expect(json.hits).toMatchObject([{ rule: 'early' }]);
    // What is published is said beside it: it has no such rule.
    const published = (await call('POST', '/v1/rules:try', { text: asked.text })).json;
    expect(published.inForce).toBeNull();
    const found = published.hits.map((hit: { rule: string }) => hit.rule);
    expect(json.inForce).toEqual({ decision: published.decision, rules: found });
    expect(found).not.toContain('early');
    expect([published.decision, json.decision]).toEqual(['approve', 'review']);
    expect(json.leftOut).toMatchObject([{ draft: 'broken', faults: [{ list: 'broken', line: 5, rule: 'sound' }] }]);
    // Two that cannot stand beside each other: the second is left out, and what it would bring.
    await draft('broken', document(rule('early', 'green flag')));
    const clash = (await call('POST', '/v1/rules:try', asked)).json;
    expect(clash.leftOut).toMatchObject([
      { faults: [{ rule: 'early', detail: expect.stringContaining('is taken in') }] },
    ]);
    expect(clash.hits).toHaveLength(1);
    for (const name of ['broken', 'unmet']) await call('DELETE', `/v1/rules/drafts/${name}`);
  }, 60_000);

  it('of 40,000 words holds nobody up while it is looked over', async () => {
    // Letters alone, so that each is a word of its own.
    const word = (n: number) => `quay${n.toString(36).replace(/\d/g, (digit) => 'ghjklmnpqr'[Number(digit)] ?? '')}x`;
    const words = Array.from({ length: 40_000 }, (_, n) => `        - ${word(n)}\n`).join('');
    const yaml = document(rule('many', 'green flag')).replace(
      '{ phrases: [green flag] }',
      `\n      phrases: [green flag]\n      words:\n${words}`,
    );
    let isDone = false;
    const checking = call('POST', '/v1/rules:check', { name: 'many', yaml }).then(({ json }) => {
      isDone = true;
      return json;
    });
    let answered = 0;
    while (!isDone) {
      await call('GET', '/v1/session');
      answered += isDone ? 0 : 1;
    }
    expect((await checking).faults).toEqual([]);
    // In one thread with it three are answered: before it, between its two readings and behind them.
    expect(answered).toBeGreaterThan(10);
  }, 60_000);

  it('of 200,000 words, one a line, is told where it became too long', async () => {
    const words = Array.from({ length: 200_000 }, (_, n) => `        - word${n}\n`).join('');
    const yaml = document(rule('long', 'green flag')).replace('{ phrases: [green flag] }', `\n      words:\n${words}`);
    expect(yaml.length).toBeGreaterThan(2_097_152);
    const { status, json } = await call('POST', '/v1/rules:check', { name: 'long', yaml });
    expect(status).toBe(200);
    expect(json.faults).toMatchObject([{ list: 'long', line: 120_001, column: expect.any(Number) }]);
    const { faults } = (await draft('long', yaml)).check;
    expect(faults).toEqual(json.faults);
    expect((await publish(['long'], await revision())).status).toBe(422);
    expect((await call('DELETE', '/v1/rules/drafts/long')).status).toBe(204);
  }, 60_000);

  it('may not switch off what nobody ships, nor take a shipped list’s name', async () => {
    const [{ name }] = (await call('GET', '/v1/rules')).json.lists;
    const off = (await call('POST', '/v1/rules:check', {
      name: 'mine',
      yaml: 'about: Switches something off.\ndisable: [no-such-rule]\n',
    })) as Awaited<ReturnType<typeof call>>;
    expect(off.json.faults).toMatchObject([{ list: 'mine', line: 2, detail: expect.stringContaining('no-such-rule') }]);
    const taken = await call('POST', '/v1/rules:check', { name, yaml: document(rule('sound', 'green flag')) });
    expect(taken.json.faults[0].detail).toContain('shipped list');
    expect((await call('PUT', '/v1/rules/drafts/..%2Fx', { yaml: '' })).status).toBe(422);
  }, 60_000);
});

describe('What no revision, draft or reason can be', () => {
  it.each([
    ['GET', '/v1/rules/revisions/99999999999', 404],
    ['GET', '/v1/rules/revisions/first', 404],
    ['GET', '/v1/rules/revisions/1e0', 404],
    ['GET', '/v1/rules/revisions/first/diff', 404],
    ['GET', '/v1/rules/revisions/1/diff?against=99999999999', 404],
    ['GET', '/v1/rules/revisions?before=99999999999', 200],
  ] as const)('is answered as such: %s %s', async (method, path, status) => {
    expect((await call(method, path)).status).toBe(status);
  });

  it('is named as it was asked for', async () => {
    const asked = await call('GET', '/v1/rules/revisions/abc/diff');
    expect(asked.json.detail).toBe('No revision has the id "abc".');
  });

  it('is refused where it could not be kept', async () => {
    const known = await revision();
    expect((await call('POST', '/v1/rules:rollback', { revision: 1, why: 'a\0b' })).status).toBe(422);
    expect((await call('POST', '/v1/rules:rollback', { revision: 1, why: 'a\u202eb' })).status).toBe(422);
    expect((await call('PUT', '/v1/rules/drafts/nul', { yaml: 'about: a\0b' })).status).toBe(422);
    const { check } = await draft('nul', 'about: "Escaped \\0 is NUL too."\n');
    expect(check.faults).toMatchObject([{ list: 'nul', detail: expect.stringContaining('NUL') }]);
    expect((await publish(['nul'], known)).status).toBe(422);
    await call('DELETE', '/v1/rules/drafts/nul');
    const { faults } = (await call('POST', '/v1/rules:check', { name: 'deep', yaml: '['.repeat(20_000) })).json;
    expect(faults).toMatchObject([{ line: 1, column: 32, detail: 'is nested too deep' }]);
    expect(await revision()).toBe(known);
  }, 60_000);
});

describe('Whoever publishes', () => {
  it('says which revision they know, or nothing is published', async () => {
    const known = await revision();
    await draft('blind', document(rule('blind', 'yellow buoy')));
    for (const body of [
      { drafts: ['blind'], why: 'A test asks for it.' },
      { drafts: ['blind'], why: 'A test asks for it.', expectedRevision: null },
      { drafts: ['blind'], why: 'A test asks for it.', expectedRevision: String(known) },
    ]) {
      const refused = await call('POST', '/v1/rules:publish', body);
      expect(refused).toMatchObject({ status: 422, json: { errors: [{ pointer: '/expectedRevision' }] } });
    }
    expect(await revision()).toBe(known);
    await call('DELETE', '/v1/rules/drafts/blind');
  }, 60_000);

  it('may say which draft they read: one that somebody has changed since is not published unseen', async () => {
    const known = await revision();
    await draft('seen', document(rule('seen', 'blue buoy')));
    const { updatedAt } = (await call('GET', '/v1/rules/drafts/seen')).json;
    await new Promise((done) => setTimeout(done, 5));
    await draft('seen', document(rule('seen', 'every buoy')));
    const changed = (await call('GET', '/v1/rules/drafts/seen')).json;
    const body = { drafts: ['seen'], why: 'A test asks for it.', expectedRevision: known };
    const asRead = (of: string) => call('POST', '/v1/rules:publish', { ...body, expectedDrafts: { seen: of } });
    const refused = await asRead(updatedAt);
    expect(refused).toMatchObject({
      status: 409,
      json: { type: '/problems/draft-changed', by: changed.author, at: changed.updatedAt },
    });
    expect(refused.json.detail).toContain('changed the draft seen');
    ANSWERS.Problem.parse(refused.json);
    expect(await revision()).toBe(known);
    const other = { ...body, expectedDrafts: { another: updatedAt } };
    const unknown = await call('POST', '/v1/rules:publish', other);
    expect(unknown).toMatchObject({ status: 422, json: { errors: [{ pointer: '/expectedDrafts' }] } });
    expect((await asRead(changed.updatedAt)).status).toBe(200);
    expect(await revision()).toBe(known + 1);
  }, 60_000);

  it('an earlier revision again may say which one they know: another one is not undone unseen', async () => {
    const known = await revision();
    const back = { revision: 1, why: 'It was too broad.', expectedRevision: known - 1 };
    const refused = await call('POST', '/v1/rules:rollback', back);
    expect(refused).toMatchObject({ status: 409, json: { type: '/problems/overtaken', currentRevision: known } });
    expect(await revision()).toBe(known);
  }, 60_000);
});

describe('Two who publish at once', () => {
  it('are told apart: one is first, the other is told whom to read', async () => {
    const known = await revision();
    await draft('left', document(rule('left', 'red buoy')));
    await draft('right', document(rule('right', 'white buoy')));
    const answers = await Promise.all([publish(['left'], known), publish(['right'], known)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const lost = answers.find(({ status }) => status === 409);
    expect(lost?.json).toMatchObject({ type: '/problems/overtaken', currentRevision: known + 1, by: 'API key' });
    ANSWERS.Problem.parse(lost?.json);
    const { drafts } = (await call('GET', '/v1/rules')).json;
    expect(drafts).toHaveLength(1);
    expect((await publish([drafts[0].name], known + 1)).status).toBe(200);
    expect((await judged('The red buoy and the white buoy are both gone.')).rules.sort()).toEqual(['left', 'right']);
  }, 60_000);
});

describe('What is undecided when rules are published', () => {
  it('is moved to them, and decided', async () => {
    const letGo = await look.hold('evaluation');
    try {
      const comment = {
        id: 'held',
        articleId: 'harbour',
        author: { id: 'mara' },
        text: 'A violet kite over the pier.',
      };
      expect((await call('POST', '/v1/comments', comment)).status).toBe(202);
      await draft('kites', document(rule('kite', 'violet kite')));
      expect((await publish(['kites'], await revision())).status).toBe(200);
      const [pinned] = await look.rows<{ same: boolean }>(
        `select r.pipeline = s.active_pipeline as same from comment_revision r
         join comment c on c.site = r.site and c.id = r.comment_id join site s on s.site = r.site
         where c.external_id = 'held'`,
      );
      expect(pinned?.same).toBe(true);
    } finally {
      await letGo();
    }
    await until('it is judged', look.idle);
    expect((await call('GET', '/v1/comments/held')).json.decision).not.toBeNull();
  }, 60_000);
});

describe('A dry run whose processes are killed in the middle', () => {
  it('goes on where it was, and counts every comment once', async () => {
    const lines = Array.from({ length: 1_500 }, (_, n) =>
      JSON.stringify({
        id: `k${n}`,
        articleId: 'harbour',
        author: { id: `k${n % 9}` },
        text: `${TEXTS[n % 3]} [${n}]`,
      }),
    );
    await callAt(one.url, 'POST', '/v1/comments:batch', lines.join('\n'), NDJSON);
    await until('all comments are judged', look.idle, 180_000);
    await draft('late', document(rule('late', 'ferry after nine')));
    const total = await look.count('select count(*) from decision where effective');
    const { id } = (await call('POST', '/v1/rules/dry-runs', { drafts: ['late'] })).json;
    await until('it has begun', async () => (await call('GET', `/v1/rules/dry-runs/${id}`)).json.done > 0);
    for (const { process: child } of [one, other]) child.kill('SIGKILL');
    await Promise.all([one.ended, other.ended]);
    const [left] = await look.rows<{ done: number; status: string }>(
      'select done::integer, status from dry_run where id = $1',
      [id],
    );
    expect(left?.status).toBe('running');
    expect(left?.done).toBeGreaterThan(0);
    expect(left?.done).toBeLessThan(total);
    one = await startServing(environment);
    other = await startServing(environment);
    const run = await finished(id, 120_000);
    expect(run).toMatchObject({ status: 'done', done: total, total });
    const changes = await changesOf(id);
    expect(changes.length).toBe(run.changes.reduce((sum: number, { count }: { count: number }) => sum + count, 0));
    expect(new Set(changes.map(({ commentId }) => commentId)).size).toBe(changes.length);
    expect(run.byRule).toMatchObject([{ rule: 'late', matched: COUNT / 3 + 500 }]);
  }, 400_000);
});

describe('Newer shipped lists', () => {
  it('wait as a draft also where nobody has published anything, and the start says so', async () => {
    const untouched = await createDatabase();
    const shipped = copyModels(join(home, 'shipped'));
    const start = () => startServing({ ...environment, DATABASE_URL: untouched.url, MODELS_DIR: shipped.folder });
    let service = await start();
    try {
      const begun = (await call('GET', '/v1/rules', undefined, service)).json;
      expect(begun).toMatchObject({ revision: 1, origin: 'shipped', drafts: [] });
      await service.stop();
      expect(service.stderr()).not.toContain('wait as a draft');
      writeFileSync(join(shipped.folder, 'rules', 'pennants.yaml'), document(rule('pennant', 'striped pennant')));
      service = await start();
      expect(service.stderr()).toContain('Newer shipped rules wait as a draft');
      const now = (await call('GET', '/v1/rules', undefined, service)).json;
      expect(now).toMatchObject({ revision: 1, sha256: begun.sha256, pipeline: begun.pipeline });
      expect(now.drafts).toMatchObject([{ name: 'shipped', origin: 'upgrade' }]);
      const { yaml } = (await call('GET', '/v1/rules/drafts/shipped', undefined, service)).json;
      expect(yaml).toContain('1 rules and sets new, 0 changed, 0 gone');
      const chosen = { drafts: ['shipped'], why: 'New from upstream.', expectedRevision: 1 };
      expect((await call('POST', '/v1/rules:publish', chosen, service)).status).toBe(200);
      await service.stop();
      service = await start();
      const after = (await call('GET', '/v1/rules', undefined, service)).json;
      expect(after).toMatchObject({ revision: 2, origin: 'site', drafts: [] });
      expect(after.lists.map(({ name }: { name: string }) => name)).toContain('pennants');
    } finally {
      await service.stop();
      await untouched.drop();
    }
  }, 180_000);

  it('wait as a draft where the site has rules of its own, and are its base once that is published', async () => {
    const before = (await call('GET', '/v1/rules')).json;
    expect(before.origin).toBe('site');
    for (const service of [one, other]) await service.stop();
    writeFileSync(join(models.folder, 'rules', 'pennants.yaml'), document(rule('pennant', 'striped pennant')));
    one = await startServing(environment);
    other = await startServing(environment);
    const offered = (await call('GET', '/v1/rules')).json;
    expect(offered).toMatchObject({ revision: before.revision, sha256: before.sha256, pipeline: before.pipeline });
    expect(offered.drafts.filter(({ origin }: { origin: string }) => origin === 'upgrade')).toMatchObject([
      { name: 'shipped', author: 'shipped' },
    ]);
    expect((await judged('They fly a striped pennant there.')).rules).toEqual([]);
    expect((await call('GET', '/v1/rules/drafts/shipped')).json.yaml).toContain('# + id: pennant');
    expect((await call('PUT', '/v1/rules/drafts/shipped', { yaml: '' })).status).toBe(422);

    expect((await publish(['shipped'], before.revision, 'New from upstream.')).status).toBe(200);
    expect((await judged('They fly a striped pennant there, too.')).rules).toEqual(['pennant']);
    expect((await judged('The red buoy is back.')).rules).toEqual(['left']);
    expect((await call('GET', '/v1/rules/lists/pennants')).json.origin).toBe('shipped');
  }, 180_000);

  it('that are broken replace nothing: the service starts and goes on with what is in force', async () => {
    const before = (await call('GET', '/v1/rules')).json;
    for (const service of [one, other]) await service.stop();
    writeFileSync(join(models.folder, 'rules', 'pennants.yaml'), 'about: [unclosed');
    one = await startServing(environment);
    other = await startServing(environment);
    expect((await call('GET', '/v1/rules')).json).toMatchObject({
      revision: before.revision,
      pipeline: before.pipeline,
    });
    expect((await judged('They fly a striped pennant here.')).rules).toEqual(['pennant']);
    expect(one.stderr()).toContain('pennants.yaml:1:');
  }, 180_000);
});

async function finished(id: string, mostMs = 60_000) {
  const read = async () => (await call('GET', `/v1/rules/dry-runs/${id}`)).json;
  await until('the dry run has ended', async () => (await read()).status !== 'running', mostMs);
  return await read();
}

async function changesOf(id: string) {
  const all: { commentId: string; text: string }[] = [];
  for (let after = ''; ; ) {
    const { items, next } = (await call('GET', `/v1/rules/dry-runs/${id}/changes?limit=50${after}`)).json;
    all.push(...items);
    if (next === null) return all;
    after = `&after=${next}`;
  }
}
