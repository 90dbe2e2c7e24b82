import { z } from 'zod';
import { type ClassifyDeps, classify } from '../flow/classify.js';
import type { GivenJob, Lane, NewJob } from './broker.js';
import { readPayload } from './payload.js';

/** A job carries ids, never the comment: text stays in the store. Each subject is comment and revision. */
const ClassifyPayload = z.strictObject({
  site: z.int(),
  subjects: z.array(z.tuple([z.int(), z.int()])).min(1),
});

export const CLASSIFY = 'classify';

/** How many comments one job takes: one transaction and one batch for the model. */
export const MOST_SUBJECTS: Readonly<Record<Lane, number>> = { live: 16, bulk: 64 };

export type ClassifyWork = {
  readonly site: number;
  readonly seq: number;
  readonly subject: number;
  readonly revision: number;
};

/** One job for some comments of a site. The same work gets the same id, so handing it over twice is one job. */
export function classifyJob(work: readonly ClassifyWork[]): NewJob {
  const [first] = work;
  const last = work.at(-1);
  if (first === undefined || last === undefined) throw new Error('A job needs work.');
  const subjects = work.map(({ subject, revision }): [number, number] => [subject, revision]);
  // BullMQ forbids ':' in a job id of our own.
  return {
    id: `${CLASSIFY}-${first.seq}-${last.seq}-${work.length}`,
    name: CLASSIFY,
    data: { site: first.site, subjects },
  };
}

/** Processes one classify job. It is delivered at least once; running it twice leaves the same rows as running it once. */
export function classifyProcessor(deps: ClassifyDeps, lane: Lane) {
  return async (job: GivenJob): Promise<void> => {
    const { site, subjects } = readPayload(ClassifyPayload, job);
    await classify(deps, {
      site,
      subjects: subjects.map(([commentId, revision]) => ({ commentId, revision })),
      lane,
      lastAttempt: job.lastAttempt,
    });
  };
}
