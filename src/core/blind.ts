import type { CommentState } from './comment.js';
import { POLICY_REASONS } from './reasons.js';
import type { CommentView } from './views.js';

/** How a comment waits at the desk without findings; `shownState`: as if it stood so, null: as it stands. */
export type BlindItem = { readonly shownState: CommentState | null };

/**
 * A comment as the desk sees it while it waits blind: text, author, article and thread, and nothing of what the machine made of it.
 * An approval that was drawn, a rejection that was drawn and a doubt that waits without its findings give the same view, so that a
 * verdict can neither lean on the machine nor tell what it decided.
 */
export function blindView(view: CommentView, { shownState }: BlindItem): CommentView {
  return {
    ...view,
    state: shownState ?? view.state,
    decision: 'review',
    scores: {},
    flags: [],
    reasons: [{ kind: 'policy', because: 'asked', text: POLICY_REASONS.asked }],
    spans: [],
    history: untoldIn(view.history, [view.revision]),
  };
}

/** A history that does not say what the machine decided of some texts: they wait, or waited until they were edited, without findings. */
export function untoldIn(history: CommentView['history'], revisions: readonly number[]): CommentView['history'] {
  return history.map((entry) =>
    entry.kind === 'decision' && revisions.includes(entry.revision) ? { ...entry, outcome: 'review' } : entry,
  );
}
