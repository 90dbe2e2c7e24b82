import { z } from 'zod';
import { carryOnRescore, type RescoreDeps } from '../flow/rescore.js';
import type { GivenJob, NewJob } from './broker.js';
import { faultOf } from './fault.js';

const RescorePayload = z.strictObject({ site: z.int(), rescoreId: z.int() });

export const RESCORE = 'rescore';

/** How long one job carries a rescoring on before another one takes over. */
const MOST_MS = 60_000;

export function rescoreJob(work: {
  readonly site: number;
  readonly seq: number;
  readonly subject: number;
  readonly turn: string;
}): NewJob {
  return {
    id: `${RESCORE}-${work.seq}-${work.turn}`,
    name: RESCORE,
    data: { site: work.site, rescoreId: work.subject },
  };
}

/** Processes a stretch of one rescoring. Two that run at once cannot both move its cursor. */
export function rescoreProcessor<Scope>(
  deps: RescoreDeps<Scope> & { fail(site: number, id: number, message: string): Promise<void> },
) {
  return async (job: GivenJob): Promise<void> => {
    const { site, rescoreId } = RescorePayload.parse(job.data);
    try {
      await carryOnRescore(deps, site, rescoreId, MOST_MS);
    } catch (error) {
      if (!job.lastAttempt) throw error;
      await deps.fail(site, rescoreId, faultOf(error));
    }
  };
}
