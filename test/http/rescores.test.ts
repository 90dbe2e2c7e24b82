import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Child, startChild, startServing } from '../support/child.js';
import { createDatabase } from '../support/database.js';
import { type Look, lookInto } from '../support/look.js';
import { addContraryArtefact, copyModels } from '../support/models.js';
import { callAt, drawNone, NDJSON, queuesHere, REDIS_URL } from '../support/service.js';
import { until } from '../support/wait.js';

const queues = await queuesHere();

const KEY = 'a-key-for-tests-only';
const COUNT = 300;

const TEXTS = [
  'Thank you for this report, the timetable was what I had been looking for, and the map beside it is a help.',
  'We should kill all of them and burn their houses down tonight, every one of them, before they come again.',
  'The roof of the quay was worth the wait; my children stood dry for the first time in two years of rain.',
  'You are an idiot, and so is the mayor, and whoever voted for him should be ashamed to show their faces here.',
  'Why is there no ferry after nine? People who work late have to take the long way round by the bridge again.',
];

type Flip = {
  readonly commentId: string;
  readonly from: string;
  readonly to: string;
  readonly severity: number;
  readonly change: number;
  readonly hasVerdict: boolean;
  readonly opened: boolean;
};

describe.for(queues)('Rescoring on %s', (kind) => {
  let home: string;
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let look: Look;
  let service: Child;
  let other: string;
  let environment: Record<string, string>;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'premod-rescores-'));
    const models = copyModels(join(home, 'models'));
    other = addContraryArtefact(models, 'contrary');
    database = await createDatabase();
    environment = {
      DATABASE_URL: database.url,
      MODELS_DIR: models.folder,
      PREMOD_API_KEY: KEY,
      PREMOD_SWEEP_MS: '1000',
      PREMOD_LOG_LEVEL: 'error',
      ...(kind === 'redis' && { REDIS_URL }),
    };
    service = await startServing(environment);
    await drawNone(service.url);
    look = await lookInto({ databaseUrl: database.url });
    await call('PUT', '/v1/articles/harbour', {
      title: 'The harbour reopens',
      body: 'The first ferry left at six. The timetable is the old one, and the quay has a new roof.',
      section: 'local',
    });
    await call('PUT', '/v1/articles/bridge', { title: 'The bridge closes for repairs', section: 'traffic' });
    await until('the articles are embedded', look.idle);
    const lines = Array.from({ length: COUNT }, (_, n) =>
      JSON.stringify({
        id: `r${n}`,
        articleId: n < 200 ? 'harbour' : 'bridge',
        author: { id: `a${n % 9}` },
        text: `${TEXTS[n % TEXTS.length]} (${n})`,
        createdAt: new Date(Date.UTC(2026, 0, 1 + Math.floor(n / 10))).toISOString(),
      }),
    );
    await call('POST', '/v1/comments:batch', lines.join('\n'), NDJSON);
    await until('all comments are judged', look.idle, 60_000);
  }, 180_000);

  afterAll(async () => {
    await service?.stop();
    await look?.close();
    await database?.drop();
    if (home !== undefined) rmSync(home, { recursive: true, force: true });
  });

  const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    callAt(service.url, method, path, body, headers);

  const start = async (request: Record<string, unknown> = {}): Promise<string> => {
    const { status, json } = await call('POST', '/v1/rescores', request);
    expect(status).toBe(201);
    return json.id;
  };
  const read = async (id: string) => (await call('GET', `/v1/rescores/${id}`)).json;
  const flipsOf = async (id: string): Promise<Flip[]> =>
    (await call('GET', `/v1/rescores/${id}/flips`)).text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  const finished = async (id: string) => {
    await until(`rescoring ${id} is done`, async () => (await read(id)).status !== 'running', 60_000);
    return await read(id);
  };
  const evaluations = () => look.count('select count(*) from evaluation');
  const evaluationsBy = (artefact: string) =>
    look.count('select count(*) from evaluation where artefact = $1', [artefact]);
  /** How every comment stands: a report must not change any of it. */
  const standing = async () =>
    JSON.stringify(
      await look.rows(
        `select c.external_id, c.state, c.state_version, q.cause from comment c
       left join queue_item q on q.site = c.site and q.comment_id = c.id and q.left_at is null order by c.id`,
      ),
    );

  /** The same decisions flip the same way. How texts fall into batches moves a score in its sixth digit, and so may their order. */
  function expectSame(flips: readonly Flip[], expected: readonly Flip[]): void {
    const byComment = (list: readonly Flip[]) =>
      [...list]
        .sort((a, b) => (a.commentId < b.commentId ? -1 : 1))
        .map(({ severity, change, ...flip }) => ({ ...flip, severity: Math.round(severity * 1_000) }));
    const [ours, theirs] = [byComment(flips), byComment(expected)];
    expect(ours.map(({ severity: _, ...flip }) => flip)).toEqual(theirs.map(({ severity: _, ...flip }) => flip));
    for (const [index, { severity }] of ours.entries()) {
      expect(Math.abs(severity - (theirs[index]?.severity ?? 0))).toBeLessThanOrEqual(1);
    }
  }

  /** Runs a command of the built program to its end. */
  async function premod(...command: readonly string[]) {
    const child = startChild(command, environment);
    const status = await child.ended;
    return { status, stdout: child.stdout(), stderr: child.stderr() };
  }

  describe('A rescoring', () => {
    let undisturbed: Flip[];

    it('under the same pipeline takes the stored scores, asks the model for none, and flips nothing', async () => {
      const before = await evaluations();
      expect(await finished(await start())).toMatchObject({
        status: 'done',
        mode: 'report',
        total: COUNT,
        done: COUNT,
        reused: COUNT,
        flips: [],
      });
      expect(await evaluations()).toBe(before);
    });

    it('under another artefact reports which decisions would flip, worst first, and changes nothing', async () => {
      const before = await standing();
      const report = await finished(await start({ artefact: 'contrary' }));
      expect(report).toMatchObject({ status: 'done', total: COUNT, done: COUNT, reused: 0 });
      expect(await evaluationsBy(other)).toBe(COUNT);
      // What an article says counts for the other artefact as it does for the one in use.
      expect(
        await look.count(`select count(*) from evaluation where artefact = $1 and topic_basis = 'provisional'`, [
          other,
        ]),
      ).toBe(0);
      undisturbed = await flipsOf(report.id);
      expect(undisturbed.length).toBeGreaterThan(20);
      const severities = undisturbed.map(({ severity }) => severity);
      expect(severities).toEqual([...severities].sort((a, b) => b - a));
      const counts = new Map<string, number>();
      for (const { from, to } of undisturbed) counts.set(`${from} ${to}`, (counts.get(`${from} ${to}`) ?? 0) + 1);
      expect(
        new Map(report.flips.map(({ from, to, count }: Record<string, string>) => [`${from} ${to}`, count])),
      ).toEqual(counts);
      for (const { from, to, opened } of undisturbed)
        expect({ same: from === to, opened }).toEqual({ same: false, opened: false });
      expect(await standing()).toBe(before);

      const again = await finished(await start({ artefact: other }));
      expect(again).toMatchObject({ reused: COUNT, flips: report.flips });
      expectSame(await flipsOf(again.id), undisturbed);
    });

    it('can be narrowed to a section and to dates', async () => {
      expect(await finished(await start({ section: 'traffic' }))).toMatchObject({ total: 100, done: 100 });
      expect(await finished(await start({ from: '2026-01-03T00:00:00Z', to: '2026-01-05T00:00:00Z' }))).toMatchObject({
        total: 20,
        done: 20,
      });
      expect(await finished(await start({ section: 'nowhere' }))).toMatchObject({ total: 0, done: 0, status: 'done' });
    });

    it('stands still while it is paused and ends as if it had not been', async () => {
      await look.rows('delete from evaluation where artefact = $1', [other]);
      const id = await start({ artefact: 'contrary' });
      expect((await call('POST', `/v1/rescores/${id}/pause`)).json).toMatchObject({ status: 'paused' });
      // What was being weighed at that moment is not kept.
      await until('its work is given up', look.idle);
      const { done } = await read(id);
      expect(done).toBeLessThan(COUNT);
      expect((await call('POST', `/v1/rescores/${id}/resume`)).json).toMatchObject({ status: 'running' });
      expect(await finished(id)).toMatchObject({ status: 'done', total: COUNT, done: COUNT });
      expectSame(await flipsOf(id), undisturbed);
      expect((await call('POST', `/v1/rescores/${id}/resume`)).status).toBe(409);
    });

    it('survives being paused and resumed in quick succession', async () => {
      await look.rows('delete from evaluation where artefact = $1', [other]);
      const id = await start({ artefact: 'contrary' });
      for (let times = 0; times < 12; times += 1) {
        await call('POST', `/v1/rescores/${id}/${times % 2 === 0 ? 'pause' : 'resume'}`);
      }
      expect(await finished(id)).toMatchObject({ status: 'done', done: COUNT });
      expectSame(await flipsOf(id), undisturbed);
    });

    it('that is killed again and again comes to the same result', async () => {
      await look.rows('delete from evaluation where artefact = $1', [other]);
      const id = await start({ artefact: 'contrary' });
      for (const milliseconds of [150, 900, 400]) {
        await new Promise((done) => setTimeout(done, milliseconds));
        service.process.kill('SIGKILL');
        await service.ended;
        service = await startServing(environment);
      }
      const report = await finished(id);
      expect(report).toMatchObject({ status: 'done', total: COUNT, done: COUNT });
      expectSame(await flipsOf(id), undisturbed);
      expect(await evaluationsBy(other)).toBe(COUNT);
    }, 120_000);

    it('announces how far it is, and that it is done', async () => {
      const id = await start();
      await finished(id);
      await until('all events are numbered', look.idle);
      const told = await look.rows<{ content: { status: string; done: number; total: number } }>(
        `select content from event where type = 'rescore.progress' and content->>'rescoreId' = $1 order by number`,
        [id],
      );
      expect(told.at(-1)?.content).toMatchObject({ status: 'done', done: COUNT, total: COUNT });
      const done = told.map(({ content }) => content.done);
      expect(done).toEqual([...done].sort((a, b) => a - b));
    });
  });

  describe('premod rescore', () => {
    it('starts one, follows it, and prints its flips on stdout and their counts on stderr', async () => {
      const { status, stdout, stderr } = await premod('rescore', '--artefact', 'contrary', '--section', 'local');
      expect(status).toBe(0);
      const flips = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Flip);
      expect(flips.length).toBeGreaterThan(10);
      expect(stderr).toMatch(/^Rescoring (\d+) has started\./);
      expect(stderr).toMatch(/done\. 200 comments, 200 from stored scores\. Would flip: \w+ → \w+: \d+/);
      const id = /^Rescoring (\d+)/.exec(stderr)?.[1] ?? '';
      expect((await premod('rescore', '--report', id)).stdout).toBe(stdout);
      const [newest] = (await premod('rescore', '--list')).stdout.trim().split('\n');
      expect(JSON.parse(newest ?? '')).toMatchObject({ id, status: 'done', requestedBy: 'command line' });
    });

    it('pauses and resumes one that runs', async () => {
      await look.rows('delete from evaluation where artefact = $1', [other]);
      const id = await start({ artefact: 'contrary' });
      const paused = await premod('rescore', '--pause', id);
      expect(paused.status).toBe(0);
      expect(['paused', 'done']).toContain((await read(id)).status);
      if ((await read(id)).status === 'done') return;
      const resumed = await premod('rescore', '--resume', id);
      expect(resumed.status).toBe(0);
      expect(await read(id)).toMatchObject({ status: 'done', done: COUNT });
    });

    it('says in one line what it cannot do', async () => {
      for (const [command, said] of [
        [['--artefact', 'nothing'], /No artefact in the models folder has this name or id/],
        [['--from', 'yesterday'], /"yesterday" is not a date/],
        [['--to', '+012026-01-01'], /"\+012026-01-01" is not a date/],
        [['--report', '99999'], /No rescoring has the id "99999"/],
        [['--pause', 'x'], /No rescoring has the id "x"/],
      ] as const) {
        const { status, stdout, stderr } = await premod('rescore', ...command);
        expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
        expect(stderr).toMatch(/^premod: [^\n]*\n$/);
        expect(stderr).toMatch(said);
      }
    });
  });

  describe('With --open', () => {
    it('a comment whose decision flips is put before a person, unless a person has judged it or waits for it', async () => {
      const flips = await flipsOf(await finished(await start({ artefact: 'contrary' })).then(({ id }) => id));
      const published = flips.filter(({ from }) => from === 'approve').map(({ commentId }) => commentId);
      const [settled, deleted] = published as [string, string];
      expect((await call('POST', '/v1/reviews', { commentId: settled, revision: 1, action: 'approve' })).status).toBe(
        201,
      );
      await call('DELETE', `/v1/comments/${deleted}`);
      // Among them what was drawn to check the machine: it is shown to readers, and waits.
      const waitingBefore = await look.rows<{ id: string }>(
        `select c.external_id as id from queue_item q join comment c on c.site = q.site and c.id = q.comment_id
         where q.left_at is null`,
      );

      const id = await start({ artefact: 'contrary', open: true });
      expect(await finished(id)).toMatchObject({ status: 'done', mode: 'open' });
      const opened = (await flipsOf(id)).filter((flip) => flip.opened).map(({ commentId }) => commentId);
      expect(new Set(opened)).toEqual(
        new Set(
          published.filter(
            (commentId) =>
              ![settled, deleted].includes(commentId) && !waitingBefore.some((item) => item.id === commentId),
          ),
        ),
      );
      expect((await flipsOf(id)).find(({ commentId }) => commentId === settled)).toMatchObject({
        hasVerdict: true,
        opened: false,
      });
      const items = await look.rows<{ id: string; cause: string; state: string }>(
        `select c.external_id as id, q.cause, c.state from queue_item q join comment c on c.site = q.site and c.id = q.comment_id
       where q.left_at is null`,
      );
      expect(items).toHaveLength(waitingBefore.length + opened.length);
      const ours = items.filter(({ cause }) => cause === 'rescore');
      expect(new Set(ours.map((item) => item.id))).toEqual(new Set(opened));
      // Nobody but a person takes them away.
      expect(new Set(ours.map(({ state }) => state))).toEqual(new Set(['published']));
      expect(items.map((item) => item.id)).not.toContain(settled);

      // Once more: what waits already is left as it waits.
      await finished(await start({ artefact: 'contrary', open: true }));
      expect(await look.count('select count(*) from queue_item where left_at is null')).toBe(items.length);
    });
  });

  describe('Where only the rules changed', () => {
    it('every comment is judged from its stored scores, and what flips is what the rules say', async () => {
      await service.stop();
      const folder = join(home, 'models-rules');
      cpSync(environment.MODELS_DIR ?? '', folder, { recursive: true });
      writeFileSync(
        join(folder, 'rules', 'quays.yaml'),
        [
          'about: What only this test looks for.',
          'rules:',
          '  - id: quay',
          '    label: spam',
          '    effect: review',
          '    when: { phrases: [roof of the quay] }',
          '    reason: It speaks of the quay.',
          '    match: [The roof of the quay was worth the wait.]',
          '    ignore: [The bridge has no roof.]',
          '',
        ].join('\n'),
      );
      service = await startServing({ ...environment, MODELS_DIR: folder });
      const published = { drafts: ['shipped'], why: 'New from upstream.', expectedRevision: 1 };
      expect((await call('POST', '/v1/rules:publish', published)).status).toBe(200);
      const { active, pipelines } = (await call('GET', '/v1/models')).json;
      expect(pipelines.filter((pipeline: { active: boolean }) => pipeline.active)).toMatchObject([{ id: active }]);
      const before = await evaluations();
      const report = await finished(await start());
      expect(report).toMatchObject({ status: 'done', pipeline: active, reused: report.done });
      expect(report.done).toBeGreaterThan(290);
      expect(await evaluations()).toBe(before);
      const flips = await flipsOf(report.id);
      expect(flips.length).toBeGreaterThan(30);
      for (const flip of flips) {
        expect(flip).toMatchObject({ from: 'approve', to: 'review' });
        expect(Number(flip.commentId.slice(1)) % TEXTS.length).toBe(2);
      }
    });
  });
});
