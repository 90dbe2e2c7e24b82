import type { Label } from '../core/labels.js';
import type { Problem, VerdictView } from '../core/views.js';

type Action = VerdictView['action'];

/** A decision that could not be sent. It names the comment and never holds its text. */
export type KeptDecision = {
  /** Sent as `Idempotency-Key`: sent twice, it counts once. */
  readonly key: string;
  /** The page that decided, by the name under which it held the comment. */
  readonly desk: string;
  /** Who decided; another person on the same device does not send it in their own name. */
  readonly actor: string;
  readonly commentId: string;
  readonly revision: number;
  readonly action: Action;
  readonly label?: Label;
  readonly note?: string;
  /** The person saw that it was settled, and settles it otherwise. */
  readonly override?: boolean;
  /** Milliseconds since 1970, by this device's clock. */
  readonly at: number;
};

/** The part of `localStorage` that is needed here. */
export type Keeper = {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
};

export type Outbox = {
  /** Oldest first. */
  list(): readonly KeptDecision[];
  add(decision: KeptDecision): void;
  remove(key: string): void;
};

const NAME = 'premod.outbox';

/**
 * Decisions that wait on this device, in the order in which they fell. Where the device refuses to store (no room, private
 * window) they are kept as long as the page is open.
 */
export function createOutbox(keeper: Keeper | null): Outbox {
  let unstored: readonly KeptDecision[] = [];
  const stored = (): readonly KeptDecision[] => {
    try {
      const parsed: unknown = JSON.parse(keeper?.getItem(NAME) ?? '[]');
      return Array.isArray(parsed) ? parsed.filter(isKeptDecision) : [];
    } catch {
      return [];
    }
  };
  const store = (decisions: readonly KeptDecision[]): boolean => {
    if (keeper === null) return false;
    try {
      keeper.setItem(NAME, JSON.stringify(decisions));
      return true;
    } catch {
      return false;
    }
  };
  return {
    list: () => [...stored(), ...unstored],
    add(decision) {
      if (unstored.length > 0 || !store([...stored(), decision])) unstored = [...unstored, decision];
    },
    remove(key) {
      unstored = unstored.filter((decision) => decision.key !== key);
      const kept = stored();
      if (kept.some((decision) => decision.key === key)) store(kept.filter((decision) => decision.key !== key));
    },
  };
}

function isKeptDecision(value: unknown): value is KeptDecision {
  const row = value as Partial<Record<keyof KeptDecision, unknown>> | null;
  return (
    typeof row === 'object' &&
    row !== null &&
    typeof row.key === 'string' &&
    typeof row.desk === 'string' &&
    typeof row.actor === 'string' &&
    typeof row.commentId === 'string' &&
    typeof row.revision === 'number' &&
    typeof row.action === 'string' &&
    typeof row.at === 'number'
  );
}

/**
 * What became of one kept decision when it was sent. `busy`: somebody else is reading that comment, so this one waits and
 * the next goes. `later`: no answer, so it and all behind it stay where they are.
 */
export type Sending =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly problem: Problem }
  | { readonly kind: 'busy' }
  | { readonly kind: 'later' };

export type Delivery = {
  readonly taken: readonly KeptDecision[];
  readonly refused: readonly { readonly decision: KeptDecision; readonly problem: Problem }[];
};

/** Sends one person's kept decisions in order, each once, and stops at the first that gets no answer. */
export async function deliver(
  outbox: Outbox,
  actor: string,
  send: (decision: KeptDecision) => Promise<Sending>,
): Promise<Delivery> {
  const taken: KeptDecision[] = [];
  const refused: { decision: KeptDecision; problem: Problem }[] = [];
  const busy = new Set<string>();
  for (;;) {
    // Read anew every time: a decision may be taken back, or another fall, while one is on its way.
    const decision = outbox.list().find((kept) => kept.actor === actor && !busy.has(kept.key));
    if (decision === undefined) break;
    const sending = await send(decision);
    if (sending.kind === 'later') break;
    if (sending.kind === 'busy') {
      busy.add(decision.key);
      continue;
    }
    outbox.remove(decision.key);
    if (sending.kind === 'taken') taken.push(decision);
    else refused.push({ decision, problem: sending.problem });
  }
  return { taken, refused };
}
