import type { QueueItemView } from '../../core/views.js';
import { Refused, Unreached } from '../api.js';
import { deliver, type KeptDecision, type Sending } from '../outbox.js';
import { inSentence } from '../plain.js';
import { words } from '../strings.js';
import { authorName } from './author.js';
import { type Ground, isLocked, lockDesk, noticeOf, showNext, wentOffline } from './ground.js';
import type { Holding } from './holding.js';
import type { Decision } from './state.js';

/** How long the desk offers to take a decision back that has not left this device, in ms. */
const UNDO_MS = 10_000;
const LONGEST_UNDO_MS = 60_000;
/** The service takes no longer list of what to leave out. */
const MOST_SKIPPED = 1_000;

export type Deciding = {
  decide(decision: Decision): Promise<void>;
  undo(): Promise<void>;
  /** Gives the comment back and goes on; answers a notice. */
  skip(): void;
  /** Takes again what was passed over last. */
  previous(): Promise<void>;
  /** Keeps a note for the decision on the comment that is read; an empty one is none. */
  note(text: string): void;
  /** Remembers what is being written on a comment until it is kept, so that leaving the field loses nothing. */
  beginNote(commentId: string, text: string): void;
  /** Lets the comment be decided although another person settled it. */
  override(): void;
  /** Shows the text that the author wrote meanwhile. */
  readRevised(): Promise<void>;
  /** Sends what waits on this device. */
  sendKept(): Promise<void>;
};

export function createDeciding(ground: Ground, holding: Holding): Deciding {
  let sending: Promise<void> | null = null;
  /** The kept decision that is on its way right now. */
  let underway: string | null = null;
  /** What was passed over last is being given back. */
  let givingBack: Promise<unknown> = Promise.resolve();

  async function decide(bare: Decision): Promise<void> {
    const { held, saving, notice, access, notes, overriding } = ground.get();
    const [item] = held;
    if (item === undefined || saving || notice !== null || access.kind !== 'open') return;
    const override = overriding?.itemId === item.id;
    if (override && bare.action === 'escalate') return say(words.status.cannotEscalate);
    const written = bare.note ?? notes.get(item.commentId);
    const decision: Decision = { ...bare, ...(written !== undefined && { note: written }) };
    const kept: KeptDecision = {
      key: randomKey(),
      desk: ground.desk,
      actor: access.session.actor.id,
      commentId: item.commentId,
      revision: item.revision,
      at: Date.now(),
      ...decision,
      ...(override && { override }),
    };
    ground.settled.add(item.id);
    // What waits already must go first.
    if (ground.outbox.list().some(({ actor }) => actor === kept.actor)) {
      keep(item, kept, decision);
      return sendKept();
    }
    ground.set({ saving: true, toast: null });
    try {
      const { key, desk: _desk, actor: _actor, at: _at, ...review } = kept;
      const answer = await ground.api.review(review, key);
      const left = Date.parse(answer.undoUntil) - (Date.now() + ground.get().clockAhead);
      const until = Date.now() + Math.min(Math.max(Number.isNaN(left) ? UNDO_MS : left, 1_000), LONGEST_UNDO_MS);
      ground.set({
        offlineSince: null,
        lastSavedAt: Date.now(),
        toast: { kind: 'decided', decision, item, until, reviewId: answer.id, key: kept.key },
      });
      goOn(item, decision);
    } catch (error) {
      if (isLocked(error) || error instanceof Unreached) {
        keep(item, kept, decision);
        return isLocked(error) ? lockDesk(ground) : wentOffline(ground);
      }
      ground.settled.delete(item.id);
      const notice = error instanceof Refused ? noticeOf(error.problem) : null;
      if (notice !== null) return ground.set({ saving: false, notice });
      const why = error instanceof Refused ? error.problem.title : String(error);
      ground.set({ saving: false, toast: { kind: 'not-saved', why, decision } });
    }
  }

  function keep(item: QueueItemView, kept: KeptDecision, decision: Decision): void {
    ground.outbox.add(kept);
    ground.set({
      kept: ground.outbox.list(),
      toast: { kind: 'decided', decision, item, until: Date.now() + UNDO_MS, reviewId: null, key: kept.key },
    });
    goOn(item, decision);
  }

  function goOn(item: QueueItemView, decision: Decision): void {
    const done = words.done(decision.action, decision.label ?? null);
    const rest = ground.get().held.filter(({ id }) => id !== item.id);
    ground.set({ lastSettled: { by: null, at: Date.now() }, notes: notesWith(item.commentId, undefined) });
    if (rest.length > 0) {
      showNext(ground, rest, done);
      void holding.fill();
    } else {
      ground.set({ held: [], saving: false, sheet: { kind: 'loading' } });
      void holding.fill(done);
    }
  }

  function notesWith(commentId: string, text: string | undefined): ReadonlyMap<string, string> {
    const notes = new Map(ground.get().notes);
    if (text === undefined || text.trim() === '') notes.delete(commentId);
    else notes.set(commentId, text.trim());
    return notes;
  }

  function note(text: string): void {
    const [item] = ground.get().held;
    if (item === undefined) return;
    ground.set({ notes: notesWith(item.commentId, text) });
    beginNote(item.commentId, text.trim());
  }

  function beginNote(commentId: string, text: string): void {
    const begun = new Map(ground.get().begun);
    if (text === (ground.get().notes.get(commentId) ?? '')) begun.delete(commentId);
    else begun.set(commentId, text);
    ground.set({ begun });
  }

  function say(what: string): void {
    ground.set({ toast: { kind: 'said', words: what } });
  }

  function bringBack(item: QueueItemView, decision: Decision): void {
    const { held, focusTurn } = ground.get();
    ground.settled.delete(item.id);
    ground.set({
      notes: notesWith(item.commentId, decision.note),
      overriding: null,
      held: [item, ...held.filter(({ commentId }) => commentId !== item.commentId)],
      sheet: { kind: 'card' },
      notice: null,
      saving: false,
      toast: { kind: 'taken-back' },
      focusTurn: focusTurn + 1,
      announcement: words.live.back(authorName(item.comment.author)),
    });
  }

  async function undo(): Promise<void> {
    const { toast, saving } = ground.get();
    if (toast?.kind !== 'decided' || saving || toast.until < Date.now()) return;
    if (underway === toast.key) await sending;
    const latest = ground.get().toast;
    if (latest?.kind !== 'decided' || latest.key !== toast.key) return;
    if (latest.reviewId === null) {
      ground.outbox.remove(latest.key);
      ground.set({ kept: ground.outbox.list() });
      return bringBack(latest.item, latest.decision);
    }
    ground.set({ saving: true });
    try {
      const undone = await ground.api.undo(latest.reviewId);
      if (undone.itemId === null) return ground.set({ saving: false, toast: { kind: 'taken-back' } });
      ground.settled.delete(undone.itemId);
      const fresh = await ground.api.claimThese([undone.itemId]).catch(() => null);
      bringBack(fresh?.items[0] ?? { ...latest.item, id: undone.itemId }, latest.decision);
    } catch (error) {
      if (isLocked(error)) return lockDesk(ground);
      if (error instanceof Unreached) wentOffline(ground);
      const why = error instanceof Refused ? error.problem.title : words.error.unreached;
      ground.set({ saving: false, toast: { kind: 'not-taken-back', why } });
    }
  }

  function skip(): void {
    const { held, skipped, notice, saving, overriding } = ground.get();
    const [item, ...rest] = held;
    if (item === undefined || saving) return;
    if (notice === null && overriding?.itemId !== item.id) {
      ground.set({ skipped: [...skipped, item.id].slice(-MOST_SKIPPED) });
      givingBack = ground.api.release([item.id]).catch(() => undefined);
    }
    ground.set({ notice: null });
    if (rest.length > 0) {
      showNext(ground, rest, null);
      void holding.fill();
    } else {
      ground.set({ held: [], sheet: { kind: 'loading' } });
      void holding.fill(words.actions.skip);
    }
  }

  async function previous(): Promise<void> {
    const { skipped, saving } = ground.get();
    const last = skipped.at(-1);
    if (saving) return;
    if (last === undefined) return say(words.status.nothingSkipped);
    // Given back after it was taken again it would be held by nobody.
    await givingBack;
    const forget = () => ground.set({ skipped: ground.get().skipped.filter((id) => id !== last) });
    try {
      const { items, counts } = await ground.api.claimThese([last]);
      const { held, notice, saving: meanwhile } = ground.get();
      const [item] = items;
      if (item === undefined || meanwhile) return;
      forget();
      const others = held.filter(({ id }, place) => id !== last && (place > 0 || notice === null));
      // One to read and one that is ready; what was ready before is for others again.
      const surplus = others.slice(1).map(({ id }) => id);
      if (surplus.length > 0) void ground.api.release(surplus).catch(() => undefined);
      showNext(ground, [item, ...others.slice(0, 1)], null);
      ground.set({ counts, offlineSince: null, announcement: words.live.previous(authorName(item.comment.author)) });
    } catch (error) {
      if (isLocked(error)) return lockDesk(ground);
      if (error instanceof Unreached) return wentOffline(ground);
      const gone = error instanceof Refused && [404, 410].includes(error.problem.status);
      if (gone) forget();
      const why = gone ? words.status.waitsNoMore : error instanceof Refused ? error.problem.title : String(error);
      say(words.status.notBroughtBack(why));
    }
  }

  function override(): void {
    const { held, notice, focusTurn } = ground.get();
    const [item, ...rest] = held;
    if (item === undefined || notice?.kind !== 'taken') return;
    // No lease is held on what waits no more, and none is needed to decide it.
    ground.set({
      held: [{ ...item, claim: null }, ...rest],
      notice: null,
      overriding: { itemId: item.id, by: notice.by },
      focusTurn: focusTurn + 1,
      announcement: words.status.overrides(notice.by === null ? null : inSentence(notice.by)),
    });
  }

  async function readRevised(): Promise<void> {
    const { held, notice } = ground.get();
    const [item, ...rest] = held;
    if (item === undefined || notice?.kind !== 'revised') return;
    const newItem = ground.entered.get(item.commentId);
    const claimed = newItem === undefined ? null : await ground.api.claimThese([newItem]).catch(() => null);
    const fresh = claimed?.items[0];
    if (fresh !== undefined) return showNext(ground, [fresh, ...rest], null);
    try {
      const comment = await ground.api.comment(item.commentId);
      // No lease is held on it, and none is needed to decide.
      showNext(ground, [{ ...item, comment, revision: comment.revision, claim: null }, ...rest], null);
    } catch (error) {
      if (isLocked(error)) return lockDesk(ground);
      if (error instanceof Unreached) return wentOffline(ground);
      if (error instanceof Refused) ground.set({ notice: noticeOf(error.problem) ?? { kind: 'gone' } });
    }
  }

  async function send(decision: KeptDecision): Promise<Sending> {
    const { key, desk, actor: _actor, at: _at, ...review } = decision;
    underway = key;
    try {
      const answer = await ground.api.review(review, key, desk);
      const { toast } = ground.get();
      if (toast?.kind === 'decided' && toast.key === key) ground.set({ toast: { ...toast, reviewId: answer.id } });
      return { kind: 'taken' };
    } catch (error) {
      if (isLocked(error)) lockDesk(ground);
      if (!(error instanceof Refused)) return { kind: 'later' };
      const { status } = error.problem;
      if (error.code === 'claimed') return { kind: 'busy' };
      // The first sending of the same decision is still being worked on.
      if (error.code === 'idempotency-conflict') return { kind: 'later' };
      return status === 401 || status === 429 || status >= 500
        ? { kind: 'later' }
        : { kind: 'refused', problem: error.problem };
    } finally {
      underway = null;
    }
  }

  async function sendKept(): Promise<void> {
    const { access } = ground.get();
    if (access.kind !== 'open') return;
    const actor = access.session.actor.id;
    sending ??= (async () => {
      const { taken, refused } = await alone(() => deliver(ground.outbox, actor, send));
      ground.set({ kept: ground.outbox.list() });
      if (taken.length + refused.length > 0) {
        const { toast } = ground.get();
        const undoable = toast?.kind === 'decided' && toast.until > Date.now() && refused.length === 0;
        ground.set({
          offlineSince: null,
          ...(taken.length > 0 && { lastSavedAt: Date.now() }),
          ...(!undoable && { toast: { kind: 'sent', taken: taken.length, refused: refused.length } }),
        });
      }
    })().finally(() => {
      sending = null;
    });
    await sending;
  }

  return { decide, undo, skip, previous, note, beginNote, override, readRevised, sendKept };
}

/** One page of this browser sends at a time. Without locks (plain http) two may send the same, which counts once. */
async function alone<Result>(work: () => Promise<Result>): Promise<Result> {
  const locks = (navigator as { locks?: LockManager }).locks;
  return locks === undefined ? await work() : await locks.request('premod.outbox', work);
}

/** 128 random bits; `crypto.randomUUID` is missing where the page came over plain http. */
export function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
