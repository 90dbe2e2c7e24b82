import { createHash } from 'node:crypto';
import type { CommentState } from '../core/comment.js';
import type { Issue } from '../core/errors.js';
import type { IncomingComment } from '../core/incoming.js';

export type Incoming = IncomingComment & { readonly createdAt: string };
export type Lane = 'live' | 'bulk';

type Standing = {
  readonly id: string;
  readonly commentId: number;
  readonly revision: number;
  readonly state: CommentState;
  readonly stateVersion: number;
};

/** What became of one comment that was handed in. */
export type Accepted =
  | (Standing & { readonly kind: 'accepted' | 'known' })
  | { readonly kind: 'gone'; readonly id: string }
  /** New comments are not taken on this article. */
  | { readonly kind: 'closed'; readonly id: string; readonly articleId: string }
  | { readonly kind: 'refused'; readonly id: string; readonly issue: Issue }
  /** Nothing of it was kept, though others that came with it were. */
  | { readonly kind: 'failed'; readonly id: string; readonly error: Error };

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
