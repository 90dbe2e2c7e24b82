import type { Express } from 'express';
import { z } from 'zod';
import { IncomingArticle, IncomingComment, IncomingReport } from '../core/incoming.js';
import { LABELS } from '../core/labels.js';
import { answerSchemas } from './answers.js';
import { CommentQuery, IngestQuery } from './comments.js';
import { ChangesQuery, EventsQuery } from './events.js';
import { LongListQuery, RetryBody } from './models.js';
import { type Answer, type Header, ONCE, type Operation } from './operation.js';
import { POLICY_OPERATIONS } from './policy-operations.js';
import { ClaimBody, QueueQuery, ReleaseBody } from './queue.js';
import { RescoreBody, RescoresQuery } from './rescores.js';
import { ReviewBody, UndoBody } from './reviews.js';
import { route } from './route.js';
import { RULE_OPERATIONS } from './rule-operations.js';

const RESUME: Header = {
  name: 'Last-Event-ID',
  does: 'The number of the last event that was read; goes before `after`.',
  schema: { type: 'integer', minimum: 0 },
};

const RESCORE: Answer = { says: 'The rescoring.', form: 'Rescore' };

const OPERATIONS: readonly Operation[] = [
  {
    method: 'put',
    path: '/v1/articles/{id}',
    does: 'Keeps an article; a changed title, summary or body is a new revision.',
    body: { form: IncomingArticle },
    answers: {
      200: { says: 'Known already, or changed.', form: 'KeptArticle' },
      201: { says: 'New.', form: 'KeptArticle' },
    },
  },
  {
    method: 'get',
    path: '/v1/articles/{id}',
    does: 'An article with its counts.',
    answers: { 200: { says: 'The article.', form: 'Article' } },
  },
  {
    method: 'post',
    path: '/v1/comments',
    does: 'Takes a comment in. Idempotent by id; another text is a new revision, and an older one gets the answer of what it was; it stays under its article and its author. With an `Idempotency-Key` the same request changes nothing more for a day, and another one under the key is refused.',
    body: { form: IncomingComment },
    query: IngestQuery,
    headers: [ONCE],
    answers: {
      200: { says: 'The decision, where `wait` was given and it was there in time.', form: 'CommentAnswer' },
      202: { says: 'Accepted durably; it will be judged.', form: 'Receipt' },
    },
  },
  {
    method: 'post',
    path: '/v1/comments:batch',
    does: 'NDJSON in, NDJSON out, streamed; one bad line does not fail the rest. It may take as long as it moves: read the answers while you send, and leave no pause of two minutes. An id that comes again within 50,000 lines is refused. Not compressed. While live comments wait too long for what the policy allows, it is refused, and lines of one that is under way get status 429; `retryAfterSeconds` says when to send them again.',
    body: { form: IncomingComment, lines: true },
    answers: {
      200: { says: 'A line for each line.', form: 'BatchLine', media: 'application/x-ndjson' },
      429: {
        says: 'Overloaded; `Retry-After` says for how many seconds to wait.',
        form: 'Problem',
        media: 'application/problem+json',
      },
    },
  },
  {
    method: 'get',
    path: '/v1/comments/{id}',
    does: 'A comment with its decisions and history; `view=desk` as whoever judges it may see it while it waits.',
    query: CommentQuery,
    answers: { 200: { says: 'The comment.', form: 'Comment' } },
  },
  {
    method: 'delete',
    path: '/v1/comments/{id}',
    does: 'Forgets a comment; a tombstone stays.',
    answers: { 204: { says: 'Forgotten.' } },
  },
  {
    method: 'post',
    path: '/v1/comments/{id}/reports',
    does: 'A reader’s report; enough of them bring a comment back before a person.',
    body: { form: IncomingReport },
    headers: [ONCE],
    answers: { 201: { says: 'Kept.', form: 'ReportAnswer' } },
  },
  {
    method: 'get',
    path: '/v1/changes',
    does: 'Every change of state, in order: the CMS’s feed. 409 `ahead` where `after` is not a number of this store.',
    query: ChangesQuery,
    answers: { 200: { says: 'Changes after a number.', form: 'Changes' } },
  },
  {
    method: 'get',
    path: '/v1/queue',
    does: 'Comments that wait for a person, most urgent first.',
    query: QueueQuery,
    answers: { 200: { says: 'A page of the queue.', form: 'QueuePage' } },
  },
  {
    method: 'post',
    path: '/v1/queue/claims',
    does: 'Takes the next comments, or named ones, under a lease.',
    body: { form: ClaimBody },
    answers: { 200: { says: 'The claimed items.', form: 'Claimed' } },
  },
  {
    method: 'post',
    path: '/v1/queue/claims:release',
    does: 'Gives claimed comments back.',
    body: { form: ReleaseBody },
    answers: { 204: { says: 'Given back.' } },
  },
  {
    method: 'post',
    path: '/v1/queue:judge-anew',
    does: 'Has judged anew, by what is in force now, what waits for a person by an earlier decision of rules, policy or model alone: not claimed, reported, escalated or judged by a person, nor drawn for a check. What is approved now is published and leaves the queue; all else waits on as it does.',
    answers: { 200: { says: 'How many are judged anew.', form: 'AskedAnew' } },
  },
  {
    method: 'post',
    path: '/v1/reviews',
    does: 'A person’s verdict on a revision; it outranks every machine decision.',
    body: { form: ReviewBody },
    headers: [ONCE],
    answers: { 201: { says: 'Kept.', form: 'ReviewAnswer' } },
  },
  {
    method: 'post',
    path: '/v1/reviews/{id}/undo',
    does: 'Takes a verdict back.',
    body: { form: UndoBody, optional: true },
    headers: [ONCE],
    answers: { 200: { says: 'The comment stands and waits as before.', form: 'Undone' } },
  },
  {
    method: 'get',
    path: '/v1/events',
    does: 'Server-sent events: what entered and left the queue, progress of jobs. The first one, `hello`, says where the store stands and whether the service is overloaded; `load` says when that begins or ends.',
    query: EventsQuery,
    headers: [RESUME],
    answers: {
      200: {
        says: 'A stream; this is the `data` of each event but `hello` and `load`.',
        form: 'Event',
        media: 'text/event-stream',
      },
    },
  },
  {
    method: 'get',
    path: '/v1/rescores',
    does: 'Rescorings, newest first.',
    query: RescoresQuery,
    answers: { 200: { says: 'A page of the list.', form: 'Rescores' } },
  },
  {
    method: 'post',
    path: '/v1/rescores',
    does: 'Judges stored comments anew and reports which decisions would flip; `open` puts those before a person.',
    body: { form: RescoreBody },
    headers: [ONCE],
    answers: { 201: { says: 'Started.', form: 'Rescore' } },
  },
  {
    method: 'get',
    path: '/v1/rescores/{id}',
    does: 'A rescoring with its progress and counts of flips; `waitsFor` is `overload` while it waits because live comments come first.',
    answers: { 200: RESCORE },
  },
  { method: 'post', path: '/v1/rescores/{id}/pause', does: 'Pauses a rescoring.', answers: { 200: RESCORE } },
  { method: 'post', path: '/v1/rescores/{id}/resume', does: 'Resumes a rescoring.', answers: { 200: RESCORE } },
  {
    method: 'get',
    path: '/v1/rescores/{id}/flips',
    does: 'The decisions that would flip, worst first, as NDJSON.',
    answers: { 200: { says: 'A line for each flip.', form: 'Flip', media: 'application/x-ndjson' } },
  },
  {
    method: 'get',
    path: '/v1/models',
    does: 'The pipelines that have judged here, newest first.',
    query: LongListQuery,
    answers: { 200: { says: 'A page of the list.', form: 'Pipelines' } },
  },
  {
    method: 'get',
    path: '/v1/models/{id}',
    does: 'Resolves a pipeline to model, sha256 of its weights, rule revision, policy revision with the policy, and normaliser.',
    answers: { 200: { says: 'The pipeline.', form: 'Pipeline' } },
  },
  ...RULE_OPERATIONS,
  ...POLICY_OPERATIONS,
  {
    method: 'get',
    path: '/v1/failures',
    does: 'Work that failed for good, newest first.',
    query: LongListQuery,
    answers: { 200: { says: 'A page of the list.', form: 'Failures' } },
  },
  {
    method: 'post',
    path: '/v1/failures:retry',
    does: 'Puts failed work back on its way: one piece by its `seq`, or all.',
    body: { form: RetryBody, optional: true },
    answers: { 200: { says: 'How many.', form: 'Retried' } },
  },
  {
    method: 'get',
    path: '/v1/session',
    does: 'Where the caller is, and as whom.',
    answers: { 200: { says: 'The session.', form: 'Session' } },
  },
  {
    method: 'get',
    path: '/healthz',
    does: 'Whether the process lives.',
    answers: { 200: { says: 'It does.', form: 'Alive' } },
    open: true,
  },
  {
    method: 'get',
    path: '/readyz',
    does: 'Whether a comment can be taken in and judged; `degraded` where that is done, but not with everything in time.',
    answers: { 200: { says: 'Yes.', form: 'Readiness' }, 503: { says: 'No, and why.', form: 'Readiness' } },
    open: true,
  },
  {
    method: 'get',
    path: '/metrics',
    does: 'Figures for Prometheus.',
    answers: { 200: { says: 'Figures.', media: 'text/plain' } },
    open: true,
  },
];

/** The description of the service, OpenAPI 3.1, made from the very forms that requests are checked against. */
function openApiDocument(version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of OPERATIONS) {
    const methods = paths[operation.path] ?? {};
    paths[operation.path] = methods;
    methods[operation.method] = describe(operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'premod',
      version,
      description: `Moderates readers’ comments on the publisher’s own machines. Labels: ${LABELS.join(', ')}. Errors are application/problem+json (RFC 9457).`,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ key: [] }],
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
      responses: {
        problem: {
          description: 'What was wrong, with field, limit and size.',
          content: { 'application/problem+json': { schema: { $ref: at('Problem') } } },
        },
      },
      schemas: answerSchemas(at),
    },
    paths,
  };
}

/** Where the description keeps an answer's form. */
const at = (name: string) => `#/components/schemas/${name}`;

function describe({ path, does, body, query, headers = [], answers, open }: Operation): Record<string, unknown> {
  const ids = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const filters = query === undefined ? [] : Object.entries(schemaOf(query).properties ?? {});
  return {
    summary: does,
    ...(open === true && { security: [] }),
    parameters: [
      ...ids,
      ...filters.map(([name, schema]) => ({ name, in: 'query', required: false, schema })),
      ...headers.map(({ name, does: description, schema }) => ({
        name,
        in: 'header',
        required: false,
        description,
        schema,
      })),
    ],
    ...(body !== undefined && {
      requestBody: {
        required: body.optional !== true,
        ...(body.lines === true && { description: 'One to a line.' }),
        content: {
          [body.lines === true ? 'application/x-ndjson' : 'application/json']: { schema: schemaOf(body.form) },
        },
      },
    }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, describeAnswer(answer)])),
      '4XX': { $ref: '#/components/responses/problem' },
    },
  };
}

function describeAnswer({ says, form, media = 'application/json' }: Answer): Record<string, unknown> {
  if (form === undefined && media === 'application/json') return { description: says };
  const schema = form === undefined ? { type: 'string' } : { $ref: at(form) };
  return { description: says, content: { [media]: { schema } } };
}

function schemaOf(form: z.ZodType): { properties?: Record<string, unknown> } {
  return z.toJSONSchema(form, { io: 'input', unrepresentable: 'any' }) as { properties?: Record<string, unknown> };
}

/** Serves the description, and a page to read it that needs no script. */
export function serveDescription(app: Express, version: string): void {
  const document = openApiDocument(version);
  const page = describePage(version);
  route(app, '/openapi.json', {
    get: (_request, response) => {
      response.json(document);
    },
  });
  route(app, '/docs', {
    get: (_request, response) => {
      response.type('html').send(page);
    },
  });
}

function describePage(version: string): string {
  // A list and no table: the page may have no style, and on a telephone a table is wider than the screen.
  const entries = OPERATIONS.map(
    ({ method, path, does }) =>
      `<dt><code>${method.toUpperCase()} ${escapeHtml(path)}</code></dt><dd>${escapeHtml(does)}</dd>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>premod ${version}</title></head><body>
<h1>premod ${version}</h1><p>The whole description, for programs: <a href="/openapi.json">openapi.json</a>.</p>
<dl>${entries.join('')}</dl></body></html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('`', '');
}
