import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { type Look, lookInto, redisContent, tablesWith } from '../support/look.js';
import { type Answer, queuesHere, type Service, startService } from '../support/service.js';
import { until } from '../support/wait.js';

const queues = await queuesHere();

const HARMLESS = 'Thank you for this report, the timetable was what I had been looking for.';
const CALL = 'We should kill all of them and burn their houses down tonight.';

describe.for(queues)('The line on %s', (kind) => {
  let service: Service;
  let look: Look;
  let counter = 0;

  beforeAll(async () => {
    service = await startService(kind);
    look = await lookInto(service);
    await service.call('PUT', '/v1/articles/harbour', {
      title: 'The harbour reopens',
      summary: 'Ferries run again after two years.',
      body: 'The first ferry left at six. The timetable is the old one, and the quay has a new roof.',
      section: 'local',
    });
    await until('the article is embedded', look.idle);
  });
  afterAll(async () => {
    await look?.close();
    await service?.stop();
  });

  /** A harmless comment; each test changes only what it is about. */
  function comment(change: Record<string, unknown> = {}) {
    counter += 1;
    return { id: `c${counter}`, articleId: 'harbour', author: { id: 'mara' }, text: HARMLESS, ...change };
  }

  const post = (body: Record<string, unknown>, wait = 30_000): Promise<Answer> =>
    service.call('POST', `/v1/comments${wait === 0 ? '' : `?wait=${wait}`}`, body);
  const read = async (id: unknown) => (await service.call('GET', `/v1/comments/${id}`)).json;
  const decisions = (id: unknown) =>
    look.rows<{ revision: number; outcome: string; effective: boolean }>(
      `select d.revision, d.outcome, d.effective from decision d join comment c on c.site = d.site and c.id = d.comment_id
       where c.external_id = $1 order by d.id`,
      [id],
    );
  /** The item of a comment that waits in the queue, on whichever of its pages. */
  const waiting = async (id: unknown) => {
    let cursor = '';
    do {
      const { items, next } = (await service.call('GET', `/v1/queue?limit=100${cursor}`)).json;
      const found = items.find(({ commentId }: { commentId: string }) => commentId === id);
      if (found !== undefined) return found;
      cursor = next === null ? '' : `&cursor=${encodeURIComponent(next)}`;
    } while (cursor !== '');
    return undefined;
  };

  describe('An article', () => {
    it('is made, found unchanged, and given a new revision when its body changes', async () => {
      const article = { title: 'The library closes early', body: 'From Monday on it closes at five.' };
      const put = (body: unknown) => service.call('PUT', '/v1/articles/library', body);
      expect(await put(article)).toMatchObject({ status: 201, json: { revision: 1, changed: true } });
      expect(await put(article)).toMatchObject({ status: 200, json: { revision: 1, changed: false } });
      expect(await put({ ...article, body: 'From Monday on it closes at four.' })).toMatchObject({
        status: 200,
        json: { revision: 2, changed: true },
      });
    });
  });

  describe('An article that comes to say something else', () => {
    it('has its published comments judged anew when it has been left alone for a while', async () => {
      const put = (body: string) => service.call('PUT', '/v1/articles/market', { title: 'The market moves', body });
      await put('From May on the weekly market is held on the square before the town hall, as it was until 1980.');
      await until('the article is embedded', look.idle);
      const sent = comment({ articleId: 'market', text: 'Good, the square before the town hall is the better place.' });
      expect((await post(sent)).json).toMatchObject({ state: 'published' });
      const judgedBy = async () =>
        await look.count(
          `select max(e.article_revision) from evaluation e join comment c on c.site = e.site and c.id = e.comment_id
           where c.external_id = $1`,
          [sent.id],
        );
      await put('The national team has lost its third match in a row, and its coach of four years has resigned.');
      await until('the new text is embedded', look.idle);
      expect(await judgedBy()).toBe(1);
      await look.rows(`update outbox set due_at = now() where kind = 'article-changed'`);
      await until('it is judged by the new text', async () => (await judgedBy()) === 2);
      // By a machine it is put before a person at most.
      expect(await read(sent.id)).toMatchObject({ state: 'published', revision: 1 });
      await until('the work is done', look.idle);
      expect(await look.count(`select count(*) from outbox where kind = 'article-changed'`)).toBe(0);
    });
  });

  describe('A comment', () => {
    it('whose sender waits is answered with scores, reasons in words, spans and the pipeline that decided', async () => {
      const answer = await post(comment({ text: CALL }));
      expect(answer).toMatchObject({
        status: 200,
        json: { state: 'pending', revision: 1, decision: 'review', degraded: false, language: { code: 'en' } },
      });
      const { scores, flags, reasons, spans, pipeline } = answer.json;
      expect(scores.incitement).toBeGreaterThan(0.5);
      expect(scores.off_topic).toBeGreaterThanOrEqual(0);
      expect(flags).toContain('incitement');
      expect(reasons.map((reason: { kind: string }) => reason.kind)).toEqual(expect.arrayContaining(['model', 'rule']));
      for (const { text } of reasons) expect(text).toMatch(/^[A-Z].+\.$/);
      for (const { begin, end } of spans) expect(CALL.slice(begin, end)).not.toBe('');
      const policy = (await service.call('GET', '/v1/policies')).json.content;
      expect((await service.call('GET', `/v1/models/${pipeline}`)).json).toMatchObject({
        id: pipeline,
        active: true,
        ruleRevision: 1,
        policyRevision: 1,
        policy,
      });
    });

    it('whose sender does not wait is answered at once, and its publication is announced in order', async () => {
      const before = (await service.call('GET', '/v1/changes?limit=1000')).json.next;
      const sent = comment();
      expect(await post(sent, 0)).toMatchObject({
        status: 202,
        json: { id: sent.id, state: 'pending', stateVersion: 1, revision: 1 },
      });
      let changes: { id: string; state: string; stateVersion: number; number: number }[] = [];
      await until('the comment is published', async () => {
        changes = (await service.call('GET', `/v1/changes?after=${before}`)).json.changes;
        return changes.some(({ id, state }) => id === sent.id && state === 'published');
      });
      const own = changes.filter(({ id }) => id === sent.id);
      expect(own.map(({ state, stateVersion }) => [state, stateVersion])).toEqual([
        ['pending', 1],
        ['published', 2],
      ]);
      const numbers = changes.map(({ number }) => number);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    });

    it('that comes again with the same text gets the same answer and changes nothing', async () => {
      const sent = comment();
      const first = await post(sent);
      expect(await post(sent)).toMatchObject({ status: 200, json: first.json });
      expect(await decisions(sent.id)).toHaveLength(1);
      expect((await read(sent.id)).stateVersion).toBe(first.json.stateVersion);
    });

    it('whose text changes is judged anew by its own words', async () => {
      const sent = comment();
      expect((await post(sent)).json).toMatchObject({ revision: 1, decision: 'approve', state: 'published' });
      expect((await post({ ...sent, text: CALL })).json).toMatchObject({
        revision: 2,
        decision: 'review',
        state: 'pending',
      });
      expect(await decisions(sent.id)).toEqual([
        { revision: 1, outcome: 'approve', effective: true },
        { revision: 2, outcome: 'review', effective: true },
      ]);
      expect(await waiting(sent.id)).toMatchObject({ revision: 2, cause: 'decision' });
      expect((await post({ ...sent, text: HARMLESS })).json).toMatchObject({ revision: 3, decision: 'approve' });
      expect(await waiting(sent.id)).toBeUndefined();
    });

    it('in an older version than the known one changes nothing', async () => {
      const sent = comment({ version: 7 });
      await post(sent);
      const late = await post({ ...sent, version: 6, text: CALL });
      expect(late.json).toMatchObject({ id: sent.id, revision: 1, state: 'published' });
      expect(await read(sent.id)).toMatchObject({ text: HARMLESS, revision: 1, state: 'published' });
    });

    it('whose older text comes again gets the answer of what that was, whether its sender waits or not', async () => {
      const sent = comment({ version: 1 });
      const first = await post(sent);
      expect(first.json).toMatchObject({ revision: 1, decision: 'approve', state: 'published', stateVersion: 2 });
      const second = await post({ ...sent, version: 2, text: CALL });
      expect(second.json).toMatchObject({ revision: 2, decision: 'review', state: 'pending' });
      expect(await post(sent)).toMatchObject({ status: 200, json: first.json });
      expect(await post(sent, 0)).toMatchObject({
        status: 202,
        json: { id: sent.id, revision: 1, state: 'published', stateVersion: 2 },
      });
      expect(await post({ ...sent, version: 2, text: CALL })).toMatchObject({ status: 200, json: second.json });
    });
  });

  describe('Racing edits and late jobs', () => {
    it('end with one effective decision on the newest text, and it is that text’s own', async () => {
      const base = comment();
      const last = 50;
      const texts = Array.from({ length: last }, (_, index) => ({
        ...base,
        version: index + 1,
        text: index + 1 === last ? CALL : `${HARMLESS} That was number ${index + 1}.`,
      }));
      const answers = await Promise.all(shuffled(texts).map((body) => post(body, 0)));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
      // Jobs that come late: every revision is handed over once more, also those that are past.
      await look.rows(
        `insert into outbox (site, kind, lane, subject, revision, pipeline)
         select r.site, 'classify', 'live', r.comment_id, r.revision, r.pipeline from comment_revision r
         join comment c on c.site = r.site and c.id = r.comment_id where c.external_id = $1
         on conflict do nothing`,
        [base.id],
      );
      await look.rows(`select pg_notify('premod_outbox', '')`);
      await until('all work is done', look.idle);
      const view = await read(base.id);
      expect(view).toMatchObject({ text: CALL, decision: 'review', state: 'pending' });
      const own = (await decisions(base.id)).filter(({ revision }) => revision === view.revision);
      expect(own).toEqual([{ revision: view.revision, outcome: 'review', effective: true }]);
      const { scores } = (await post(comment({ text: CALL }))).json;
      // Another batch may round the last of six digits otherwise.
      for (const [label, score] of Object.entries(scores)) expect(view.scores[label]).toBeCloseTo(score as number, 4);
      expect(await waiting(base.id)).toMatchObject({ revision: view.revision });
    });

    it('lose against a deletion: the comment is gone for everybody, and nothing of it is left anywhere', async () => {
      const word = 'zyxquorv';
      const base = comment({ author: { id: `author-${word}`, name: `Mara ${word}` }, text: `${CALL} ${word}` });
      await post(base);
      const item = await waiting(base.id);
      const key = { 'Idempotency-Key': `review-${base.id}` };
      const review = { commentId: base.id, revision: 1, action: 'approve', note: `Fine, ${word}.` };
      expect((await service.call('POST', '/v1/reviews', review, key)).status).toBe(201);
      const report = { reason: 'abuse', reporter: `reader-${word}`, note: `It says ${word}.` };
      expect((await service.call('POST', `/v1/comments/${base.id}/reports`, report)).status).toBe(201);
      expect(item).toBeDefined();
      expect(await tablesWith(look, word)).toContain('premod.comment_revision');

      const edits = Array.from({ length: 50 }, (_, index) => ({
        ...base,
        version: index + 1,
        text: `We should burn ${word} number ${index + 1} down.`,
      }));
      const racing = edits.map((body) => post(body, 0));
      await Promise.all(racing.slice(0, 20));
      const gone = await service.call('DELETE', `/v1/comments/${base.id}`);
      expect(gone.status).toBe(204);
      const statuses = (await Promise.all(racing)).map(({ status }) => status);
      expect(statuses.every((status) => status === 202 || status === 410)).toBe(true);
      await look.rows(
        `insert into outbox (site, kind, lane, subject, revision, pipeline)
         select c.site, 'classify', 'live', c.id, n, s.active_pipeline from comment c
         join site s on s.site = c.site cross join generate_series(1, 50) n where c.external_id = $1
         on conflict do nothing`,
        [base.id],
      );
      await look.rows(`select pg_notify('premod_outbox', '')`);
      await until('all work is done', look.idle);

      for (const [method, path, body] of [
        ['GET', `/v1/comments/${base.id}`, undefined],
        ['DELETE', `/v1/comments/${base.id}`, undefined],
        ['POST', '/v1/comments', base],
        ['POST', '/v1/comments?wait=1000', { ...base, version: 99, text: 'Back again.' }],
        ['POST', '/v1/reviews', review],
        ['POST', `/v1/comments/${base.id}/reports`, report],
      ] as const) {
        expect(await service.call(method, path, body)).toMatchObject({ status: 410, json: { type: '/problems/gone' } });
      }
      expect(await waiting(base.id)).toBeUndefined();
      expect(await tablesWith(look, word)).toEqual([]);
      if (kind === 'redis') expect(await redisContent(look)).not.toContain(word);
      const { changes } = (await service.call('GET', '/v1/changes?limit=1000')).json;
      expect(changes.filter(({ id }: { id: string }) => id === base.id).at(-1)).toMatchObject({
        state: 'removed',
        cause: 'erasure',
      });
    });
  });

  describe('A batch', () => {
    it('of 1,000 with answers before their parents is accepted, linked and judged, and no job holds any of it', async () => {
      const word = 'quilvex';
      const lines = Array.from({ length: 1_000 }, (_, index) =>
        JSON.stringify({
          ...comment({ id: `batch-${index}`, text: `Ferry ${index} was late, ${word}.` }),
          // Every second one answers the one that comes after it.
          ...(index % 2 === 0 && { parentId: `batch-${index + 1}` }),
        }),
      );
      const answer = await service.call('POST', '/v1/comments:batch', lines.join('\n'), {
        'Content-Type': 'application/x-ndjson',
      });
      const answers = answer.text.trim().split('\n');
      expect(answers).toHaveLength(1_000);
      for (const [index, line] of answers.entries()) {
        expect(JSON.parse(line)).toMatchObject({ line: index + 1, status: 202, id: `batch-${index}` });
      }
      // In the middle of the work: what waits in the queue holds ids only, and so do events and the idempotency table.
      let looked = 0;
      while (!(await look.idle())) {
        expect(await tablesWith(look, word)).toEqual(['premod.comment_revision']);
        if (kind === 'redis') expect(await redisContent(look)).not.toContain(word);
        looked += 1;
      }
      expect(looked).toBeGreaterThan(0);
      expect(
        await look.count(
          `select count(*) from comment c where c.external_id like 'batch-%' and
             (select count(*) from decision d where d.site = c.site and d.comment_id = c.id and d.effective) = 1`,
        ),
      ).toBe(1_000);
      expect(
        await look.count(
          `select count(*) from comment c join comment p on p.site = c.site and p.id = c.parent_id
           where c.external_id like 'batch-%' and p.external_id = c.parent_external_id`,
        ),
      ).toBe(500);
      expect((await service.call('GET', '/metrics')).text).not.toContain(word);
    });
  });

  describe('A comment that came before its article’s passages were embedded', () => {
    it('is judged on title and summary first, and anew when they are there', async () => {
      const body = Array.from(
        { length: 64 },
        (_, index) => `Paragraph ${index}. ${'The council spoke about the quay and the roof. '.repeat(8)}`,
      ).join('\n\n');
      const article = { title: 'The council meets', body };
      const sent = comment({ articleId: 'council', article });
      const release = await look.hold('article_vectors');
      expect((await post(sent)).json).toMatchObject({ decision: 'approve' });
      // More of them before, while and after the passages come; none may be left with the provisional judgement.
      const others = Array.from({ length: 40 }, () => comment({ articleId: 'council' }));
      for (const other of others.slice(0, 20)) await post(other, 0);
      await release();
      for (const other of others.slice(20)) await post(other, 0);
      await until('all work is done', look.idle);
      const bases = await look.rows<{ id: string; bases: string[] }>(
        `select c.external_id as id, array_agg(e.topic_basis order by e.id) as bases
         from evaluation e join comment c on c.site = e.site and c.id = e.comment_id
         join article a on a.site = c.site and a.id = c.article_id where a.external_id = 'council' group by 1`,
      );
      expect(bases).toHaveLength(41);
      expect(bases.filter(({ bases: ofOne }) => !ofOne.includes('whole'))).toEqual([]);
      expect(bases.find(({ id }) => id === sent.id)?.bases).toEqual(['provisional', 'whole']);
      expect(await decisions(sent.id)).toEqual([{ revision: 1, outcome: 'approve', effective: true }]);
    });
  });

  describe('Readers’ reports', () => {
    it('bring a published comment back before a person once enough different readers send one', async () => {
      const sent = comment();
      await post(sent);
      const report = (reporter: string) =>
        service.call('POST', `/v1/comments/${sent.id}/reports`, { reason: 'abuse', reporter });
      const published = { id: sent.id, revision: 1, state: 'published', stateVersion: 2 };
      expect((await report('a')).json).toEqual({ ...published, reports: 1, inReview: false });
      expect((await report('a')).json).toEqual({ ...published, reports: 1, inReview: false });
      expect((await report('b')).json).toEqual({ ...published, reports: 2, inReview: false });
      expect((await read(sent.id)).state).toBe('published');
      expect((await report('c')).json).toEqual({
        ...published,
        state: 'pending',
        stateVersion: 3,
        reports: 3,
        inReview: true,
      });
      expect(await read(sent.id)).toMatchObject({ state: 'pending', stateCause: 'report' });
      expect(await waiting(sent.id)).toMatchObject({ cause: 'report', revision: 1 });
    });
  });

  describe('What cannot be weighed, or only just', () => {
    test.for([
      {
        what: 'a long German comment on an English site',
        text: 'Die Fähre war gestern wieder viel zu spät, und niemand hat uns am Hafen erklärt, warum das so ist.',
        answer: {
          decision: 'review',
          language: { code: 'de', source: 'detected' },
          reasons: [{ kind: 'unscorable', because: 'language-unsupported' }],
        },
      },
      {
        what: 'three German words, none of which the model knows',
        text: 'Zigeuner sind Ungeziefer',
        answer: {
          decision: 'review',
          language: { code: 'de', source: 'detected' },
          reasons: [{ kind: 'unscorable', because: 'language-unsupported' }],
        },
      },
      {
        what: 'decoration only',
        text: '✦ ✧ ✦ --- \u200b!!',
        answer: {
          decision: 'review',
          reasons: expect.arrayContaining([expect.objectContaining({ because: 'empty' })]),
        },
      },
      {
        what: 'emoji only, which are read by name',
        text: '🙂🙂🙂🎉',
        answer: {
          decision: 'approve',
          scores: expect.objectContaining({ hate: expect.any(Number) }),
          reasons: [expect.objectContaining({ kind: 'rule', rule: 'contentless' })],
        },
      },
      { what: '20 KiB of one word', text: 'ferry '.repeat(3_413), answer: { decision: expect.any(String) } },
      {
        what: 'a threat in the last line of 20 KiB',
        text: `${'The ferry at six was on time and the quay was dry. '.repeat(390)}\nI will come to your house and kill you.`,
        answer: { decision: 'review', flags: expect.arrayContaining(['threat']) },
      },
    ])('$what is decided, never let through unweighed', async ({ text, answer }) => {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(20_480);
      const { status, json } = await post(comment({ text }));
      expect(status).toBe(200);
      expect(json).toMatchObject(answer);
      for (const { begin, end } of json.spans) expect(end - begin).toBeLessThanOrEqual(text.length - begin);
    });

    it('marks the threat where it stands', async () => {
      const threat = 'I will come to your house and kill you.';
      const text = `${'The ferry at six was on time and the quay was dry. '.repeat(390)}\n${threat}`;
      const { spans } = (await post(comment({ text }))).json;
      const marked = spans.filter(({ label }: { label: string }) => label === 'threat' || label === 'incitement');
      expect(marked.length).toBeGreaterThan(0);
      for (const { begin } of marked) expect(begin).toBeGreaterThanOrEqual(text.length - threat.length - 1);
    });
  });
});

/** In an order of its own, the same in every run. */
function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item, index) => ({ item, place: (index * 7_919) % 101 }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
