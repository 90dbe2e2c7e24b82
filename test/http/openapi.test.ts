import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { ANSWERS, type AnswerName } from '../../src/http/answers.js';
import { createApp, type HttpDeps } from '../../src/http/app.js';
import { readEventStream } from '../support/event-stream.js';
import { type Look, lookInto } from '../support/look.js';
import { type Answer, type Service, startService } from '../support/service.js';
import { until } from '../support/wait.js';

let service: Service;
let look: Look;
// biome-ignore lint/suspicious/noExplicitAny: a document is looked at by matching its shape
let document: any;
/** Operations whose answers were held against their forms, each as `get /v1/queue 200`. */
const met = new Set<string>();

beforeAll(async () => {
  service = await startService('postgres');
  look = await lookInto(service);
  document = (await service.call('GET', '/openapi.json')).json;
});
afterAll(async () => {
  await look?.close();
  await service?.stop();
});

/** Calls as a client does, and holds the answer against the form that the description promises for it. */
async function call(method: string, template: string, body?: unknown, id = '', query = ''): Promise<Answer> {
  const path = template.replace(/\{\w+\}/, encodeURIComponent(id)) + query;
  const ndjson = { 'Content-Type': 'application/x-ndjson' };
  const answer = await service.call(method, path, body, typeof body === 'string' ? ndjson : {});
  const described = document.paths[template][method.toLowerCase()].responses[answer.status];
  expect(described, `${method} ${path} is answered ${answer.status}: ${answer.text}`).toBeDefined();
  met.add(`${method.toLowerCase()} ${template} ${answer.status}`);
  const [media, { schema } = { schema: {} }] = Object.entries<{ schema: { $ref?: string } }>(
    described.content ?? {},
  )[0] ?? ['', undefined];
  if (media === '') expect(answer.text).toBe('');
  else expect(answer.headers.get('content-type')).toContain(media);
  const name = schema.$ref?.split('/').at(-1) as AnswerName | undefined;
  if (name === undefined) return answer;
  const form: z.ZodType = ANSWERS[name];
  const values =
    media === 'application/x-ndjson'
      ? answer.text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [answer.json];
  // Strict: what is sent beyond the description is found too.
  for (const value of values) form.parse(value);
  return answer;
}

const HARMLESS = 'Thank you for this report, the timetable was what I had been looking for.';
const CALL = 'We should kill all of them and burn their houses down tonight.';

const KITES = `about: Kites over the pier.
rules:
  - id: kite
    label: spam
    effect: review
    when: { phrases: [burn their houses] }
    reason: It speaks of houses.
    match: [They burn their houses.]
    ignore: [They paint their houses.]
`;

/** A rule's way through every operation that rules have. */
async function callRules(): Promise<void> {
  const { revision } = (await call('GET', '/v1/rules')).json;
  const yaml = KITES;
  await call('PUT', '/v1/rules/drafts/{name}', { yaml }, 'kites');
  await call('GET', '/v1/rules/drafts/{name}', undefined, 'kites');
  await call('POST', '/v1/rules:check', { name: 'kites', yaml: yaml.replace('effect', 'efect') });
  await call('POST', '/v1/rules:find', { text: 'kites' });
  await call('POST', '/v1/rules:try', { text: CALL, author: { trusted: false }, drafts: true });
  const { id } = (await call('POST', '/v1/rules/dry-runs', { drafts: ['kites'] })).json;
  const done = async () => (await call('GET', '/v1/rules/dry-runs/{id}', undefined, id)).json.status === 'done';
  await until('the dry run is done', done);
  await call('GET', '/v1/rules/dry-runs/{id}/changes', undefined, id);
  await call('POST', '/v1/rules:publish', { drafts: ['kites'], why: 'A test.', expectedRevision: revision });
  await call('GET', '/v1/rules/lists/{name}', undefined, 'kites');
  await call('GET', '/v1/rules/revisions', undefined, '', '?limit=1');
  const newest = String(revision + 1);
  await call('GET', '/v1/rules/revisions/{revision}', undefined, newest);
  await call('GET', '/v1/rules/revisions/{revision}/diff', undefined, newest);
  await call('POST', '/v1/rules:rollback', { revision, why: 'A test.' });
  await call('PUT', '/v1/rules/drafts/{name}', { yaml: '' }, 'kites');
  await call('DELETE', '/v1/rules/drafts/{name}', undefined, 'kites');
}

describe('The description', () => {
  it('has every path and method that is served, and no other', () => {
    const app = createApp({} as HttpDeps, { access: { kind: 'open' }, pages: '/nowhere', version: '0' });
    type Layer = { readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> } };
    const served = (app.router.stack as unknown as readonly Layer[]).flatMap(({ route }) => {
      // As route.ts writes it: ':' begins a parameter, '\\:' is itself.
      const path = route?.path.replace(/(\\?):(\w+)/g, (_, itself, name) => (itself === '' ? `{${name}}` : `:${name}`));
      return Object.keys(route?.methods ?? {}).flatMap((method) => (method === '_all' ? [] : [`${method} ${path}`]));
    });
    const described = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    const about = ['get /openapi.json', 'get /docs'];
    expect(served.filter((name) => !about.includes(name)).sort()).toEqual(described.sort());
  });

  it('gives every answer that has a body its form, and every form that is named is there', () => {
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      expect(document.components.schemas).toHaveProperty(name ?? '');
    }
    for (const [path, methods] of Object.entries<object>(document.paths)) {
      for (const [method, { responses }] of Object.entries<{ responses: Record<string, object> }>(methods as never)) {
        for (const [status, response] of Object.entries(responses)) {
          if (status !== '204' && status !== '4XX')
            expect(response, `${method} ${path} ${status}`).toHaveProperty('content');
        }
      }
    }
  });

  it('names bodies, headers and filters', () => {
    const { paths } = document;
    const named = (path: string, method: string) =>
      paths[path][method].parameters.map(({ name }: { name: string }) => name);
    expect(paths['/v1/comments:batch'].post.requestBody.content).toHaveProperty('application/x-ndjson');
    expect(paths['/v1/reviews/{id}/undo'].post.requestBody).toMatchObject({ required: false });
    expect(paths['/v1/failures:retry'].post.requestBody).toMatchObject({ required: false });
    expect(named('/v1/events', 'get')).toEqual(['after', 'Last-Event-ID']);
    expect(named('/v1/rescores', 'get')).toEqual(['limit', 'cursor']);
    // Left out, the stream begins at now and not at the beginning.
    expect(paths['/v1/events'].get.parameters[0].schema).not.toHaveProperty('default');
    for (const path of [
      '/v1/comments',
      '/v1/reviews',
      '/v1/rescores',
      '/v1/comments/{id}/reports',
      '/v1/reviews/{id}/undo',
    ]) {
      expect(named(path, 'post')).toContain('Idempotency-Key');
    }
  });

  it('is what the service answers', async () => {
    await call(
      'PUT',
      '/v1/articles/{id}',
      { title: 'The harbour reopens', body: 'At six.', section: 'local' },
      'harbour',
    );
    await call('PUT', '/v1/articles/{id}', { title: 'The harbour reopens', body: 'At seven.' }, 'harbour');
    await until('the article is embedded', look.idle);
    const comment = (id: string, text: string, more = {}) => ({
      id,
      articleId: 'harbour',
      author: { id: 'mara', name: 'Mara' },
      text,
      ...more,
    });
    await call('POST', '/v1/comments', comment('now', HARMLESS), '', '?wait=30000');
    await call('POST', '/v1/comments', comment('later', CALL, { parentId: 'now' }));
    await call(
      'POST',
      '/v1/comments:batch',
      `${JSON.stringify(comment('many', CALL))}\n{"id":\n${JSON.stringify(comment('bad', ''))}`,
    );
    await until('all is judged', look.idle, 60_000);
    for (const reporter of ['a', 'b', 'c'])
      await call('POST', '/v1/comments/{id}/reports', { reason: 'abuse', reporter }, 'now');
    const { items } = (await call('GET', '/v1/queue')).json;
    expect(items.length).toBe(3);
    const claimed = (await call('POST', '/v1/queue/claims', { desk: 'one', count: 2 })).json.items;
    await call('POST', '/v1/queue/claims:release', { desk: 'one', items: [claimed[1].id] });
    const review = {
      commentId: claimed[0].commentId,
      revision: 1,
      action: 'reject',
      label: 'incitement',
      note: 'A call.',
      desk: 'one',
    };
    const { id } = (await call('POST', '/v1/reviews', review)).json;
    await call('POST', '/v1/reviews/{id}/undo', undefined, id);
    await call('GET', '/v1/comments/{id}', undefined, 'later');
    await call('GET', '/v1/comments/{id}', undefined, 'now');
    await call('GET', '/v1/articles/{id}', undefined, 'harbour');
    await look.rows(
      `insert into outbox (site, kind, subject, revision, pipeline, lane, failed_at, failure)
       values (1, 'embed-article', 1000, 1, 1, 'bulk', now(), 'A test.')`,
    );
    await call('GET', '/v1/failures');
    await call('POST', '/v1/failures:retry', { seq: 0 });
    await call('POST', '/v1/queue:judge-anew');
    await look.rows('delete from outbox where failed_at is not null');

    const started = (await call('POST', '/v1/rescores', {})).json;
    await until(
      'it is done',
      async () => (await call('GET', '/v1/rescores/{id}', undefined, started.id)).json.status === 'done',
      60_000,
    );
    await look.rows(`update rescore set status = 'running' where id = $1`, [started.id]);
    await call('POST', '/v1/rescores/{id}/pause', undefined, started.id);
    await call('POST', '/v1/rescores/{id}/resume', undefined, started.id);
    await look.rows(
      `insert into rescore_flip (site, rescore_id, comment_id, revision, from_outcome, to_outcome, label, severity, change, has_verdict)
       select site, $1, id, revision, 'review', 'approve', null, 0.5, 0.1, false from comment limit 1`,
      [started.id],
    );
    await call('GET', '/v1/rescores/{id}/flips', undefined, started.id);
    await call('GET', '/v1/rescores');

    const { active } = (await call('GET', '/v1/models')).json;
    await call('GET', '/v1/models/{id}', undefined, active);
    await callRules();
    for (const path of ['/v1/policies', '/v1/session', '/healthz', '/readyz', '/metrics', '/v1/changes'])
      await call('GET', path);
    const { yaml, revision } = (await call('GET', '/v1/policies')).json;
    const another = yaml.replace('agree: 0.2', 'agree: 0.3');
    await call('PUT', '/v1/policies/draft', { yaml: another });
    await call('GET', '/v1/policies/draft');
    await call('POST', '/v1/policies:check', { yaml: 'defaults: {}' });
    await call('PUT', '/v1/policies/draft', { yaml: yaml.replace(/review: [\d.]+/, 'review: 0') });
    const run = (await call('POST', '/v1/policies/dry-runs', {})).json;
    const ended = async () =>
      (await call('GET', '/v1/policies/dry-runs/{id}', undefined, run.id)).json.status === 'done';
    await until('the dry run is done', ended);
    const changes = (await call('GET', '/v1/policies/dry-runs/{id}/changes', undefined, run.id)).json.items;
    expect(changes.length).toBeGreaterThan(0);
    await call('PUT', '/v1/policies/draft', { yaml: another });
    await call('POST', '/v1/policies:publish', { why: 'A test.', expectedRevision: revision });
    await call('POST', '/v1/policies:rollback', { revision, why: 'A test.' });
    await call('GET', '/v1/policies/revisions');
    await call('GET', '/v1/policies/revisions/{revision}', undefined, '1');
    await call('GET', '/v1/policies/revisions/{revision}/diff', undefined, '2');
    await call('PUT', '/v1/policies/draft', { yaml: another });
    await call('DELETE', '/v1/policies/draft');
    await call('GET', '/v1/policies/thresholds', undefined, '', '?label=hate');
    await call('GET', '/v1/policies/scores', undefined, '', '?label=hate');
    await call('GET', '/v1/policies/audit');
    await call('DELETE', '/v1/comments/{id}', undefined, 'later');

    const stream = await readEventStream(service.url, { lastEventId: 0 });
    await until('events come', () => stream.frames.length > 10);
    stream.close();
    const [hello, ...events] = stream.frames.filter(({ event }) => event !== null);
    ANSWERS.Hello.parse(hello?.data);
    for (const { data } of events) ANSWERS.Event.parse(data);
    met.add('get /v1/events 200');
    const problem = await service.call('GET', '/v1/queue?limit=1000');
    ANSWERS.Problem.parse(problem.json);

    const promised = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
      Object.entries<{ responses: object }>(methods as never).flatMap(([method, { responses }]) =>
        Object.keys(responses)
          .filter((status) => status !== '4XX')
          .map((status) => `${method} ${path} ${status}`),
      ),
    );
    // What needs a part away, or too much load: readiness.test.ts, overload.test.ts.
    expect(promised.filter((one) => !met.has(one))).toEqual(['post /v1/comments:batch 429', 'get /readyz 503']);
  }, 240_000);
});
