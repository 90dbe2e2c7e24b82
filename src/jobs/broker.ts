import { createPostgresBackend, DelayedError, type Job, type JobsOptions, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { messageOf } from '../core/error-message.js';
import { PutOff } from '../flow/put-off.js';
import { faultOf } from './fault.js';
import { ForeignJob, UnknownJob } from './payload.js';

export type Lane = 'live' | 'bulk';
export const LANES: readonly Lane[] = ['live', 'bulk'];

export type BrokerChoice =
  /** Jobs lie in PostgreSQL, in a schema of their own. */
  | { readonly kind: 'postgres'; readonly url: string }
  /** Jobs lie in Redis, under a prefix that no other installation uses. */
  | { readonly kind: 'redis'; readonly url: string; readonly installation: string };

/** A job as it is handed over: ids only, so nothing in it needs to be kept from anybody. */
export type NewJob = { readonly id: string; readonly name: string; readonly data: unknown };

/** The job that a processor is given. */
export type GivenJob = {
  readonly name: string;
  readonly data: unknown;
  /** Nobody will try again when this attempt fails. */
  readonly lastAttempt: boolean;
};

export type Broker = {
  readonly kind: BrokerChoice['kind'];
  add(lane: Lane, jobs: readonly NewJob[]): Promise<void>;
  isThere(lane: Lane, id: string): Promise<boolean>;
  /** How many jobs wait, run or are put off. */
  count(lane: Lane): Promise<number>;
  /** Starts taking jobs; is started again by itself when the queue was away. */
  work(lane: Lane, concurrency: number, process: (job: GivenJob) => Promise<void>): Promise<void>;
  /** Whether this process takes jobs of a lane at all; what it has begun goes on. */
  hold(lane: Lane, held: boolean): void;
  /** Rejects where the queue does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

/** A fault of the queue that an operator can mend; the message is the one line to print. */
class BrokerError extends Error {
  override readonly name = 'BrokerError';
}

/**
 * What happened to a job is a row in our own tables, so finished jobs are not kept. Work that fails here for good is seen by
 * the sweeper, which finds that its job is gone.
 */
const JOB_OPTIONS: JobsOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 500 },
  removeOnComplete: true,
  removeOnFail: true,
};

/** Short, because inference runs in another process and never blocks a worker: a killed worker's jobs come back in seconds. */
const LOCK_MS = 10_000;
const STALLED_MS = 3_000;
const RETRY_MS = 1_000;
/** What had better wait comes again after so long, as if it had not been tried. */
const PUT_OFF_MS = 10_000;
const ANSWER_MS = 5_000;
const SCHEMA = 'premod_queue';

/**
 * Opens the queue, which must answer by now: BullMQ's objects on PostgreSQL never recover from having been built while it
 * was away.
 *
 * @throws BrokerError in one line where it does not answer.
 */
export async function openBroker(choice: BrokerChoice, logError: (message: string) => void): Promise<Broker> {
  const queues = new Map<Lane, Queue>();
  const workers = new Map<Lane, Worker>();
  const onHold = new Set<Lane>();
  let closing = false;

  try {
    for (const lane of LANES) queues.set(lane, await openQueue(choice, lane, logError));
  } catch (error) {
    for (const queue of queues.values()) await queue.close().catch(() => undefined);
    throw new BrokerError(`${whereOf(choice)} cannot be used as the queue: ${messageOf(error)}`);
  }
  const queueOf = (lane: Lane): Queue => {
    const queue = queues.get(lane);
    if (queue === undefined) throw new Error(`There is no queue ${lane}.`);
    return queue;
  };

  function apply(lane: Lane): void {
    const worker = workers.get(lane);
    if (worker === undefined || closing) return;
    const applied = onHold.has(lane) ? worker.pause(true) : worker.resume();
    applied.catch((error: unknown) => logError(`queue ${lane}: ${messageOf(error)}`));
  }

  async function startWorker(
    lane: Lane,
    concurrency: number,
    process: (job: GivenJob) => Promise<void>,
  ): Promise<void> {
    const told = async (job: GivenJob, id: string): Promise<void> => {
      try {
        await process(job);
      } catch (error) {
        const ofAnother = error instanceof ForeignJob || error instanceof UnknownJob;
        if (job.lastAttempt && ofAnother) logError(`queue ${lane}, job ${id}: ${faultOf(error)}`);
        throw error;
      }
    };
    for (let attempt = 1; !closing; attempt += 1) {
      const worker = buildWorker(choice, lane, concurrency, told, () => onHold.has(lane));
      worker.on('error', (error) => logError(`queue ${lane}: ${messageOf(error)}`));
      try {
        await withTimeout(worker.waitUntilReady(), ANSWER_MS);
        workers.set(lane, worker);
        apply(lane);
        return;
      } catch (error) {
        await worker.close(true).catch(() => undefined);
        if (attempt === 1) logError(`queue ${lane}: no worker yet: ${messageOf(error)}`);
        await new Promise((done) => setTimeout(done, RETRY_MS));
      }
    }
  }

  return {
    kind: choice.kind,
    async add(lane, jobs) {
      await withTimeout(
        queueOf(lane).addBulk(jobs.map(({ id, name, data }) => ({ name, data, opts: { ...JOB_OPTIONS, jobId: id } }))),
        ANSWER_MS,
      );
    },
    async isThere(lane, id) {
      return (await withTimeout(queueOf(lane).getJob(id), ANSWER_MS)) !== undefined;
    },
    async count(lane) {
      const counts = await withTimeout(
        queueOf(lane).getJobCounts('waiting', 'active', 'delayed', 'prioritized'),
        ANSWER_MS,
      );
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    },
    work: startWorker,
    hold(lane, held) {
      if (held) onHold.add(lane);
      else onHold.delete(lane);
      apply(lane);
    },
    async ping() {
      await withTimeout(queueOf('live').getJobCounts('waiting'), ANSWER_MS);
    },
    async close() {
      closing = true;
      await Promise.all([...workers.values()].map((worker) => worker.close().catch(() => undefined)));
      await Promise.all([...queues.values()].map((queue) => queue.close().catch(() => undefined)));
    },
  };
}

/** BullMQ closes only connections that it made itself, so that each object is given options, not a connection. */
function redisOptions(url: string) {
  const address = new URL(url);
  return {
    host: address.hostname,
    port: Number(address.port || 6379),
    db: Number(address.pathname.slice(1) || 0),
    ...(address.username !== '' && { username: decodeURIComponent(address.username) }),
    ...(address.password !== '' && { password: decodeURIComponent(address.password) }),
    ...(address.protocol === 'rediss:' && { tls: {} }),
  };
}

function postgresOptions(url: string) {
  return {
    connectionString: url,
    schema: SCHEMA,
    migrate: true,
    max: 6,
    connectionTimeoutMillis: 2_000,
    query_timeout: 4_000,
    keepAlive: true,
    application_name: 'premod queue',
  };
}

async function openQueue(choice: BrokerChoice, lane: Lane, logError: (message: string) => void): Promise<Queue> {
  if (choice.kind === 'redis') await answersRedis(choice.url);
  const name = nameOf(lane);
  const queue =
    choice.kind === 'redis'
      ? new Queue(name, {
          connection: { ...redisOptions(choice.url), enableOfflineQueue: false, maxRetriesPerRequest: 1 },
          prefix: prefixOf(choice.installation),
        })
      : (new Queue(name, { connection: postgresOptions(choice.url) }, createPostgresBackend) as unknown as Queue);
  queue.on('error', (error) => logError(`queue ${lane}: ${messageOf(error)}`));
  await withTimeout(queue.waitUntilReady(), 2 * ANSWER_MS);
  return queue;
}

function buildWorker(
  choice: BrokerChoice,
  lane: Lane,
  concurrency: number,
  process: (job: GivenJob, id: string) => Promise<void>,
  isHeld: () => boolean,
): Worker {
  const putOff = async (job: Job, token: string | undefined, milliseconds: number): Promise<never> => {
    await job.moveToDelayed(Date.now() + milliseconds, token);
    throw new DelayedError();
  };
  const run = async (job: Job, token?: string): Promise<void> => {
    // A worker that was waiting at Redis for the next job when it was held is still given that one.
    if (isHeld()) await putOff(job, token, RETRY_MS);
    const lastAttempt = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    try {
      await process({ name: job.name, data: job.data as unknown, lastAttempt }, job.id ?? '');
    } catch (error) {
      if (error instanceof PutOff) await putOff(job, token, PUT_OFF_MS);
      throw toKeep(error);
    }
  };
  const options = {
    concurrency,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_MS,
    maxStalledCount: 20,
    runRetryDelay: RETRY_MS,
    drainDelay: 2,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  };
  if (choice.kind === 'redis') {
    const connection = { ...redisOptions(choice.url), maxRetriesPerRequest: null };
    return new Worker(nameOf(lane), run, { ...options, connection, prefix: prefixOf(choice.installation) });
  }
  const connection = postgresOptions(choice.url);
  return new Worker(nameOf(lane), run, { ...options, connection }, createPostgresBackend) as unknown as Worker;
}

/** What the queue may keep of a failure: message and stack, of which neither quotes anything. */
function toKeep(error: unknown): Error {
  const kept = new Error(faultOf(error));
  kept.stack = kept.message;
  return kept;
}

/** A first word with Redis under a deadline: a Queue object would go on trying without a word. */
async function answersRedis(url: string): Promise<void> {
  const probe = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 3_000,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  probe.on('error', () => undefined);
  try {
    await probe.connect();
    await probe.ping();
  } finally {
    probe.disconnect();
  }
}

function nameOf(lane: Lane): string {
  return `premod-${lane}`;
}

function prefixOf(installation: string): string {
  return `premod-${installation}`;
}

function whereOf(choice: BrokerChoice): string {
  const { hostname, port, protocol } = new URL(choice.url);
  return choice.kind === 'redis'
    ? `REDIS_URL: Redis at ${hostname}:${port || (protocol === 'rediss:' ? '6380' : '6379')}`
    : `PostgreSQL at ${hostname}:${port || '5432'}`;
}

async function withTimeout<Answer>(work: Promise<Answer>, milliseconds: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(
      () => fail(new BrokerError(`The queue did not answer within ${milliseconds} ms.`)),
      milliseconds,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
