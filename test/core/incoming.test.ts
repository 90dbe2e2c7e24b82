import { describe, expect, it, test } from 'vitest';
import { InvalidRequest } from '../../src/core/errors.js';
import { IncomingArticle, IncomingComment, parseIncoming } from '../../src/core/incoming.js';
import { RescoreBody } from '../../src/http/rescores.js';

const comment = { id: 'c1', articleId: 'harbour', author: { id: 'mara' }, text: 'At last the ferries run again.' };

/** Every field that holds a time, each as it is read from what a sender wrote. */
const FIELDS: readonly (readonly [field: string, read: (time: string) => unknown])[] = [
  ['createdAt', (time) => parseIncoming(IncomingComment, { ...comment, createdAt: time }).createdAt],
  ['editedAt', (time) => parseIncoming(IncomingComment, { ...comment, editedAt: time }).editedAt],
  [
    'author.createdAt',
    (time) => parseIncoming(IncomingComment, { ...comment, author: { id: 'mara', createdAt: time } }).author.createdAt,
  ],
  ['publishedAt', (time) => parseIncoming(IncomingArticle, { title: 'Snow', publishedAt: time }).publishedAt],
  ['from', (time) => parseIncoming(RescoreBody, { from: time }).from],
  ['to', (time) => parseIncoming(RescoreBody, { to: time }).to],
];

describe.for(FIELDS)('A time in %s', ([, read]) => {
  test.for([
    ['2026-03-01T12:00:00Z', '2026-03-01T12:00:00.000Z'],
    ['2026-03-01T12:00:00+23:00', '2026-02-28T13:00:00.000Z'],
    ['2026-03-01T12:00:00-23:59', '2026-03-02T11:59:00.000Z'],
    [`2026-03-01T12:00:00.${'4'.repeat(300)}Z`, '2026-03-01T12:00:00.444Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ] as const)('%s is the instant %s', ([written, instant]) => {
    expect(read(written)).toBe(instant);
  });

  test.for([
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+15:59',
    '9999-12-31T23:59:59-01:00',
    '2026-02-30T12:00:00Z',
    '2026-03-01T12:00:00',
    'now',
  ])('%s is refused', (written) => {
    expect(() => read(written)).toThrow(InvalidRequest);
  });
});

it('A time that no calendar of ours has says which years there are', () => {
  expect(() => parseIncoming(IncomingComment, { ...comment, createdAt: '0000-01-01T00:00:00Z' })).toThrow(
    '/createdAt: A time lies in the years 1 to 9999.',
  );
});
