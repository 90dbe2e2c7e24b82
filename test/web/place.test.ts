import { expect, it, test } from 'vitest';
import { addressOf, placeOf } from '../../src/web/place.js';

const placed = (address: string) => placeOf(address.slice(address.indexOf('?')));

test.for([
  { page: 'queue', place: { list: 'all', article: null } },
  { page: 'queue', place: { list: 'hate', article: 'a&b=c' } },
  { page: 'rules', list: null, rule: null },
  { page: 'rules', list: 'threats', rule: 'i-will-hurt-you' },
  { page: 'policy', open: null },
  { page: 'policy', open: 'off_topic' },
  { page: 'policy', open: 'settings' },
] as const)('an address means the place that it was made of: %j', (address) => {
  expect(placed(addressOf(address))).toEqual(address);
});

it('leads to the queue, and to all that waits, where it names nothing that is there', () => {
  expect(placeOf('?page=numbers&list=nonsense')).toEqual({ page: 'queue', place: { list: 'all', article: null } });
  expect(placeOf('?list=toString')).toEqual({ page: 'queue', place: { list: 'all', article: null } });
  expect(placeOf('?page=policy&label=constructor')).toEqual({ page: 'policy', open: null });
});
