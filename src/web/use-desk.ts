import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { PipelineView, QueueItemView } from '../core/views.js';
import type { Desk } from './review/desk.js';
import type { DeskState } from './review/state.js';

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): { readonly desk: Desk; readonly state: DeskState } {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error('outside of the desk');
  return { desk, state: useSyncExternalStore(desk.subscribe, desk.getState) };
}

/** The note on a comment as it is written, and how to write it: what was begun, else what was kept. */
export function useNote({ commentId }: QueueItemView): readonly [text: string, write: (text: string) => void] {
  const { desk, state } = useDesk();
  const text = state.begun.get(commentId) ?? state.notes.get(commentId) ?? '';
  return [text, (written) => desk.beginNote(commentId, written)];
}

/** What judged a comment; undefined until the service has said so, or where nothing judged it yet. */
export function usePipeline(fingerprint: string | null): PipelineView | undefined {
  const { desk, state } = useDesk();
  useEffect(() => {
    if (fingerprint !== null) void desk.learnPipeline(fingerprint);
  }, [desk, fingerprint]);
  return fingerprint === null ? undefined : state.pipelines.get(fingerprint);
}

/** The time, anew every so many ms. */
export function useNow(every: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
