import { isOverloaded, leastTellingWait, type Wait } from '../core/overload.js';
import type { Policy } from '../core/policy.js';

export type LoadDeps = {
  policyInForce(site: number): Promise<Policy>;
  /** For how many seconds the site has been overloaded; null where it is not. */
  readOverload(site: number): Promise<number | null>;
  /** Where live comments have waited longest for their judgement, of those that have waited so long at least. */
  readLongestWaits(site: number, leastSeconds: number): Promise<readonly Wait[]>;
  /** Keeps that overload began or ended, for all processes; false where another one was faster. */
  keepOverload(site: number, overloaded: boolean): Promise<boolean>;
};

/**
 * Looks whether more live comments wait than can be judged in time, and keeps it where that has changed. Any process may look at
 * any time: what it finds hangs on the store alone.
 *
 * @returns for how many seconds it has been so, null where it is not, and what this look has changed.
 */
export async function lookAtLoad(
  deps: LoadDeps,
  site: number,
): Promise<{ readonly overloadedSeconds: number | null; readonly change: 'began' | 'ended' | null }> {
  const policy = await deps.policyInForce(site);
  const before = await deps.readOverload(site);
  const waits = await deps.readLongestWaits(site, leastTellingWait(policy));
  const overloaded = isOverloaded(before !== null, waits, policy);
  if (overloaded === (before !== null)) return { overloadedSeconds: before, change: null };
  const kept = await deps.keepOverload(site, overloaded);
  return { overloadedSeconds: overloaded ? 0 : null, change: kept ? (overloaded ? 'began' : 'ended') : null };
}
