import { useCallback, useEffect, useRef, useState } from 'react';
import { failureOf } from './review/ground.js';
import type { Failure } from './review/state.js';

/** Something that a page reads from the service. `retryAt`: ms since 1970, by this device's clock. */
export type Reading<Value> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'read'; readonly value: Value }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly retryAt: number };

const RETRY_FIRST_MS = 5_000;
const RETRY_LONGEST_MS = 60_000;

/**
 * Reads when the page opens and whenever `key` changes; where no answer comes it tries again by itself. What was read stays
 * on the page while it is read anew.
 *
 * @param key names what is read; null: nothing yet.
 * @returns the reading, and a way to read anew now.
 */
export function useReading<Value>(
  key: string | null,
  read: () => Promise<Value>,
): readonly [Reading<Value>, () => void] {
  const [known, setKnown] = useState<{ readonly of: string | null; readonly reading: Reading<Value> }>({
    of: key,
    reading: { kind: 'loading' },
  });
  const [turn, setTurn] = useState(0);
  const newest = useRef(read);
  newest.current = read;
  const pause = useRef(RETRY_FIRST_MS);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the turn is what asks for reading anew.
  useEffect(() => {
    if (key === null) return;
    let wanted = true;
    let retry: ReturnType<typeof setTimeout> | undefined;
    newest.current().then(
      (value) => {
        pause.current = RETRY_FIRST_MS;
        if (wanted) setKnown({ of: key, reading: { kind: 'read', value } });
      },
      (error: unknown) => {
        if (!wanted) return;
        const retryAt = Date.now() + pause.current;
        retry = setTimeout(() => setTurn((before) => before + 1), pause.current);
        pause.current = Math.min(2 * pause.current, RETRY_LONGEST_MS);
        setKnown((before) =>
          before.of === key && before.reading.kind === 'read'
            ? before
            : { of: key, reading: { kind: 'failed', failure: failureOf(error), retryAt } },
        );
      },
    );
    return () => {
      wanted = false;
      clearTimeout(retry);
    };
  }, [key, turn]);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  return [known.of === key ? known.reading : { kind: 'loading' }, again];
}

/** What was read last, also while something is read under another key; null before anything was. */
export function useLastRead<Value>(reading: Reading<Value>): Value | null {
  const last = useRef<Value | null>(null);
  useEffect(() => {
    if (reading.kind === 'read') last.current = reading.value;
  }, [reading]);
  return reading.kind === 'read' ? reading.value : last.current;
}
