import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
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

describe('What is of another form', () => {
  const detail = (change: object | string) => {
    try {
      parseIncoming(IncomingComment, typeof change === 'string' ? change : { ...comment, ...change });
    } catch (error) {
      return (error as InvalidRequest).message;
    }
  };

  test.for([
    ['no object', 'hello', 'What was sent must be an object.'],
    ['a number for a text', { text: 7 }, '/text: It must be text.'],
    ['nothing for a text', { text: undefined }, '/text: It is missing.'],
    ['null for an author', { author: null }, '/author: It must be an object.'],
    ['no author’s id', { author: {} }, '/author/id: It is missing.'],
    ['a word for a truth', { author: { id: 'mara', trusted: 'yes' } }, '/author/trusted: It must be true or false.'],
    ['half a version', { version: 1.5 }, '/version: It must be a whole number.'],
    ['a version below nothing', { version: -1 }, '/version: It must be at least 0.'],
    [
      'a language that is none',
      { language: 'English!' },
      '/language: A language is a BCP 47 tag, such as "en" or "de-AT".',
    ],
    ['an empty text', { text: '' }, '/text: A comment must not be empty.'],
  ] as const)('%s is told in plain words', ([, change, said]) => {
    expect(detail(change)).toBe(said);
  });

  it('one of several words is told with all of them, and never with what was sent', () => {
    const form = z.strictObject({ order: z.enum(['newest', 'urgency']), ids: z.array(z.string()).min(1).max(2) });
    const read = (value: object) => () => parseIncoming(form, value);
    expect(read({ order: 'secret', ids: ['a'] })).toThrow(/^\/order: It must be one of newest, urgency\.$/);
    expect(read({ order: 'newest', ids: [] })).toThrow('/ids: It must have some entries.');
    expect(read({ order: 'newest', ids: ['a', 'b', 'c'] })).toThrow('/ids: It may have at most 2 entries.');
  });
});
