import type { Label } from '../core/labels.js';
import type { QueueList } from '../core/views.js';
import { LABELS, LISTS } from './strings.js';

/** A list of the queue, or what waits of one article. */
export type Place = { readonly list: QueueList; readonly article: string | null };

/** Which page of the desk an address means, and where on it. */
export type Address =
  | { readonly page: 'queue'; readonly place: Place }
  /** One rule list, and one rule in it; null: none is open. */
  | { readonly page: 'rules'; readonly list: string | null; readonly rule: string | null }
  /** A label with its thresholds, or all other settings; null: whatever comes first. */
  | { readonly page: 'policy'; readonly open: Label | 'settings' | null };

export type Page = Address['page'];

/** Where the address points; an unknown page is the queue, an unknown list is all that waits. */
export function placeOf(search: string): Address {
  const query = new URLSearchParams(search);
  const named = (name: string) => query.get(name) || null;
  switch (query.get('page')) {
    case 'rules':
      return { page: 'rules', list: named('list'), rule: named('rule') };
    case 'policy': {
      const label = named('label');
      if (named('part') === 'settings') return { page: 'policy', open: 'settings' };
      return { page: 'policy', open: label !== null && isLabel(label) ? label : null };
    }
    default: {
      const list = query.get('list') ?? 'all';
      return { page: 'queue', place: { list: isList(list) ? list : 'all', article: named('article') } };
    }
  }
}

/** The address of a place, relative to the page. */
export function addressOf(address: Address): string {
  const query = new URLSearchParams();
  const put = (name: string, value: string | null) => value !== null && query.set(name, value);
  switch (address.page) {
    case 'queue':
      if (address.place.list !== 'all') query.set('list', address.place.list);
      put('article', address.place.article);
      break;
    case 'rules':
      query.set('page', 'rules');
      put('list', address.list);
      put('rule', address.rule);
      break;
    case 'policy':
      query.set('page', 'policy');
      if (address.open === 'settings') query.set('part', 'settings');
      else put('label', address.open);
  }
  return query.size === 0 ? './' : `./?${query}`;
}

function isList(word: string): word is Place['list'] {
  return Object.hasOwn(LISTS, word);
}

function isLabel(word: string): word is Label {
  return Object.hasOwn(LABELS, word);
}
