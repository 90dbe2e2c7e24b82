import { useEffect, useState } from 'react';
import type { RulesApi } from './api.js';
import { whyNot } from './failure.js';
import type { FoundRules, RulesOverview } from './shapes.js';

/** After the last letter, in ms. */
const PAUSE_MS = 200;
const LONGEST = 200;

/** What the service has found in the words of the rules. */
export type Found =
  | { readonly kind: 'nothing-sought' | 'asking' }
  | { readonly kind: 'found'; readonly found: FoundRules }
  | { readonly kind: 'failed'; readonly why: string };

/**
 * Asks in which rules something stands, a moment after it was typed, and again when the rules have changed. What stands in names
 * and reasons the page knows by itself.
 */
export function useFound(find: RulesApi['find'], sought: string, overview: RulesOverview): Found {
  const [answer, setAnswer] = useState<{ readonly to: string; readonly found: Found } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rules than before are what asks anew.
  useEffect(() => {
    if (sought === '') return;
    let wanted = true;
    const keep = (found: Found) => wanted && setAnswer({ to: sought, found });
    const timer = setTimeout(() => {
      find(sought.slice(0, LONGEST)).then(
        (found) => keep({ kind: 'found', found }),
        (error: unknown) => keep({ kind: 'failed', why: whyNot(error) }),
      );
    }, PAUSE_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [find, sought, overview]);
  if (sought === '') return { kind: 'nothing-sought' };
  return answer?.to === sought ? answer.found : { kind: 'asking' };
}
