import { type ReactNode, useEffect, useState } from 'react';
import type { VerdictAction } from '../../core/comment.js';
import { type Icon, IconGlyph } from '../glyphs.js';
import { KeyCap } from '../key-cap.js';
import { inSentence } from '../plain.js';
import { words } from '../strings.js';
import { useDesk, useNow } from '../use-desk.js';
import type { Toast } from './state.js';

/** How long a message without a button stays, in ms. */
const MESSAGE_MS = 8_000;
const SAVING_MS = 400;

/** Whose the comment is and for how long, whether the next is ready, and what became of the last decision. */
export function StatusLine(): ReactNode {
  const { state } = useDesk();
  const [item, next] = state.held;
  const quiet = state.notice !== null || state.offlineSince !== null;
  if (quiet && state.toast === null) return null;
  const overrides = item !== undefined && state.overriding?.itemId === item.id;
  const by = state.overriding?.by ?? null;
  return (
    <div className="status">
      {!quiet && item?.claim && <Lease until={Date.parse(item.claim.until) - state.clockAhead} />}
      {!quiet && overrides && <span>{words.status.overrides(by === null ? null : inSentence(by))}</span>}
      {!quiet && item !== undefined && state.notes.has(item.commentId) && <span>{words.status.noteGoes}</span>}
      {!quiet && item !== undefined && state.begun.has(item.commentId) && <span>{words.status.noteBegun}</span>}
      {!quiet && next !== undefined && <span className="lease">{words.status.nextReady}</span>}
      <span className="toast">
        {state.saving ? <Saving /> : state.toast !== null && <ToastWords toast={state.toast} />}
      </span>
    </div>
  );
}

function Lease({ until }: { readonly until: number }): ReactNode {
  const left = until - useNow(1_000);
  return <span className="lease">{left > 0 ? words.status.yours(left) : words.status.notYours}</span>;
}

/** Most answers are there before anybody could read this. */
function Saving(): ReactNode {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), SAVING_MS);
    return () => clearTimeout(timer);
  }, []);
  return late && words.status.saving;
}

const DONE_MARKS: Readonly<Record<VerdictAction, { readonly icon: Icon; readonly className?: string }>> = {
  approve: { icon: 'tick', className: 'is-approve' },
  reject: { icon: 'cross', className: 'is-reject' },
  escalate: { icon: 'raise' },
  'request-edit': { icon: 'edit' },
};

function ToastWords({ toast }: { readonly toast: Toast }): ReactNode {
  const { desk } = useDesk();
  const { dismissToast } = desk;
  useEffect(() => {
    // What went wrong stays until it is answered.
    if (toast.kind === 'not-saved') return;
    const timer = setTimeout(dismissToast, toast.kind === 'decided' ? toast.until - Date.now() : MESSAGE_MS);
    return () => clearTimeout(timer);
  }, [toast, dismissToast]);
  switch (toast.kind) {
    case 'decided':
      return (
        <>
          <IconGlyph size={14} {...DONE_MARKS[toast.decision.action]} />
          {words.done(toast.decision.action, toast.decision.label ?? null)}
          <button type="button" className="link" aria-keyshortcuts="z" onClick={() => void desk.undo()}>
            {words.status.undo}
          </button>
          <KeyCap>z</KeyCap>
          <Left until={toast.until} />
        </>
      );
    case 'not-saved':
      return (
        <>
          {toastSaid(toast)}
          <button type="button" className="link" onClick={() => void desk.decide(toast.decision)}>
            {words.status.tryAgain}
          </button>
        </>
      );
    case 'taken-back':
      return words.status.takenBack;
    default:
      return toastSaid(toast);
  }
}

/** What of a message is said aloud. A decision and its taking back are said together with the next comment. */
export function toastSaid(toast: Toast | null): string {
  switch (toast?.kind) {
    case 'not-saved':
      return words.status.notSaved(toast.why);
    case 'said':
      return toast.words;
    case 'not-taken-back':
      return words.status.notTakenBack(toast.why);
    case 'sent':
      return [
        ...(toast.taken > 0 ? [words.status.sent(toast.taken)] : []),
        ...(toast.refused > 0 ? [words.status.sentRefused(toast.refused)] : []),
      ].join('. ');
    default:
      return '';
  }
}

/** Seen, not read aloud: a voice that counts down would talk over everything else. */
function Left({ until }: { readonly until: number }): ReactNode {
  const left = Math.max(0, Math.ceil((until - useNow(250)) / 1_000));
  return (
    <span className="left" aria-hidden="true">
      {words.status.seconds(left)}
    </span>
  );
}
