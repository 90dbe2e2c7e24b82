import type { Problem, QueueItemView } from '../../core/views.js';
import { type Api, Refused, Unreached } from '../api.js';
import type { Outbox } from '../outbox.js';
import { words } from '../strings.js';
import { authorName } from './author.js';
import { marginReasons } from './reasons.js';
import { type DeskState, type Failure, type Notice, referenceOf } from './state.js';

/** What the parts of the desk share: the state, the way to the service, and what only this page knows. */
export type Ground = {
  readonly api: Api;
  readonly outbox: Outbox;
  /** Names this page to the service. */
  readonly desk: string;
  /** The person sits there and reads, as far as one can tell. */
  present(): boolean;
  /** The focus is on the sheet or nowhere, so bringing it to the next comment takes it from nothing. */
  unfocused(): boolean;
  get(): DeskState;
  set(change: Partial<DeskState>): void;
  /** Items that this page settled or is settling; what the service says of them is an echo. */
  readonly settled: Set<string>;
  /** The newest queue item of a comment, as the events told. */
  readonly entered: Map<string, string>;
};

export function failureOf(error: unknown): Failure {
  if (error instanceof Refused) {
    return { kind: 'problem', title: error.problem.title, reference: referenceOf(error.problem.instance) };
  }
  if (error instanceof Unreached) {
    return error.seconds === null ? { kind: 'unreached' } : { kind: 'silent', seconds: error.seconds };
  }
  // A broken answer or a fault of the page's own: it must not look like an empty queue.
  return { kind: 'problem', title: error instanceof Error ? error.name : 'unknown', reference: '' };
}

/** What a refusal says about the comment on the screen; null where it says nothing about it. */
export function noticeOf(problem: Problem): Notice | null {
  switch (problem.type.split('/').at(-1)) {
    case 'already-reviewed':
      return {
        kind: 'taken',
        by: problem.by ?? null,
        action: problem.action ?? null,
        label: null,
        at: problem.at === undefined ? null : Date.parse(problem.at),
      };
    case 'claimed':
      return { kind: 'claimed', by: problem.by ?? null };
    case 'revised':
      return { kind: 'revised', current: problem.currentRevision ?? 0, at: null };
    case 'gone':
      return { kind: 'gone' };
    default:
      return problem.status === 410 ? { kind: 'gone' } : null;
  }
}

/** Why a comment that was on the screen waits no more, as the service has it now; null where there was no answer. */
export async function lookAgain(ground: Ground, item: QueueItemView): Promise<Notice | null> {
  try {
    const { state, revision, verdict } = await ground.api.comment(item.commentId);
    if (state === 'removed') return { kind: 'gone' };
    if (revision > item.revision) return { kind: 'revised', current: revision, at: null };
    if (verdict === null) return { kind: 'taken', by: null, action: null, label: null, at: null };
    const at = Date.parse(verdict.at) - ground.get().clockAhead;
    return { kind: 'taken', by: verdict.by, action: verdict.action, label: verdict.label, at };
  } catch (error) {
    if (isLocked(error)) lockDesk(ground);
    if (error instanceof Unreached) wentOffline(ground);
    if (!(error instanceof Refused)) return null;
    return error.problem.status === 404 ? { kind: 'gone' } : noticeOf(error.problem);
  }
}

/** Puts a comment on the screen, brings the focus there unless told otherwise, and says whose it is, never what it says. */
export function showNext(
  ground: Ground,
  held: readonly QueueItemView[],
  done: string | null,
  focus: 'take' | 'leave' = 'take',
): void {
  const [first] = held;
  if (first === undefined) return;
  const { focusTurn } = ground.get();
  // What lies under a line is not counted, so the lines do not matter here.
  const asked = marginReasons(first, {}).filter(({ weight }) => weight === 'asked').length;
  ground.set({
    held,
    sheet: { kind: 'card' },
    notice: null,
    overriding: null,
    saving: false,
    focusTurn: focus === 'take' ? focusTurn + 1 : focusTurn,
    announcement: words.live.next(done, authorName(first.comment.author), asked),
  });
}

export function lockDesk(ground: Ground): void {
  const { access } = ground.get();
  if (access.kind === 'key-needed') return;
  ground.set({ access: { kind: 'key-needed', refused: false, wasOpen: access.kind === 'open' }, saving: false });
}

export function isLocked(error: unknown): boolean {
  return error instanceof Refused && error.problem.status === 401;
}

export function wentOffline(ground: Ground): void {
  if (ground.get().offlineSince === null) ground.set({ offlineSince: Date.now() });
}
