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

/**
 * No work here goes by the name of a job: a newer premod has left it, or one that was taken back. Its work, where it has a row in the
 * outbox, stays there for a premod that knows it.
 */
export class UnknownJob extends Error {
  override readonly name = 'UnknownJob';

  constructor({ name }: Pick<GivenJob, 'name'>) {
    super(
      `No work of this premod is called ${JSON.stringify(name)}; the job leaves the queue, and its row stays in the outbox.`,
    );
  }
}

type Processor = (job: GivenJob) => Promise<void>;

/** @throws UnknownJob where none goes by the job's name */
export function processorOf(processors: Readonly<Record<string, Processor>>, job: GivenJob): Processor {
  const process = Object.hasOwn(processors, job.name) ? processors[job.name] : undefined;
  if (process === undefined) throw new UnknownJob(job);
  return process;
}

/** @throws ForeignJob where a job does not carry what it has to */
export function readPayload<Payload>(form: z.ZodType<Payload>, job: GivenJob): Payload {
  const read = form.safeParse(job.data);
  if (!read.success) throw new ForeignJob(job);
  return read.data;
}
