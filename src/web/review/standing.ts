import type { Outcome } from '../../core/decision.js';
import type { CommentView, ThreadEntry } from '../../core/views.js';
import { inSentence } from '../plain.js';
import { words } from '../strings.js';

/** What became of a comment so far: a glyph and words. */
export type Standing = { readonly outcome: Outcome; readonly words: string };

export function standingOfComment(comment: CommentView): Standing {
  if (comment.state === 'removed') return { outcome: 'reject', words: words.state.removed };
  const { verdict } = comment;
  if (verdict !== null) {
    const by = inSentence(verdict.by);
    switch (verdict.action) {
      case 'approve':
        return { outcome: 'approve', words: words.state.approvedBy(by) };
      case 'reject':
        return { outcome: 'reject', words: words.state.rejectedBy(by, verdict.label) };
      case 'escalate':
        return { outcome: 'review', words: words.state.escalatedBy(by) };
      case 'request-edit':
        return { outcome: 'review', words: words.state.editAskedBy(by) };
    }
  }
  return standingOfOutcome(comment.decision, null);
}

export function standingOfEntry(entry: ThreadEntry): Standing {
  if (entry.state === 'removed') return { outcome: 'reject', words: words.state.removed };
  return standingOfOutcome(entry.outcome, entry.label);
}

function standingOfOutcome(outcome: Outcome | null, label: ThreadEntry['label']): Standing {
  switch (outcome) {
    case null:
      return { outcome: 'review', words: words.state.pending };
    case 'approve':
      return { outcome, words: words.state.approvedBy(null) };
    case 'review':
      return { outcome, words: words.state.waits };
    case 'reject':
      return { outcome, words: words.state.rejectedBy(null, label) };
  }
}
