import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Look, lookInto } from '../support/look.js';
import { queuesHere, type Service, startService } from '../support/service.js';
import { until } from '../support/wait.js';

const queues = await queuesHere();

describe.for(queues)('Failures on %s', (kind) => {
  let service: Service;
  let look: Look;

  beforeAll(async () => {
    service = await startService(kind);
    look = await lookInto(service);
    await service.call('PUT', '/v1/articles/harbour', { title: 'The harbour reopens' });
    await until('the article is embedded', look.idle);
  });
  afterAll(async () => {
    await look?.close();
    await service?.stop();
  });

  const failures = async () => (await service.call('GET', '/v1/failures')).json.failures;
  const retry = (body?: unknown) => service.call('POST', '/v1/failures:retry', body);

  describe('Work that fails for good', () => {
    it('holds up nobody else, is seen, and is done when it is tried again', async () => {
      await look.rows(
        `alter table decision add constraint poison check (not (facts->'author'->>'id' = 'poison')) not valid`,
      );
      const lines = Array.from({ length: 20 }, (_, n) =>
        JSON.stringify({
          id: `f${n}`,
          articleId: 'harbour',
          author: { id: n === 7 ? 'poison' : 'mara' },
          text: `Ferry ${n} was late.`,
        }),
      );
      await service.call('POST', '/v1/comments:batch', lines.join('\n'), { 'Content-Type': 'application/x-ndjson' });
      await until(
        'the others are judged',
        async () => (await look.count('select count(*) from decision')) === 19,
        10_000,
      );
      await until('the failure is seen', async () => (await failures()).length > 0);
      expect(await failures()).toMatchObject([
        { kind: 'classify', comment: 'f7', revision: 1, failure: 'The judgement could not be kept.' },
      ]);
      expect((await service.call('GET', '/metrics')).text).toMatch(/^premod_failed_work 1$/m);
      expect((await service.call('GET', '/v1/comments/f7')).json).toMatchObject({ state: 'pending', decision: null });

      await look.rows('alter table decision drop constraint poison');
      const [failure] = await failures();
      expect((await retry({ seq: failure.seq })).json).toEqual({ retried: 1 });
      await until('it is judged', look.idle);
      expect(await failures()).toEqual([]);
      expect((await service.call('GET', '/v1/comments/f7')).json).toMatchObject({ state: 'published' });
    });

    it('is seen, too, where it is an article’s', async () => {
      await look.rows(`alter table article_vectors add constraint no_more check (false) not valid`);
      await service.call('PUT', '/v1/articles/library', { title: 'The library closes early', body: 'At five.' });
      await until('the failure is seen', async () => (await failures()).length > 0);
      expect(await failures()).toMatchObject([
        { kind: 'embed-article', failure: 'The article could not be embedded.' },
      ]);
      await look.rows('alter table article_vectors drop constraint no_more');
      expect((await retry()).json).toEqual({ retried: 1 });
      await until('it is embedded', look.idle);
      expect(await failures()).toEqual([]);
    });
  });

  describe('A line of a batch that the store refuses', () => {
    it('is answered as an internal error of its own; the lines beside it are kept', async () => {
      await look.rows(`alter table comment add constraint poison check (author_external_id <> 'poison') not valid`);
      const lines = ['mara', 'poison', 'nora'].map((id, n) =>
        JSON.stringify({ id: `refused-${n}`, articleId: 'harbour', author: { id }, text: `Ferry ${n} was late.` }),
      );
      const answer = await service.call('POST', '/v1/comments:batch', lines.join('\n'), {
        'Content-Type': 'application/x-ndjson',
      });
      expect(answer.status).toBe(200);
      const answers = answer.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(answers.map(({ line, status }) => [line, status])).toEqual([
        [1, 202],
        [2, 500],
        [3, 202],
      ]);
      expect(answers[1]).toEqual({
        line: 2,
        id: 'refused-1',
        status: 500,
        error: {
          type: 'about:blank',
          title: 'Internal error',
          status: 500,
          instance: expect.stringMatching(/^urn:uuid:/),
        },
      });
      await look.rows('alter table comment drop constraint poison');
    });
  });
});
