import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { type Service, startService } from '../support/service.js';

let service: Service;

beforeAll(async () => {
  service = await startService('postgres');
  await service.call('PUT', '/v1/articles/harbour', { title: 'The harbour reopens' });
  await service.call('POST', '/v1/comments?wait=20000', {
    id: 'known',
    articleId: 'harbour',
    author: { id: 'mara' },
    text: 'Thank you for this report.',
  });
});
afterAll(() => service?.stop());

const NUL = '%00';
const LONG = 'x'.repeat(300);
const article = { title: 'The harbour reopens' };
const review = { commentId: 'known', revision: 1, action: 'approve' };
const cursor = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');

/** What PostgreSQL, JSON or arithmetic could trip over: each must be refused in words, by 4xx. */
const CALLS: readonly (readonly [method: string, path: string, body?: unknown, headers?: Record<string, string>])[] = [
  ['GET', `/v1/comments/${NUL}`],
  ['GET', '/v1/comments/%ff'],
  ['GET', '/v1/comments/%'],
  ['GET', `/v1/comments/${LONG}`],
  ['DELETE', `/v1/comments/${NUL}`],
  ['POST', `/v1/comments/${NUL}/reports`, { reason: 'abuse', reporter: 'a' }],
  ['GET', `/v1/articles/${NUL}`],
  ['PUT', `/v1/articles/${NUL}`, article],
  ['PUT', `/v1/articles/${LONG}`, article],
  ['PUT', `/v1/articles/${'%C3%A4'.repeat(128)}`, article],
  ['GET', `/v1/models/${NUL}`],
  ['GET', `/v1/rescores/${NUL}`],
  ['GET', '/v1/rescores/99999999999999999999999'],
  ['POST', `/v1/rescores/${NUL}/pause`],
  ['POST', '/v1/rescores/99999999999999999999999/resume'],
  ['GET', `/v1/rescores/${NUL}/flips`],
  ['POST', '/v1/rescores', { section: 'a\u0000b' }],
  ['POST', '/v1/rescores', { section: 'cut \ud83d' }],
  ['POST', '/v1/rescores', { artefact: '../rules' }],
  ['POST', '/v1/rescores', { from: '2026-02-30T12:00:00Z' }],
  ['POST', '/v1/rescores', { from: '2026-03-01' }],
  ['POST', '/v1/rescores', { from: '0000-01-01T00:00:00Z' }],
  ['POST', '/v1/rescores', { to: '9999-12-31T23:59:59-01:00' }],
  ['GET', `/v1/queue?article=${NUL}`],
  ['GET', '/v1/queue?list=everything'],
  ['GET', '/v1/queue?limit=0'],
  ['GET', '/v1/queue?limit=20&limit=30'],
  ['GET', '/v1/queue?cursor=nonsense'],
  ['GET', `/v1/queue?cursor=${cursor([1, 1.5])}`],
  ['GET', `/v1/queue?cursor=${cursor([1, 1e300])}`],
  ['GET', `/v1/queue?cursor=${cursor([null, 1])}`],
  ['GET', '/v1/queue?colour=red'],
  ['POST', '/v1/queue/claims', { desk: 'a\u0000b' }],
  ['POST', '/v1/queue/claims', { desk: 'a', items: ['99999999999999999'] }],
  ['POST', '/v1/queue/claims', { desk: 'a', items: ['999999999999999'] }],
  ['POST', '/v1/queue/claims', { desk: 'a', article: 'a\u0000b' }],
  ['POST', '/v1/queue/claims', { desk: 'a', count: 1, items: ['1'] }],
  ['POST', '/v1/queue/claims', { desk: 'a', skip: ['x'] }],
  ['POST', '/v1/queue/claims:release', { desk: 'a\u0000b', items: [] }],
  ['POST', '/v1/reviews', { ...review, commentId: 'a\u0000b' }],
  ['POST', '/v1/reviews', { ...review, commentId: 'cut \ud83d' }],
  ['POST', '/v1/reviews', { ...review, desk: 'a\u0000b' }],
  ['POST', '/v1/reviews', { ...review, revision: 4_294_967_296 }],
  ['POST', '/v1/reviews', { ...review, revision: 9_007_199_254_740_991 }],
  ['POST', '/v1/reviews', { ...review, note: 'a\u0000b' }],
  ['POST', '/v1/reviews', { ...review, note: 'x'.repeat(8_193) }],
  ['POST', '/v1/reviews', { ...review, action: 'reject' }],
  ['POST', '/v1/reviews', { ...review, action: 'reject', note: ' ' }],
  ['POST', '/v1/reviews', { ...review, action: 'escalate' }],
  ['POST', '/v1/reviews', review, { 'Idempotency-Key': 'x'.repeat(256) }],
  ['POST', `/v1/reviews/${NUL}/undo`],
  ['POST', '/v1/reviews/99999999999999999999999/undo'],
  ['POST', '/v1/reviews/1/undo', '[]'],
  ['GET', '/v1/changes?after=-1'],
  ['GET', '/v1/changes?after=1.5'],
  ['GET', '/v1/changes?after=99999999999999999999999'],
  ['GET', '/v1/events?after=nonsense'],
  ['GET', '/v1/events', undefined, { 'Last-Event-ID': 'nonsense' }],
  ['GET', '/v1/events', undefined, { 'Last-Event-ID': '-1' }],
  ['POST', '/v1/failures:retry', { seq: 1.5 }],
  ['POST', '/v1/comments?wait=soon', {}],
  ['POST', '/v1/comments?wait=30001', {}],
  ['POST', '/v1/comments:batch?mode=nonsense', ''],
];

describe('What comes in a path, a query, a header or a body', () => {
  test.for(CALLS)('%s %s is refused by a problem, never by a failure', async ([method, path, body, headers]) => {
    const answer = await service.call(method, path, body, headers);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.json).toMatchObject({ status: answer.status, detail: expect.any(String) });
  });

  it('leaves nothing behind', async () => {
    expect((await service.call('GET', '/v1/rescores')).json.rescores).toEqual([]);
    expect((await service.call('GET', '/v1/comments/known')).json).toMatchObject({ state: 'published', verdict: null });
  });

  it('may be anything else: ids are opaque', async () => {
    for (const id of ['ä/ö?#', '../..', 'a b', '🙂', "'; drop table comment; --", '%2F', 'x'.repeat(255)]) {
      const path = `/v1/articles/${encodeURIComponent(id)}`;
      expect((await service.call('PUT', path, article)).json).toMatchObject({ id, revision: 1 });
      expect((await service.call('GET', path)).json).toMatchObject({ id, title: article.title });
    }
  });
});
