import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWERS } from '../../src/http/answers.js';
import { type Look, lookInto } from '../support/look.js';
import { drawNone, NDJSON, type Service, startService } from '../support/service.js';
import { until } from '../support/wait.js';

const COUNT = 24;
const CALL = 'We should kill all of them and burn their houses down tonight.';
const BROAD = `about: What this newsroom looks for.
rules:
  - id: ferries
    label: spam
    effect: review
    when: { words: [ferry] }
    reason: It speaks of the ferry.
    match: [We took the ferry today.]
    ignore: [Nothing of that kind.]
`;

let service: Service;
let look: Look;

beforeAll(async () => {
  service = await startService('postgres');
  await drawNone(service.url);
  look = await lookInto(service);
  await service.call('PUT', '/v1/articles/harbour', { title: 'The harbour reopens', body: 'The ferries run at six.' });
  await until('the article is embedded', look.idle);
}, 120_000);
afterAll(async () => {
  await look?.close();
  await service?.stop();
});

const call = (method: string, path: string, body?: unknown) => service.call(method, path, body);
const revision = async (): Promise<number> => (await call('GET', '/v1/rules')).json.revision;
const waiting = async (): Promise<readonly string[]> =>
  (await call('GET', '/v1/queue?limit=100')).json.items.map(({ commentId }: { commentId: string }) => commentId).sort();
const stateOf = async (id: string): Promise<string> => (await call('GET', `/v1/comments/${id}`)).json.state;
const feed = async (after: number) => (await call('GET', `/v1/changes?after=${after}&limit=1000`)).json;
const judgeAnew = async () => {
  const { status, json } = await call('POST', '/v1/queue:judge-anew');
  expect(status).toBe(200);
  const { asked } = ANSWERS.AskedAnew.parse(json);
  await until('they are judged', look.idle, 60_000);
  return asked;
};

describe('A rule that is too broad', () => {
  it('and is rolled back leaves the queue once that is judged anew, and its comments are published', async () => {
    const before = await revision();
    await call('PUT', '/v1/rules/drafts/ferries', { yaml: BROAD });
    const published = await call('POST', '/v1/rules:publish', {
      drafts: ['ferries'],
      why: 'Readers complain of the ferry.',
      expectedRevision: before,
    });
    expect(published.status).toBe(200);

    const harmless = Array.from({ length: COUNT }, (_, n) => `h${n}`);
    const comments = harmless.map((id, n) => ({
      id,
      text: `Thank you for this report, the timetable of the ferry was what I had been looking for (${n}).`,
    }));
    const all = [...comments, { id: 'call', text: `${CALL} The ferry too.` }];
    const lines = all.map((one) => JSON.stringify({ ...one, articleId: 'harbour', author: { id: `a-${one.id}` } }));
    await service.call('POST', '/v1/comments:batch', lines.join('\n'), NDJSON);
    await until('all comments are judged', look.idle, 60_000);
    expect(await waiting()).toEqual(['call', ...harmless].sort());
    // Under the rule that put them there, they stay.
    expect(await judgeAnew()).toBe(0);

    await call('POST', '/v1/rules:rollback', { revision: before, why: 'Half of all comments wait.' });
    await until('nothing is judged', look.idle);
    expect(await waiting()).toHaveLength(COUNT + 1);
    const [claimed = ''] = harmless;
    const items = (await call('GET', '/v1/queue?limit=100')).json.items;
    const { id: item } = items.find(({ commentId }: { commentId: string }) => commentId === claimed);
    expect((await call('POST', '/v1/queue/claims', { desk: 'desk', items: [item] })).status).toBe(200);

    const since = (await feed(0)).next;
    expect(await judgeAnew()).toBe(COUNT);
    expect(await waiting()).toEqual(['call', claimed].sort());
    expect(await stateOf('call')).toBe('pending');
    expect(await stateOf(claimed)).toBe('pending');
    const released = harmless.filter((id) => id !== claimed);
    for (const id of released) expect(await stateOf(id)).toBe('published');
    const { changes } = await feed(since);
    expect(changes.map(({ id, state }: { id: string; state: string }) => `${id} ${state}`).sort()).toEqual(
      released.map((id) => `${id} published`).sort(),
    );

    await call('POST', '/v1/queue/claims:release', { desk: 'desk', items: [item] });
    expect(await judgeAnew()).toBe(2);
    expect(await waiting()).toEqual(['call']);
    expect(await stateOf(claimed)).toBe('published');
  }, 180_000);
});
