import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { KEY, type Service, startService } from '../support/service.js';

let service: Service;

beforeAll(async () => {
  service = await startService('postgres');
  await service.call('PUT', '/v1/articles/harbour', { title: 'The harbour reopens' });
  await service.call('PUT', '/v1/articles/library', { title: 'The library closes early' });
  await service.call('POST', '/v1/comments', comment({ id: 'elsewhere', articleId: 'library' }));
  await service.call('POST', '/v1/comments', comment({ id: 'ring-1', parentId: 'ring-2' }));
});
afterAll(() => service?.stop());

function comment(change: Record<string, unknown> = {}): Record<string, unknown> {
  return { id: 'bad', articleId: 'harbour', author: { id: 'mara' }, text: 'At last the ferries run again.', ...change };
}

function nested(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`;
}

const json = JSON.stringify;

/** What is sent, the status that answers it, and what the problem must point at. */
const BAD: readonly (readonly [what: string, body: string | Uint8Array, status: number, pointer: string | null])[] = [
  ['nothing', '', 400, null],
  ['half of a JSON text', '{"id":"bad","text":', 400, null],
  ['bytes that are not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 400, null],
  ['a list', '[]', 422, ''],
  ['null', 'null', 422, ''],
  ['JSON 50,000 deep', nested(50_000), 422, ''],
  ['an author 50,000 deep', `{"id":"bad","articleId":"harbour","text":"x","author":${nested(50_000)}}`, 422, '/author'],
  ['a number as the text', json(comment({ text: 7 })), 422, '/text'],
  ['no author', json(comment({ author: undefined })), 422, '/author'],
  ['an unknown field', json(comment({ colour: 'red' })), 422, '/colour'],
  ['an unknown field of the author', json(comment({ author: { id: 'mara', shoe: 43 } })), 422, '/author/shoe'],
  ['an empty text', json(comment({ text: '' })), 422, '/text'],
  [
    'an unpaired surrogate',
    '{"id":"bad","articleId":"harbour","author":{"id":"a"},"text":"cut \\ud83d"}',
    422,
    '/text',
  ],
  ['NUL in the text', json(comment({ text: 'a\u0000b' })), 422, '/text'],
  ['NUL in the id', json(comment({ id: 'a\u0000b' })), 422, '/id'],
  ['an id of 256 bytes', json(comment({ id: 'ä'.repeat(128) })), 422, '/id'],
  ['100,000 combining marks', json(comment({ text: `a${'\u0301'.repeat(100_000)}` })), 422, '/text'],
  ['an unknown article', json(comment({ articleId: 'nowhere' })), 422, '/articleId'],
  ['a parent from another article', json(comment({ parentId: 'elsewhere' })), 422, '/parentId'],
  ['itself as parent', json(comment({ parentId: 'bad' })), 422, '/parentId'],
  ['a ring of parents', json(comment({ id: 'ring-2', parentId: 'ring-1' })), 422, '/parentId'],
  ['a clock in the future', json(comment({ createdAt: '2999-01-01T00:00:00Z' })), 422, '/createdAt'],
  ['a time without a zone', json(comment({ createdAt: '2026-01-01T00:00:00' })), 422, '/createdAt'],
  ['a time in the year 0', json(comment({ createdAt: '0000-01-01T00:00:00Z' })), 422, '/createdAt'],
  ['an edit in the year 0', json(comment({ editedAt: '0000-01-01T00:00:00Z' })), 422, '/editedAt'],
  [
    'an inline article without a title',
    json(comment({ articleId: 'new', article: { body: 'x' } })),
    422,
    '/article/title',
  ],
];

describe('A comment sent as', () => {
  test.for(BAD)('%s is a problem that names the field', async ([, body, status, pointer]) => {
    const answer = await service.call('POST', '/v1/comments', body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.json).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
    if (pointer !== null)
      expect(answer.json.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  it('20,481 bytes names the limit and the size', async () => {
    const answer = await service.call('POST', '/v1/comments', comment({ text: 'x'.repeat(20_481) }));
    expect(answer).toMatchObject({
      status: 422,
      json: { errors: [{ pointer: '/text', limit: 20_480, size: 20_481 }] },
    });
    expect((await service.call('POST', '/v1/comments', comment({ id: 'full', text: 'x'.repeat(20_480) }))).status).toBe(
      202,
    );
  });

  test.for([
    ['an empty text', '', comment({ text: '' }), { pointer: '/text', limit: 1, size: 0 }],
    ['an empty id', '', comment({ id: '' }), { pointer: '/id', limit: 1, size: 0 }],
    ['99,999 ms to wait', '?wait=99999', comment(), { pointer: '/wait', limit: 30_000, size: 99_999 }],
    ['-1 ms to wait', '?wait=-1', comment(), { pointer: '/wait', limit: 0, size: -1 }],
    ['a version of 1e17', '', comment({ version: 1e17 }), { pointer: '/version', limit: 2 ** 53 - 1, size: 1e17 }],
  ] as const)('%s names field, limit and size', async ([, query, body, issue]) => {
    const answer = await service.call('POST', `/v1/comments${query}`, body);
    expect(answer).toMatchObject({ status: 422, json: { errors: [issue] } });
  });

  it('more than 2 MiB is too large, and says so', async () => {
    const answer = await service.call('POST', '/v1/comments', comment({ text: 'x'.repeat(2_100_000) }));
    expect(answer).toMatchObject({
      status: 413,
      json: { type: '/problems/too-large', errors: [{ limit: 2_097_152 }] },
    });
    expect(answer.json.errors[0].size).toBeGreaterThan(2_100_000);
  });

  it('a time with an offset or a fraction that PostgreSQL does not read is kept as the instant it names', async () => {
    const createdAt = '2026-03-01T12:00:00+23:00';
    const editedAt = `2026-03-01T12:00:00.${'4'.repeat(300)}Z`;
    const author = { id: 'mara', createdAt };
    expect(
      (await service.call('POST', '/v1/comments', comment({ id: 'times', createdAt, editedAt, author }))).status,
    ).toBe(202);
    expect((await service.call('GET', '/v1/comments/times')).json).toMatchObject({
      createdAt: '2026-02-28T13:00:00.000Z',
      author: { createdAt: '2026-02-28T13:00:00.000Z' },
    });
  });

  it('an unknown compression is refused by its name', async () => {
    const answer = await service.call('POST', '/v1/comments', json(comment()), { 'Content-Encoding': 'zip' });
    expect(answer).toMatchObject({ status: 415, json: { type: '/problems/unsupported-encoding' } });
    expect(answer.headers.get('accept-encoding')).toBe('gzip, deflate, br');
    const packed = gzipSync(json(comment({ id: 'packed-alone' })));
    expect((await service.call('POST', '/v1/comments', packed, { 'Content-Encoding': 'gzip' })).status).toBe(202);
  });

  it('a form is refused by its type', async () => {
    const answer = await service.call('POST', '/v1/comments', 'id=1', {
      'Content-Type': 'application/x-www-form-urlencoded',
    });
    expect(answer).toMatchObject({
      status: 415,
      json: {
        type: '/problems/unsupported-type',
        detail: 'A body of this Content-Type is not read here; it must be application/json.',
      },
    });
    expect(answer.headers.get('accept')).toBe('application/json');
  });

  it('none of these left anything behind', async () => {
    expect((await service.call('GET', '/v1/comments/bad')).status).toBe(404);
    expect((await service.call('GET', '/v1/articles/new')).status).toBe(404);
  });
});

describe('A request', () => {
  test.for([
    ['GET', '/v1/nothing', 404],
    ['GET', '/nothing', 404],
    ['PATCH', '/v1/comments', 405],
    ['GET', '/v1/comments:batch', 405],
    ['POST', '/v1/commentsXYZ', 404],
    ['DELETE', '/v1/queue', 405],
    ['GET', '/assets/missing.js', 404],
    ['GET', '/assets/', 404],
    ['GET', '/assets/%00', 404],
    ['GET', '/assets/..%2f..%2fpackage.json', 404],
    ['POST', '/assets/missing.js', 405],
    ['POST', '/', 405],
    ['POST', '/queue', 405],
    ['PUT', '/queue/hate', 405],
    ['GET', '/v1/comments/%E0%A4%A', 422],
    ['GET', '/v1/queue?list=everything', 422],
    ['GET', '/v1/queue?lst=all', 422],
    ['GET', '/v1/queue?cursor=nonsense', 422],
    ['GET', '/v1/changes?after=-1', 422],
    ['POST', '/v1/comments?wait=forever', 422],
  ] as const)('%s %s is answered %i', async ([method, path, status]) => {
    const answer = await service.call(method, path, method === 'POST' ? comment() : undefined);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    if (status === 405) expect(answer.headers.get('allow')).toBeTruthy();
    // Where the service lies on its machine is nobody's business.
    expect(answer.text).not.toContain(process.cwd());
  });

  it('for more than a page holds names field, limit and size', async () => {
    expect(await service.call('GET', '/v1/queue?limit=1000')).toMatchObject({
      status: 422,
      json: { errors: [{ pointer: '/limit', limit: 100, size: 1_000 }] },
    });
    expect(await service.call('POST', '/v1/queue/claims', { desk: 'a', items: [] })).toMatchObject({
      status: 422,
      json: { errors: [{ pointer: '/items', limit: 1, size: 0 }] },
    });
  });

  it('without the key, or with another one, is refused', async () => {
    for (const Authorization of ['', 'Bearer nonsense', `Basic ${KEY}`]) {
      expect((await service.call('GET', '/v1/queue', undefined, { Authorization })).status).toBe(401);
    }
  });
});

describe('A batch', () => {
  it('answers line by line; bad lines do not fail the rest', async () => {
    const lines = [
      json(comment({ id: 'b1' })),
      '{"id":"b2"',
      '',
      json(comment({ id: 'b3', text: '' })),
      json(comment({ id: 'b1', text: 'The same id again.' })),
      json(comment({ id: 'b4', text: 'y'.repeat(70_000) })),
      json(comment({ id: 'b5' })),
    ];
    const answer = await service.call('POST', '/v1/comments:batch', lines.join('\n'), {
      'Content-Type': 'application/x-ndjson',
    });
    expect(answer.status).toBe(200);
    const answers = answer.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers.map(({ line, status }) => [line, status])).toEqual([
      [1, 202],
      [2, 400],
      [4, 422],
      [5, 422],
      [6, 413],
      [7, 202],
    ]);
    expect(answers[1].error.detail).toMatch(/^The line is not JSON/);
    expect(answers[3].error.errors[0]).toMatchObject({ pointer: '/id' });
    expect(answers[4].error.errors[0]).toMatchObject({ limit: 65_536, size: expect.any(Number) });
    expect((await service.call('GET', '/v1/comments/b1')).json.text).toBe('At last the ferries run again.');
  });

  it('that is compressed is refused as such, not read as bad lines', async () => {
    const answer = await service.call('POST', '/v1/comments:batch', gzipSync(json(comment({ id: 'packed' }))), {
      'Content-Type': 'application/x-ndjson',
      'Content-Encoding': 'gzip',
    });
    expect(answer).toMatchObject({ status: 415, json: { type: '/problems/unsupported-encoding', status: 415 } });
    const plain = await service.call('POST', '/v1/comments:batch', json(comment({ id: 'plain' })), {
      'Content-Encoding': 'identity',
    });
    expect(plain.json).toMatchObject({ line: 1, status: 202 });
  });

  it('that is cut in the middle of a line writes nothing of that line and leaves the service well', async () => {
    const whole = `${json(comment({ id: 'cut-1' }))}\n${json(comment({ id: 'cut-2' }))}`;
    const { port } = new URL(service.url);
    const socket = connect(Number(port), '127.0.0.1');
    const body = whole.slice(0, -20);
    socket.write(
      `POST /v1/comments:batch HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${KEY}\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n`,
    );
    await new Promise((done) => setTimeout(done, 300));
    socket.destroy();
    await new Promise((done) => setTimeout(done, 500));
    expect((await service.call('GET', '/v1/comments/cut-2')).status).toBe(404);
    expect((await service.call('GET', '/healthz')).status).toBe(200);
  });
});
