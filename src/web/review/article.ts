import type { ArticleView } from '../../core/views.js';
import { inSentence } from '../plain.js';
import { words } from '../strings.js';

export function titleOf({ title, url }: ArticleView): string {
  return inSentence(title) || inSentence(webAddress(url) ?? '') || words.strip.untitled;
}

/** Only what a browser opens as a page; a sender could write `javascript:` there. */
export function webAddress(url: string | null): string | null {
  return url !== null && /^https?:\/\//i.test(url) ? url : null;
}
