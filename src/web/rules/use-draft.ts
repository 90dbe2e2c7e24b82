import { useCallback, useEffect, useRef, useState } from 'react';
import { Refused } from '../api.js';
import type { Keeper } from '../outbox.js';
import { useDesk } from '../use-desk.js';
import { type Reading, useReading } from '../use-reading.js';
import { createKeptDrafts } from './kept-drafts.js';
import type { Check, DraftSummary } from './shapes.js';

/** Who worked on a draft last, and what it was begun on. */
export type DraftMark = Omit<DraftSummary, 'name'>;

/** A document that can be drafted: where it comes from and where it goes. */
export type DraftSource = {
  /** Names it on this device and on the page. */
  readonly name: string;
  read(): Promise<{
    readonly published: string | null;
    /** The revision that this was read from. */
    readonly revision: number;
    readonly draft: (DraftMark & { readonly yaml: string }) | null;
  }>;
  /** @param begunOn the revision on whose text it was begun */
  save(yaml: string, begunOn: number): Promise<{ readonly draft: DraftMark; readonly check: Check }>;
  check(yaml: string): Promise<Check>;
};

/**
 * Where what was typed is: `same` as the service has it; on its way; on this device only, for want of a connection; or
 * refused, with why.
 */
export type Saving = 'same' | 'saving' | 'kept' | { readonly refused: string };

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
  write(yaml: string): void;
  /** Reads it anew, where it could not be read. */
  again(): void;
};

const SAVE_MS = 700;
const RETRY_MS = 5_000;

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
  const sending = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const open = useRef(true);
  const newest = useRef({ source, onSaved, onTaken });
  newest.current = { source, onSaved, onTaken };

  const send = useCallback(async () => {
    clearTimeout(timer.current);
    const yaml = unsaved.current;
    const begun = begunOn.current;
    if (yaml === null || begun === null || sending.current) return;
    sending.current = true;
    const { source: to } = newest.current;
    setSaving('saving');
    try {
      const answer = await to.save(yaml, begun);
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

  const write = useCallback(
    (yaml: string) => {
      setText(yaml);
      unsaved.current = yaml;
      kept.keep(newest.current.source.name, { yaml, begunOn: begunOn.current });
      setSaving((now) => (now === 'kept' ? now : 'saving'));
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void send(), SAVE_MS);
    },
    [kept, send],
  );

  const published = reading.kind === 'read' ? reading.value.published : null;
  return { reading, yaml: text ?? '', published, mark, saving, check, restored, write, again };
}

/** The device's store; null where the browser refuses it. */
function deviceStore(): Keeper | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
