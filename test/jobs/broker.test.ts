import { randomUUID } from 'node:crypto';
import { createPostgresBackend, Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PutOff } from '../../src/flow/put-off.js';
import { type Broker, type GivenJob, openBroker } from '../../src/jobs/broker.js';
import { processorOf } from '../../src/jobs/payload.js';
import { sweep } from '../../src/jobs/sweep.js';
import { createDatabase } from '../support/database.js';
import { queuesHere, REDIS_URL } from '../support/service.js';

const queues = await queuesHere();

async function until(condition: () => boolean | Promise<boolean>, mostMs = 20_000): Promise<void> {
  const deadline = Date.now() + mostMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('It did not come to pass in time.');
    await new Promise((done) => setTimeout(done, 20));
  }
}

describe.for(queues)('The queue on %s', (kind) => {
  let broker: Broker;
  let database: Awaited<ReturnType<typeof createDatabase>>;
  /** The queue as BullMQ sees it, to look at what it keeps. */
  let queue: Queue;
  const given: GivenJob[] = [];
  let behave: (job: GivenJob) => Promise<void> = async () => undefined;
  const complaints: string[] = [];

  beforeAll(async () => {
    database = await createDatabase();
    const installation = randomUUID();
    const choice =
      kind === 'redis'
        ? ({ kind, url: REDIS_URL, installation } as const)
        : ({ kind: 'postgres', url: database.url } as const);
    broker = await openBroker(choice, (message) => complaints.push(message));
    const postgres = { connectionString: database.url, schema: 'premod_queue', migrate: false };
    queue =
      kind === 'redis'
        ? new Queue('premod-live', { connection: { url: REDIS_URL }, prefix: `premod-${installation}` })
        : (new Queue('premod-live', { connection: postgres }, createPostgresBackend) as unknown as Queue);
    await broker.work('live', 4, async (job) => {
      given.push(job);
      await behave(job);
    });
  });
  afterAll(async () => {
    await queue?.close();
    await broker?.close();
    await database?.drop();
  });

  it('gives each job to a worker once', async () => {
    const jobs = Array.from({ length: 200 }, (_, n) => ({ id: `job-${n}`, name: 'count', data: { n } }));
    await broker.add('live', jobs);
    await until(() => given.length >= 200);
    await until(async () => (await broker.count('live')) === 0);
    expect(new Set(given.map(({ data }) => (data as { n: number }).n)).size).toBe(200);
    expect(given).toHaveLength(200);
  });

  it('takes a job that is handed over twice as one', async () => {
    await broker.add('bulk', [{ id: 'twice', name: 'count', data: {} }]);
    await broker.add('bulk', [{ id: 'twice', name: 'count', data: {} }]);
    expect(await broker.count('bulk')).toBe(1);
    expect(await broker.isThere('bulk', 'twice')).toBe(true);
    expect(await broker.isThere('bulk', 'never')).toBe(false);
  });

  it('holds a lane back, also one that is only taken up later, and lets it go', async () => {
    const taken: string[] = [];
    broker.hold('bulk', true);
    await broker.work('bulk', 1, async ({ name }) => void taken.push(name));
    await broker.add('bulk', [{ id: 'held', name: 'held', data: {} }]);
    given.length = 0;
    await broker.add('live', [{ id: 'meanwhile', name: 'meanwhile', data: {} }]);
    await until(() => given.length === 1);
    await new Promise((done) => setTimeout(done, 500));
    expect(taken).not.toContain('held');
    broker.hold('bulk', false);
    await until(() => taken.includes('held'));

    broker.hold('bulk', true);
    await broker.add('bulk', [{ id: 'again', name: 'again', data: {} }]);
    await new Promise((done) => setTimeout(done, 500));
    expect(taken).not.toContain('again');
    broker.hold('bulk', false);
    await until(() => taken.includes('again'));
    // Closing does not hang on it either.
    broker.hold('bulk', true);
  });

  it('tries a failing job again, says which attempt is the last, and forgets it afterwards', async () => {
    given.length = 0;
    behave = async () => {
      throw new Error('not today');
    };
    await broker.add('live', [{ id: 'failing', name: 'fail', data: {} }]);
    await until(() => given.length === 5, 30_000);
    expect(given.map(({ lastAttempt }) => lastAttempt)).toEqual([false, false, false, false, true]);
    await until(async () => !(await broker.isThere('live', 'failing')));
    behave = async () => undefined;
  });

  it('says of a job that no work here goes by the name of what it is called and where it lay, once', async () => {
    complaints.length = 0;
    behave = (job) => processorOf({}, job)(job);
    for (const name of ['translate', 'constructor']) await broker.add('live', [{ id: `odd-${name}`, name, data: {} }]);
    await until(async () => (await broker.count('live')) === 0, 30_000);
    behave = async () => undefined;
    expect(complaints.filter((one) => /No work/.test(one)).sort()).toEqual(
      ['constructor', 'translate'].map(
        (name) =>
          `queue live, job odd-${name}: No work of this premod is called "${name}"; the job leaves the queue, and its row stays in the outbox.`,
      ),
    );
  }, 40_000);

  it('takes a job that is put off again later, as if it had not been tried', async () => {
    given.length = 0;
    behave = async () => {
      if (given.length < 3) throw new PutOff('Others have less time.');
    };
    await broker.add('live', [{ id: 'patient', name: 'patient', data: {} }]);
    await until(async () => (await queue.getJob('patient').then((job) => job?.isDelayed())) === true);
    expect((await queue.getJob('patient'))?.attemptsMade).toBe(0);
    await until(() => given.length === 3, 30_000);
    await until(async () => (await broker.count('live')) === 0);
    behave = async () => undefined;
    expect(given.map(({ lastAttempt }) => lastAttempt)).toEqual([false, false, false]);
    expect(complaints.join()).not.toContain('less time');
  }, 40_000);

  /** What the queue keeps of a job's failure. */
  async function keptOf(id: string): Promise<string> {
    const job = await queue.getJob(id);
    return `${job?.failedReason ?? ''}${(job?.stacktrace ?? []).join('')}`;
  }

  it('keeps of a failure what holds no comment text, and can keep it', async () => {
    const text = 'Words of a \u0000 comment \ud83d';
    const kept: string[] = [];
    for (const [id, error] of [
      ['quotes', new SyntaxError(`Unexpected token in ${text}`)],
      ['coded', Object.assign(new Error(`invalid input: ${text}`), { code: '22P02' })],
      [
        'ours',
        Object.assign(new Error(`The model \u0000 was lost \ud83d${' and lost'.repeat(1_000)}`), { retryable: true }),
      ],
      ['lost', new Error('timeout exceeded when trying to connect')],
      ['odd', text],
    ] as const) {
      given.length = 0;
      behave = async () => {
        throw error;
      };
      await broker.add('live', [{ id, name: 'fail', data: {} }]);
      // Put off until its next attempt, not active until it stalls out.
      await until(async () => given.length > 0 && (await keptOf(id)) !== '', 5_000);
      kept.push(await keptOf(id));
      behave = async () => undefined;
      await until(async () => (await broker.count('live')) === 0);
    }
    const [quotes, coded, ours, lost, odd] = kept;
    expect(quotes).toContain('SyntaxError');
    expect(coded).toContain('Error (22P02)');
    expect(ours).toMatch(/^The model {2}was lost/);
    expect(ours?.length).toBeLessThan(2_000);
    expect(lost).toContain('timeout exceeded when trying to connect');
    expect(odd).not.toBe('');
    expect(kept.join()).not.toMatch(/Words|comment|\\u0000/);
  }, 30_000);

  it('that has lost its jobs is noticed by the sweeper, and all overdue work is handed over again', async () => {
    const handedOver: string[] = [];
    await sweep(
      {
        overdue: async () => [{ jobId: 'gone', lane: 'live' }],
        redeliver: async (ids) => void handedOver.push(...ids),
        redeliverAll: async (lane) => void handedOver.push(lane),
        adoptUndecided: async () => 0,
        linkMissed: async () => 0,
        forgetOldKeys: async () => undefined,
        retryFailed: async () => 0,
        modelAnswers: async () => true,
        log: () => undefined,
        logError: () => undefined,
      },
      broker,
    );
    expect(handedOver).toEqual(['live']);
  });
});

describe('A queue that is not there', () => {
  it('is one line that names the setting', async () => {
    const redis = { kind: 'redis', url: 'redis://127.0.0.1:1', installation: 'none' } as const;
    await expect(openBroker(redis, () => undefined)).rejects.toThrow(
      /^REDIS_URL: Redis at 127\.0\.0\.1:1 cannot be used/,
    );
  });
});
