import { z } from 'zod';
import { carryOnDryRun, type DryRunDeps } from '../flow/dry-run.js';
import type { GivenJob, NewJob } from './broker.js';
import { faultOf } from './fault.js';

const DryRunPayload = z.strictObject({ site: z.int(), dryRunId: z.int() });

export const DRY_RUN = 'dry-run';

/** How long one job carries a dry run on before another one takes over. */
const MOST_MS = 30_000;

export function dryRunJob(work: {
  readonly site: number;
  readonly seq: number;
  readonly subject: number;
  readonly turn: string;
}): NewJob {
  return {
    id: `${DRY_RUN}-${work.seq}-${work.turn}`,
    name: DRY_RUN,
    data: { site: work.site, dryRunId: work.subject },
  };
}

/** Processes a stretch of one dry run. Two that run at once cannot both move its cursor. */
export function dryRunProcessor<Scope>(
  deps: DryRunDeps<Scope> & { fail(site: number, id: number, message: string): Promise<void> },
) {
  return async (job: GivenJob): Promise<void> => {
    const { site, dryRunId } = DryRunPayload.parse(job.data);
    try {
      await carryOnDryRun(deps, site, dryRunId, MOST_MS);
    } catch (error) {
      if (!job.lastAttempt) throw error;
      await deps.fail(site, dryRunId, faultOf(error));
    }
  };
}
