import type { AuthorFacts } from '../../core/comment.js';
import { inSentence } from '../plain.js';
import { words } from '../strings.js';

/** What the desk calls an author, on one line. */
export function authorName(author: Pick<AuthorFacts, 'id' | 'name'>): string {
  return nameOr(author.name, inSentence(author.id) || words.comment.nameless);
}

export function nameOr(name: string | undefined, otherwise: string): string {
  const plain = inSentence(name ?? '');
  return plain === '' ? otherwise : plain;
}
