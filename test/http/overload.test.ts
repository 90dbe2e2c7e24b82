import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWERS } from '../../src/http/answers.js';
import { idsUnder } from '../support/child.js';
import { type EventStream, readEventStream } from '../support/event-stream.js';
import { type Look, lookInto } from '../support/look.js';
import { queuesHere, type Service, startService } from '../support/service.js';
import { pause, until } from '../support/wait.js';

const queues = await queuesHere();

/** The least that a policy can allow. */
const DEADLINE_S = 10;
/** What a busy machine may take beyond it: until a worker comes to it, judges by the rules and writes it down. */
const GRACE_S = 15;

const KITES = `about: Kites over the pier.
rules:
  - id: kite
    label: spam
    effect: review
    when: { phrases: [sell kites] }
    reason: It speaks of kites.
    match: [They sell kites here.]
    ignore: [They fly kites here.]
`;

describe.for(queues)('A service with more comments than its model can weigh, with the queue on %s', (queue) => {
  let home: string;
  let service: Service;
  let look: Look;
  let release: () => void = () => undefined;
  let counter = 0;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'premod-overload-'));
    // Models of its own by name, so that its inference process is nobody else's.
    symlinkSync(resolve('models'), join(home, 'models'));
    service = await startService(queue, { MODELS_DIR: join(home, 'models') });
    look = await lookInto(service);
    await service.call('PUT', '/v1/articles/harbour', { title: 'The harbour reopens' });
    const { content, revision } = (await service.call('GET', '/v1/policies')).json;
    const defaults = { ...content.defaults, without: { ...content.defaults.without, deadlineSeconds: DEADLINE_S } };
    await service.call('PUT', '/v1/policies/draft', { yaml: JSON.stringify({ ...content, defaults }) });
    const published = await service.call('POST', '/v1/policies:publish', {
      why: 'A test.',
      expectedRevision: revision,
    });
    expect(published.status).toBe(200);
    await service.call('PUT', '/v1/rules/drafts/kites', { yaml: KITES });
  }, 120_000);
  afterAll(async () => {
    release();
    await look?.close();
    await service?.stop();
    rmSync(home, { recursive: true, force: true });
  });

  const comment = () => {
    counter += 1;
    return {
      id: `l${counter}`,
      articleId: 'harbour',
      author: { id: `a${counter}` },
      text: `Ferry ${counter} was late again, and nobody said why or when the next one would come.`,
    };
  };
  const batch = async (count: number) => {
    const lines = Array.from({ length: count }, () => JSON.stringify(comment()));
    return await service.call('POST', '/v1/comments:batch', lines.join('\n'), {
      'Content-Type': 'application/x-ndjson',
    });
  };
  const ready = async () => await service.call('GET', '/readyz');
  const decided = async () =>
    (await look.count(
      'select count(*) from comment c where not exists (select 1 from decision d where d.comment_id = c.id)',
    )) === 0;
  let stream: EventStream;
  /** What a reader of events was told of overload, oldest first. */
  const told = () => stream.frames.filter(({ event }) => event === 'load').map(({ data }) => data.overloaded);
  let rescore: string;
  let dryRun: string;
  const done = async () =>
    [await service.call('GET', rescore), await service.call('GET', dryRun)].map(({ json }) => json.done);
  const gauge = async () => /^premod_overloaded (\d)$/m.exec((await service.call('GET', '/metrics')).text)?.[1];

  /** Lets the inference process run for a fiftieth of the time, as on a machine that has far too much to do. */
  function slowTheModel(): () => void {
    const [inference, another] = idsUnder(home).filter(({ command }) => command.includes('inference/main.js'));
    if (inference === undefined || another !== undefined) throw new Error('There should be one inference process.');
    const { pid } = inference;
    const signal = (name: NodeJS.Signals) => {
      try {
        process.kill(pid, name);
      } catch {
        // It ended.
      }
    };
    const timer = setInterval(() => {
      signal('SIGCONT');
      setTimeout(() => signal('SIGSTOP'), 20);
    }, 1_000);
    signal('SIGSTOP');
    return () => {
      clearInterval(timer);
      setTimeout(() => signal('SIGCONT'), 100);
    };
  }

  it('in calm takes batches and says that all is well', async () => {
    expect((await batch(30)).status).toBe(200);
    await until('they are judged', look.idle, 60_000);
    expect(await ready()).toMatchObject({
      status: 200,
      json: { ready: true, degraded: false, checks: { load: { ok: true } } },
    });
    expect(await gauge()).toBe('0');
    stream = await readEventStream(service.url);
    await until('hello comes', () => stream.frames.length > 0);
    expect(ANSWERS.Hello.parse(stream.frames[0]?.data)).toMatchObject({ overloaded: false });
    expect(told()).toEqual([]);
  }, 120_000);

  it('takes single comments and judges them in time by the rules alone', async () => {
    release = slowTheModel();
    const statuses = new Set<number>();
    // More than the places at the model, so that some never come to it.
    for (let wave = 0; wave < 10 || (wave < 200 && (await ready()).json.degraded !== true); wave += 1) {
      for (const { status } of await Promise.all(
        Array.from({ length: wave < 10 ? 25 : 4 }, () => service.call('POST', '/v1/comments', comment())),
      )) {
        statuses.add(status);
      }
      await pause(200);
    }
    expect([...statuses]).toEqual([202]);
    // One that waits for its decision is taken, too.
    const answer = await service.call('POST', '/v1/comments?wait=30000', comment());
    expect(answer).toMatchObject({ status: 200, json: { decision: expect.any(String) } });

    await until('every comment that was sent has a decision', decided, (DEADLINE_S + GRACE_S) * 1_000);
    const [waits] = await look.rows<{ longest: number; overload: number; reviewed: boolean }>(
      `select max(extract(epoch from d.decided_at - c.accepted_at))::float8 as longest,
              count(*) filter (where d.detail->'reasons' @> '[{"because":"overload"}]')::integer as overload,
              bool_and(d.outcome = 'review') filter (where d.degraded) as reviewed
       from decision d join comment c on c.site = d.site and c.id = d.comment_id`,
    );
    expect(waits?.longest).toBeLessThan(DEADLINE_S + GRACE_S);
    expect(waits?.overload).toBeGreaterThan(0);
    // Nothing fails open.
    expect(waits?.reviewed).toBe(true);
  }, 180_000);

  it('meanwhile says so, refuses batches, and lets other work wait', async () => {
    // By the rules alone so much is judged at once that overload comes and goes. It stays while no decision can be written.
    await until('it is over for now', async () => (await ready()).json.degraded === false, 60_000);
    const letGo = await look.hold('decision');
    try {
      for (let count = 0; count < 3; count += 1) {
        expect((await service.call('POST', '/v1/comments', comment())).status).toBe(202);
      }
      await until('they have waited too long', async () => (await ready()).json.degraded === true, 60_000);
      expect(await ready()).toMatchObject({
        status: 200,
        json: { ready: true, degraded: true, checks: { model: { ok: true }, load: { ok: false } } },
      });
      expect(await gauge()).toBe('1');
      await until('readers of events are told', () => told().at(-1) === true);
      const late = await readEventStream(service.url);
      await until('hello comes', () => late.frames.length > 0);
      expect(late.frames[0]?.data).toMatchObject({ overloaded: true });
      late.close();

      const sent = counter;
      const refused = await batch(3);
      counter = sent;
      expect(refused.status).toBe(429);
      ANSWERS.Problem.parse(refused.json);
      expect(refused.json).toMatchObject({ type: '/problems/overloaded', retryAfterSeconds: expect.any(Number) });
      expect(refused.headers.get('retry-after')).toBe(String(refused.json.retryAfterSeconds));

      rescore = `/v1/rescores/${(await service.call('POST', '/v1/rescores', {})).json.id}`;
      dryRun = `/v1/rules/dry-runs/${(await service.call('POST', '/v1/rules/dry-runs', { drafts: ['kites'] })).json.id}`;
      // Far longer than a dry run of so few comments takes, which writes no decision.
      await pause(3_000);
      expect(await done()).toEqual([0, 0]);
      expect(ANSWERS.Rescore.parse((await service.call('GET', rescore)).json)).toMatchObject({ waitsFor: 'overload' });
      expect(ANSWERS.DryRun.parse((await service.call('GET', dryRun)).json)).toMatchObject({ waitsFor: 'overload' });
    } finally {
      await letGo();
    }
    await until('every comment that was sent has a decision', decided, (DEADLINE_S + GRACE_S) * 1_000);

    release();
    await until('it is over', async () => (await ready()).json.degraded === false, 60_000);
    await until('readers of events are told', () => told().at(-1) === false);
    // Each in its turn, under the number of the event before it, so that a reader resumes as ever.
    expect(told()).toEqual(told().map((_, index) => index % 2 === 0));
    const numbers = stream.frames.flatMap(({ id }) => id ?? []);
    expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
    for (const { event, id, data } of stream.frames) {
      if (event === 'load') expect(ANSWERS.Load.parse(data).number).toBe(id);
    }
    stream.close();
    await until(
      'the rescoring and the dry run are done',
      async () => (await done()).every((count) => count > 0),
      60_000,
    );
    for (const path of [rescore, dryRun]) expect((await service.call('GET', path)).json.waitsFor).toBeNull();
    expect((await batch(2)).status).toBe(200);
  }, 300_000);

  it('weighs afterwards what the rules alone judged, and has lost nothing', async () => {
    await until('all work is done', look.idle, 180_000);
    const [all] = await look.rows<{ comments: number; whole: number; settled: number }>(
      `select count(*)::integer as comments,
              count(*) filter (where d.effective and not d.degraded)::integer as whole,
              count(*) filter (where c.state = 'published' or exists (
                select 1 from queue_item q where q.site = c.site and q.comment_id = c.id and q.left_at is null))::integer as settled
       from comment c left join decision d on d.site = c.site and d.comment_id = c.id and d.effective`,
    );
    // What the rules alone put before a person has left the queue again, or a person is asked for what it says.
    expect(all).toEqual({ comments: counter, whole: counter, settled: counter });
    expect((await service.call('GET', '/v1/failures')).json.failures).toEqual([]);
    expect(await gauge()).toBe('0');
  }, 240_000);
});
