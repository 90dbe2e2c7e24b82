import { useCallback, useEffect, useRef, useState } from 'react';
import { Refused } from '../api.js';
import type { Keeper } from '../outbox.js';
import { useDesk } from '../use-desk.js';
import { type Reading, useReading } from '../use-reading.js';
import { createKeptDrafts, type KeptDraft } from './kept-drafts.js';
import type { Check, DraftSummary } from './shapes.js';

/** Who worked on a draft last, and what it was begun on. */
export type DraftMark = Omit<DraftSummary, 'name'>;

type KeptByService = DraftMark & { readonly yaml: string };

/** A document that can be drafted: where it comes from and where it goes. */
export type DraftSource = {
  /** Names it on this device and on the page. */
  readonly name: string;
  read(): Promise<{
    readonly published: string | null;
    /** The revision that this was read from. */
    readonly revision: number;
    readonly draft: KeptByService | null;
  }>;
  /**
   * @param begunOn the revision on whose text it was begun
   * @param onto the `updatedAt` of the draft that it takes the place of, null for none: another one is not written over
   */
  save(
    yaml: string,
    begunOn: number,
    onto: string | null,
  ): Promise<{ readonly draft: DraftMark; readonly check: Check }>;
  check(yaml: string): Promise<Check>;
};

/**
 * Where what was typed is: `same` as the service has it; on its way; on this device only, for want of a connection or because
 * somebody else changed the draft meanwhile; or refused, with why.
 */
export type Saving = 'same' | 'saving' | 'kept' | 'typed over' | { readonly refused: string };

export type Drafting = {
  readonly reading: Reading<unknown>;
  /** Empty until it has been read. */
  readonly yaml: string;
  readonly published: string | null;
  /** Null where nothing is drafted. */
  readonly mark: DraftMark | null;
  readonly saving: Saving;
  /** What is wrong with the newest text that the service saw; null before it saw one. */
  readonly check: Check | null;
  /** What was typed before a reload was found on this device. */
  readonly restored: boolean;
  /** The draft as somebody else changed it while it was typed on here; null where nobody did. */
  readonly theirs: KeptByService | null;
  write(yaml: string): void;
  /** Puts what was typed here in the place of what somebody else wrote. */
  keepMine(): void;
  /** Drops what was typed here for what somebody else wrote. */
  takeTheirs(): void;
  /** Reads it anew, where it could not be read. */
  again(): void;
};

const SAVE_MS = 700;
const RETRY_MS = 5_000;
/** So many texts are remembered whose answers were lost: one of them may have arrived all the same. */
const MOST_UNANSWERED = 20;

/**
 * A draft under the hands of somebody: what they type is kept on the device at once and sent to the service when they pause.
 *
 * @param onSaved told whenever the service has taken something.
 * @param onTaken told whether the service has everything that was typed: what it has not cannot be published.
 */
export function useDraft(source: DraftSource, onSaved: () => void, onTaken: (taken: boolean) => void): Drafting {
  const { state } = useDesk();
  const site = state.access.kind === 'open' ? state.access.session.site.id : null;
  const [kept] = useState(() => createKeptDrafts(deviceStore(), `${site}`));
  const [text, setText] = useState<string | null>(null);
  const [mark, setMark] = useState<DraftMark | null>(null);
  const [saving, setSaving] = useState<Saving>('same');
  const [check, setCheck] = useState<Check | null>(null);
  const [restored, setRestored] = useState(false);
  /** What the service has not taken yet; null where it has everything. */
  const unsaved = useRef<string | null>(null);
  /** The revision on whose text this one was begun: not the newest, which somebody else may publish meanwhile. */
  const begunOn = useRef<number | null>(null);
  /** The service's draft on which was typed, its text where that is known; null where there was none. */
  const onto = useRef<{ readonly updatedAt: string; readonly yaml: string | null } | null>(null);
  const unanswered = useRef<readonly string[]>([]);
  const [theirs, setTheirs] = useState<KeptByService | null>(null);
  /** As `theirs`, at once: nothing is sent before it was chosen. */
  const typedOver = useRef(false);
  const sending = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const open = useRef(true);
  const newest = useRef({ source, onSaved, onTaken });
  newest.current = { source, onSaved, onTaken };

  const send = useCallback(async () => {
    clearTimeout(timer.current);
    const yaml = unsaved.current;
    const begun = begunOn.current;
    if (yaml === null || begun === null || sending.current || typedOver.current) return;
    sending.current = true;
    const { source: to } = newest.current;
    setSaving('saving');
    try {
      const earlier = unanswered.current;
      unanswered.current = [...earlier, yaml].slice(-MOST_UNANSWERED);
      const answer = await to.save(yaml, begun, onto.current?.updatedAt ?? null).catch(async (error: unknown) => {
        if (!(error instanceof Refused && error.code === 'draft-changed')) throw error;
        const { draft } = await to.read();
        const own = draft === null || draft.yaml === onto.current?.yaml || earlier.includes(draft.yaml);
        if (!own) return draft;
        // It says what was known already, or was sent from here though its answer never came.
        onto.current = draft;
        return await to.save(yaml, begun, draft?.updatedAt ?? null);
      });
      if (!('check' in answer)) {
        typedOver.current = true;
        setTheirs(answer);
        setSaving('typed over');
        return;
      }
      unanswered.current = [];
      onto.current = { updatedAt: answer.draft.updatedAt, yaml };
      const all = unsaved.current === yaml;
      if (all) {
        unsaved.current = null;
        kept.forget(to.name);
      }
      setMark(answer.draft);
      setCheck(answer.check);
      setSaving(all ? 'same' : 'saving');
      if (!all && open.current) timer.current = setTimeout(() => void send(), SAVE_MS);
      newest.current.onSaved();
    } catch (error) {
      if (error instanceof Refused) setSaving({ refused: error.problem.detail ?? error.problem.title });
      else {
        setSaving('kept');
        if (open.current) timer.current = setTimeout(() => void send(), RETRY_MS);
      }
    } finally {
      sending.current = false;
    }
  }, [kept]);

  const [reading, again] = useReading(source.name, async () => {
    const read = await newest.current.source.read();
    const theirs = read.draft?.yaml ?? read.published ?? '';
    const held = kept.read(source.name);
    // The service took it, though its answer never came: kept on, it would be restored over whatever is published later.
    const arrived = held !== null && held.yaml === theirs && unsaved.current === null;
    if (arrived) kept.forget(source.name);
    const local = arrived ? null : held;
    // A store that was restored from a backup may never have had the revision that this device remembers.
    if (begunOn.current === null) {
      onto.current = standingFor(local, read.draft);
      unanswered.current = local?.sent === undefined ? [] : [local.sent];
    }
    begunOn.current ??= Math.min(local?.begunOn ?? read.draft?.begunOn ?? read.revision, read.revision);

    setMark(read.draft);
    setText((typed) => typed ?? local?.yaml ?? theirs);
    if (local !== null && local.yaml !== theirs && unsaved.current === null) {
      unsaved.current = local.yaml;
      setRestored(true);
      void send();
    } else if (read.draft !== null) {
      // It can be worked on before the check, which looks at last week's comments, has come; a newer check stands.
      newest.current.source.check(read.draft.yaml).then(
        (found) => setCheck((newer) => newer ?? found),
        () => undefined,
      );
    }
    return { published: read.published };
  });

  useEffect(() => newest.current.onTaken(saving === 'same'), [saving]);
  useEffect(() => () => newest.current.onTaken(true), []);
  // A connection that is back is used at once.
  const offline = state.offlineSince !== null;
  useEffect(() => {
    if (!offline && unsaved.current !== null) void send();
  }, [offline, send]);
  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
      void send();
    };
  }, [send]);

  const keptWith = (yaml: string) => ({
    yaml,
    begunOn: begunOn.current,
    onto: onto.current?.updatedAt ?? null,
    ...(unanswered.current.length > 0 && { sent: unanswered.current.at(-1) as string }),
  });
  const choose = (draft: KeptByService) => {
    onto.current = draft;
    typedOver.current = false;
    unanswered.current = [];
    setTheirs(null);
  };
  const keepMine = () => {
    if (theirs === null || unsaved.current === null) return;
    choose(theirs);
    kept.keep(newest.current.source.name, keptWith(unsaved.current));
    void send();
  };
  const takeTheirs = () => {
    if (theirs === null) return;
    choose(theirs);
    unsaved.current = null;
    kept.forget(newest.current.source.name);
    begunOn.current = theirs.begunOn ?? begunOn.current;
    setText(theirs.yaml);
    setMark(theirs);
    setSaving('same');
    setCheck(null);
    newest.current.onSaved();
    newest.current.source.check(theirs.yaml).then(
      (found) => setCheck((newer) => newer ?? found),
      () => undefined,
    );
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is kept with a text is read when it is typed.
  const write = useCallback(
    (yaml: string) => {
      setText(yaml);
      unsaved.current = yaml;
      kept.keep(newest.current.source.name, keptWith(yaml));
      setSaving((now) => (now === 'kept' || now === 'typed over' ? now : 'saving'));
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void send(), SAVE_MS);
    },
    [kept, send],
  );

  const published = reading.kind === 'read' ? reading.value.published : null;
  return {
    reading,
    yaml: text ?? '',
    published,
    mark,
    saving,
    check,
    restored,
    theirs,
    write,
    keepMine,
    takeTheirs,
    again,
  };
}

/** On which draft of the service's a text was typed: what is shown, or what the device remembers of the text that it kept. */
function standingFor(local: KeptDraft | null, draft: KeptByService | null) {
  const onto = local?.onto;
  if (onto === undefined || onto === draft?.updatedAt) return draft;
  return onto === null ? null : { updatedAt: onto, yaml: null };
}

/** The device's store; null where the browser refuses it. */
function deviceStore(): Keeper | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
