import type { Place } from './api.js';
import { LISTS } from './strings.js';

/** Where the address points; an unknown list is all that waits. */
export function placeOf(search: string): Place {
  const query = new URLSearchParams(search);
  const list = query.get('list') ?? 'all';
  const article = query.get('article');
  return { list: isList(list) ? list : 'all', article: article === '' ? null : article };
}

/** The address of a place, relative to the page. */
export function addressOf({ list, article }: Place): string {
  const query = new URLSearchParams();
  if (list !== 'all') query.set('list', list);
  if (article !== null) query.set('article', article);
  return query.size === 0 ? './' : `./?${query}`;
}

function isList(word: string): word is Place['list'] {
  return Object.hasOwn(LISTS, word);
}
