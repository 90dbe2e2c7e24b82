import { z } from 'zod';
import type { GivenJob, NewJob } from './broker.js';
import { faultOf } from './fault.js';
import { readPayload } from './payload.js';

const StretchPayload = z.strictObject({ site: z.int(), id: z.int() });

/** The job that carries a long work on from where its cursor stands; each turn has a name of its own. */
export function stretchJob(work: {
  readonly site: number;
  readonly seq: number;
  readonly kind: string;
  readonly subject: number;
  readonly turn: string;
}): NewJob {
  return {
    id: `${work.kind}-${work.seq}-${work.turn}`,
    name: work.kind,
    data: { site: work.site, id: work.subject },
  };
}

export type StretchDeps = {
  /** Carries the work on until it is done or its time is up. Two that do so at once cannot both move its cursor. */
  carryOn(site: number, id: number): Promise<unknown>;
  /** Ends the work; `message` holds no comment text. */
  fail(site: number, id: number, message: string): Promise<void>;
};

/** Processes a stretch of a long work, which fails when the last attempt at it fails. */
export function stretchProcessor({ carryOn, fail }: StretchDeps) {
  return async (job: GivenJob): Promise<void> => {
    const { site, id } = readPayload(StretchPayload, job);
    try {
      await carryOn(site, id);
    } catch (error) {
      if (!job.lastAttempt) throw error;
      await fail(site, id, faultOf(error));
    }
  };
}
