import type { Broker, Lane } from './broker.js';
import { LANES } from './broker.js';
import { startRounds } from './rounds.js';

export type SweepDeps = {
  /** Jobs whose work is not recorded although it was handed over some time ago, of each lane the oldest. */
  overdue(olderThanMs: number): Promise<readonly { readonly jobId: string; readonly lane: Lane }[]>;
  /** Puts the work of jobs that are gone back among what is to be delivered. */
  redeliver(jobIds: readonly string[]): Promise<void>;
  /** Puts all overdue work of a lane back: the queue has lost everything. */
  redeliverAll(lane: Lane, olderThanMs: number): Promise<void>;
  /** Gives current texts that have neither decision nor work their work back; returns how many. */
  adoptUndecided(olderThanMs: number): Promise<number>;
  /** Links answers to parents that arrived at the very same moment. */
  linkMissed(): Promise<number>;
  /** Puts work that failed while the model was away back on its way. */
  retryFailed(olderThanMs: number): Promise<number>;
  /** Forgets idempotency keys whose answers are no longer given. */
  forgetOldKeys(): Promise<void>;
  /** Whether the model answers at this moment. */
  modelAnswers(): Promise<boolean>;
  log(message: string): void;
  logError(message: string): void;
};

const OVERDUE_MS = 15_000;
const UNDECIDED_MS = 60_000;
const RETRY_FAILED_MS = 30_000;

/**
 * Finds what fell between database and queue: jobs that were lost, texts that have no work, work that failed while the model
 * was away. Nothing accepted stays undecided.
 */
export async function sweep(deps: SweepDeps, broker: Broker): Promise<void> {
  const overdue = await deps.overdue(OVERDUE_MS);
  for (const lane of LANES) {
    const ours = overdue.filter((job) => job.lane === lane);
    if (ours.length === 0) continue;
    if ((await broker.count(lane)) === 0) {
      deps.log(`sweeper: the queue ${lane} is empty although work waits; all of it is handed over again`);
      await deps.redeliverAll(lane, OVERDUE_MS);
      continue;
    }
    const lost: string[] = [];
    for (const { jobId } of ours) if (!(await broker.isThere(lane, jobId))) lost.push(jobId);
    if (lost.length > 0)
      deps.log(`sweeper: ${lost.length} jobs of the queue ${lane} were lost and are handed over again`);
    await deps.redeliver(lost);
  }
  await deps.linkMissed();
  await deps.forgetOldKeys();
  const undecided = await deps.adoptUndecided(UNDECIDED_MS);
  if (undecided > 0) deps.log(`sweeper: ${undecided} comments had neither decision nor work`);
  if (await deps.modelAnswers()) {
    const retried = await deps.retryFailed(RETRY_FAILED_MS);
    if (retried > 0) deps.log(`sweeper: ${retried} pieces of failed work are tried again`);
  }
}

/** Sweeps every so often, until stopped. */
export function startSweeper(deps: SweepDeps, broker: Broker, everyMs: number): { stop(): Promise<void> } {
  return startRounds({
    round: () => sweep(deps, broker),
    logError: (message) => deps.logError(`sweeper: ${message}`),
    everyMs,
  });
}
