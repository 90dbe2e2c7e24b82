import type { Express } from 'express';
import { z } from 'zod';
import { IncomingArticle, IncomingComment, IncomingReport } from '../core/incoming.js';
import { LABELS } from '../core/labels.js';
import { IngestQuery } from './comments.js';
import { ChangesQuery } from './events.js';
import { ClaimBody, QueueQuery, ReleaseBody } from './queue.js';
import { RescoreBody } from './rescores.js';
import { ReviewBody } from './reviews.js';
import { route } from './route.js';

type Operation = {
  readonly method: 'get' | 'put' | 'post' | 'delete';
  readonly path: string;
  readonly does: string;
  readonly body?: z.ZodType;
  readonly query?: z.ZodObject;
  /** Statuses other than the problems that any call can meet. */
  readonly answers: Readonly<Record<number, string>>;
  readonly open?: boolean;
};

const OPERATIONS: readonly Operation[] = [
  {
    method: 'put',
    path: '/v1/articles/{id}',
    does: 'Keeps an article; a changed title, summary or body is a new revision.',
    body: IncomingArticle,
    answers: { 200: 'Known already, or changed.', 201: 'New.' },
  },
  { method: 'get', path: '/v1/articles/{id}', does: 'An article with its counts.', answers: { 200: 'The article.' } },
  {
    method: 'post',
    path: '/v1/comments',
    does: 'Takes a comment in. Idempotent by id; another text is a new revision, and an older one gets the answer of what it was. With an `Idempotency-Key` the same request changes nothing more for a day, and another one under the key is refused.',
    body: IncomingComment,
    query: IngestQuery,
    answers: {
      200: 'The decision, where `wait` was given and it was there in time.',
      202: 'Accepted durably; it will be judged.',
    },
  },
  {
    method: 'post',
    path: '/v1/comments:batch',
    does: 'NDJSON in, NDJSON out, streamed; one bad line does not fail the rest. It may take as long as it moves: read the answers while you send, and leave no pause of two minutes. An id that comes again within 50,000 lines is refused. Not compressed.',
    answers: { 200: 'A line for each line.' },
  },
  {
    method: 'get',
    path: '/v1/comments/{id}',
    does: 'A comment with its decisions and history.',
    answers: { 200: 'The comment.' },
  },
  {
    method: 'delete',
    path: '/v1/comments/{id}',
    does: 'Forgets a comment; a tombstone stays.',
    answers: { 204: 'Forgotten.' },
  },
  {
    method: 'post',
    path: '/v1/comments/{id}/reports',
    does: 'A reader’s report; enough of them bring a comment back before a person.',
    body: IncomingReport,
    answers: { 201: 'Kept.' },
  },
  {
    method: 'get',
    path: '/v1/changes',
    does: 'Every change of state, in order: the CMS’s feed.',
    query: ChangesQuery,
    answers: { 200: 'Changes after a number.' },
  },
  {
    method: 'get',
    path: '/v1/queue',
    does: 'Comments that wait for a person, most urgent first.',
    query: QueueQuery,
    answers: { 200: 'A page of the queue.' },
  },
  {
    method: 'post',
    path: '/v1/queue/claims',
    does: 'Takes the next comments, or named ones, under a lease.',
    body: ClaimBody,
    answers: { 200: 'The claimed items.' },
  },
  {
    method: 'post',
    path: '/v1/queue/claims:release',
    does: 'Gives claimed comments back.',
    body: ReleaseBody,
    answers: { 204: 'Given back.' },
  },
  {
    method: 'post',
    path: '/v1/reviews',
    does: 'A person’s verdict on a revision; it outranks every machine decision.',
    body: ReviewBody,
    answers: { 201: 'Kept.' },
  },
  {
    method: 'post',
    path: '/v1/reviews/{id}/undo',
    does: 'Takes a verdict back.',
    answers: { 200: 'The comment stands and waits as before.' },
  },
  {
    method: 'get',
    path: '/v1/events',
    does: 'Server-sent events: what entered and left the queue, progress of jobs. Resumes after `Last-Event-ID`.',
    answers: { 200: 'A stream of events.' },
  },
  { method: 'get', path: '/v1/rescores', does: 'Rescorings, newest first.', answers: { 200: 'A list.' } },
  {
    method: 'post',
    path: '/v1/rescores',
    does: 'Judges stored comments anew and reports which decisions would flip; `open` puts those before a person.',
    body: RescoreBody,
    answers: { 201: 'Started.' },
  },
  {
    method: 'get',
    path: '/v1/rescores/{id}',
    does: 'A rescoring with its progress and counts of flips.',
    answers: { 200: 'The rescoring.' },
  },
  { method: 'post', path: '/v1/rescores/{id}/pause', does: 'Pauses a rescoring.', answers: { 200: 'The rescoring.' } },
  {
    method: 'post',
    path: '/v1/rescores/{id}/resume',
    does: 'Resumes a rescoring.',
    answers: { 200: 'The rescoring.' },
  },
  {
    method: 'get',
    path: '/v1/rescores/{id}/flips',
    does: 'The decisions that would flip, worst first, as NDJSON.',
    answers: { 200: 'A line for each flip.' },
  },
  { method: 'get', path: '/v1/models', does: 'The pipelines that have judged here.', answers: { 200: 'A list.' } },
  {
    method: 'get',
    path: '/v1/models/{id}',
    does: 'Resolves a pipeline to model, sha256 of its weights, rule revision, policy revision, normaliser, and its policy.',
    answers: { 200: 'The pipeline.' },
  },
  { method: 'get', path: '/v1/rules', does: 'The rule lists in force.', answers: { 200: 'The revision in force.' } },
  { method: 'get', path: '/v1/policies', does: 'The policy in force.', answers: { 200: 'The revision in force.' } },
  { method: 'get', path: '/v1/failures', does: 'Work that failed for good.', answers: { 200: 'A list.' } },
  {
    method: 'post',
    path: '/v1/failures:retry',
    does: 'Puts failed work back on its way.',
    answers: { 200: 'How many.' },
  },
  { method: 'get', path: '/v1/session', does: 'Where the caller is, and as whom.', answers: { 200: 'The session.' } },
  { method: 'get', path: '/healthz', does: 'Whether the process lives.', answers: { 200: 'It does.' }, open: true },
  {
    method: 'get',
    path: '/readyz',
    does: 'Whether a comment can be taken in and judged.',
    answers: { 200: 'Yes.', 503: 'No, and why.' },
    open: true,
  },
  { method: 'get', path: '/metrics', does: 'Figures for Prometheus.', answers: { 200: 'Figures.' }, open: true },
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
          content: {
            'application/problem+json': {
              schema: {
                type: 'object',
                required: ['type', 'title', 'status', 'instance'],
                properties: {
                  type: { type: 'string' },
                  title: { type: 'string' },
                  status: { type: 'integer' },
                  detail: { type: 'string' },
                  instance: { type: 'string' },
                  errors: {
                    type: 'array',
                    items: {
                      type: 'object',
                      properties: {
                        pointer: { type: 'string' },
                        detail: { type: 'string' },
                        limit: { type: 'integer' },
                        size: { type: 'integer' },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
    paths,
  };
}

function describe({ path, does, body, query, answers, open }: Operation): Record<string, unknown> {
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const filters = query === undefined ? [] : Object.entries(schemaOf(query).properties ?? {});
  return {
    summary: does,
    ...(open === true && { security: [] }),
    parameters: [...parameters, ...filters.map(([name, schema]) => ({ name, in: 'query', required: false, schema }))],
    ...(body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body) } } },
    }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, description]) => [status, { description }])),
      '4XX': { $ref: '#/components/responses/problem' },
    },
  };
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
  const rows = OPERATIONS.map(
    ({ method, path, does }) =>
      `<tr><td><code>${method.toUpperCase()}</code></td><td><code>${escapeHtml(path)}</code></td><td>${escapeHtml(does)}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>premod ${version}</title></head><body>
<h1>premod ${version}</h1><p>The whole description, for programs: <a href="/openapi.json">openapi.json</a>.</p>
<table><thead><tr><th>Method</th><th>Path</th><th>Does</th></tr></thead><tbody>${rows.join('')}</tbody></table></body></html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('`', '');
}
