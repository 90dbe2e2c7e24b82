import type { z } from 'zod';
import type { GivenJob } from './broker.js';

/**
 * What a job carries has another form: another version of premod has left it, as jobs say no version. Nothing is lost by that: its
 * work is a row in the outbox, and the sweeper has that handed over anew once this job is gone.
 */
export class ForeignJob extends Error {
  override readonly name = 'ForeignJob';

  constructor(job: Pick<GivenJob, 'name'>) {
    super(`Another version of premod has left this job (${job.name}) in the queue; its work is handed over anew.`);
  }
}

/** @throws ForeignJob where a job does not carry what it has to */
export function readPayload<Payload>(form: z.ZodType<Payload>, job: GivenJob): Payload {
  const read = form.safeParse(job.data);
  if (!read.success) throw new ForeignJob(job);
  return read.data;
}
