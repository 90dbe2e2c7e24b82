import type { Policy } from './policy.js';
import { levelsOf, type Place, settingsAt } from './policy-resolve.js';

/** How long a live comment waits for its judgement, in seconds, and where. */
export type Wait = Place & { readonly seconds: number };

/**
 * Overload begins where a live comment has waited for this share of what its policy allows. Not for the whole of it: what has
 * waited so long is judged at once by the rules alone, and is hardly ever seen waiting.
 */
const STRAINED = 0.8;
/** Overload ends where none has waited for this share any more; until it can begin again, one must wait for the rest anew. */
export const RELIEVED = 0.5;

/**
 * Whether more live comments wait than can be judged in time, which is what the policy says where each of them stands
 * (`without.deadlineSeconds`).
 */
export function isOverloaded(before: boolean, waits: readonly Wait[], policy: Policy): boolean {
  const limit = before ? RELIEVED : STRAINED;
  return waits.some((wait) => wait.seconds >= limit * settingsAt(policy, wait).without.deadlineSeconds);
}

/** No comment that has waited for less than this, in seconds, says anything about overload. */
export function leastTellingWait(policy: Policy): number {
  const deadlines = levelsOf(policy).map(({ change }) => change.without?.deadlineSeconds ?? Number.POSITIVE_INFINITY);
  return RELIEVED * Math.min(policy.defaults.without.deadlineSeconds, ...deadlines);
}

const SOONEST_SECONDS = 10;
const LATEST_SECONDS = 300;

/** When to ask again, in seconds: after as long again as it has lasted, so that a long one is asked less often. */
export function retryAfterSeconds(lastedSeconds: number): number {
  return Math.ceil(Math.min(LATEST_SECONDS, Math.max(SOONEST_SECONDS, lastedSeconds)));
}
