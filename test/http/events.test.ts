import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closing } from '../../src/http/comments.js';
import { type EventStream, readEventStream } from '../support/event-stream.js';
import { type Look, lookInto } from '../support/look.js';
import { queuesHere, type Service, startService } from '../support/service.js';
import { pause, until } from '../support/wait.js';

const queues = await queuesHere();

describe.for(queues)('Events on %s', (kind) => {
  let service: Service;
  /** Nothing happens here, so that its readers are only pinged. */
  let quiet: Service;
  let look: Look;

  beforeAll(async () => {
    [service, quiet] = await Promise.all([startService(kind), startService(kind)]);
    look = await lookInto(service);
    await service.call('PUT', '/v1/articles/harbour', { title: 'The harbour reopens' });
    await until('the article is embedded', look.idle);
  });
  afterAll(async () => {
    await look?.close();
    await Promise.all([service?.stop(), quiet?.stop()]);
  });

  const numbered = (stream: EventStream) => stream.frames.filter(({ event }) => event !== null && event !== 'hello');

  /** Every number that was given after `after`, as the database has them. */
  async function numbersAfter(after: number): Promise<number[]> {
    const rows = await look.rows<{ number: string }>('select number from event where number > $1 order by number', [
      after,
    ]);
    return rows.map(({ number }) => Number(number));
  }

  /** The CMS's feed from `after` on, page by page. */
  async function changesAfter(after: number): Promise<{ number: number; id: string; stateVersion: number }[]> {
    const all: { number: number; id: string; stateVersion: number }[] = [];
    for (let next = after; ; ) {
      const page = (await service.call('GET', `/v1/changes?after=${next}&limit=50`)).json;
      all.push(...page.changes);
      if (page.changes.length === 0) return all;
      next = page.next;
    }
  }

  /** One of many who write at the same time, in transactions that overlap. */
  async function write(writer: number): Promise<void> {
    for (let round = 0; round < 4; round += 1) await writeRound(`w${writer}-${round}`);
  }

  async function writeRound(writer: string): Promise<void> {
    const ids = Array.from({ length: 6 }, (_, n) => `${writer}-${n}`);
    const body = ids
      .map((id) => JSON.stringify({ id, articleId: 'harbour', author: { id: writer }, text: `Ferry ${id} was late.` }))
      .join('\n');
    await service.call('POST', '/v1/comments:batch', body, { 'Content-Type': 'application/x-ndjson' });
    for (const id of ids.slice(0, 2)) {
      await service.call('POST', '/v1/reviews', { commentId: id, revision: 1, action: 'approve' });
      await service.call('DELETE', `/v1/comments/${id}`);
    }
  }

  const writeAll = () => Promise.all(Array.from({ length: 20 }, (_, writer) => write(writer)));

  describe('The feed of changes', () => {
    it('refuses a number that the store never gave, so that a restored store does not stay silent', async () => {
      const after = ((await numbersAfter(0)).at(-1) ?? 0) + 1_000_000;
      const answer = await service.call('GET', `/v1/changes?after=${after}`);
      expect(answer).toMatchObject({ status: 409, json: { type: '/problems/ahead', newest: expect.any(Number) } });
      expect(answer.json.newest).toBeLessThan(after);
      expect((await service.call('GET', `/v1/changes?after=${answer.json.newest}`)).status).toBe(200);
    });
  });

  describe.concurrent('The stream of events', () => {
    it('begins with where it stands and tells what happens from there on', async () => {
      const { next } = (await service.call('GET', '/v1/changes?limit=1000')).json;
      const stream = await readEventStream(service.url);
      await until('hello comes', () => stream.frames.length > 0);
      expect(stream.status).toBe(200);
      expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/);
      expect(stream.headers.get('cache-control')).toBe('no-store');
      const [hello] = stream.frames;
      expect(hello).toMatchObject({ event: 'hello', data: { number: hello?.id } });
      expect(hello?.id).toBeGreaterThanOrEqual(next);

      const text = 'We should kill all of them and burn their houses down tonight.';
      await service.call('POST', '/v1/comments?wait=20000', {
        id: 'told',
        articleId: 'harbour',
        author: { id: 'mara' },
        text,
      });
      const own = () => numbered(stream).filter(({ data }) => data.id === 'told' || data.commentId === 'told');
      await until('what became of it is told', () => own().length >= 3);
      expect(own()).toMatchObject([
        {
          event: 'comment.state',
          data: { type: 'comment.state', state: 'pending', cause: 'accepted', stateVersion: 1 },
        },
        { event: 'queue.entered', data: { itemId: expect.any(String), revision: 1 } },
        { event: 'comment.state', data: { state: 'pending', cause: 'decision', stateVersion: 2 } },
      ]);
      for (const { id, data } of own()) expect(data.number).toBe(id);
      expect(JSON.stringify(stream.frames)).not.toContain('houses');
      stream.close();
    });

    it('gives a reader who breaks off and comes back ten times while twenty write every number exactly once', async () => {
      const first = await readEventStream(service.url);
      await until('hello comes', () => first.frames.length > 0);
      const start = first.frames[0]?.id ?? 0;
      first.close();

      const read: number[] = [];
      let last = start;
      let written = false;
      const writing = writeAll().finally(() => {
        written = true;
      });
      let inTheMiddle = 0;
      for (let times = 0; times < 10 || !written; times += 1) {
        inTheMiddle += written ? 0 : 1;
        const stream = await readEventStream(
          service.url,
          times % 2 === 0 ? { lastEventId: last } : { query: `?after=${last}` },
        );
        // Long enough to be in the middle of something, seldom at its end.
        await pause(20 + 30 * (times % 4));
        stream.close();
        const seen = numbered(stream).map(({ id }) => id ?? -1);
        expect(stream.frames[0]).toMatchObject({ event: 'hello', id: last });
        read.push(...seen);
        last = seen.at(-1) ?? last;
      }
      await writing;
      await until('all work is done', look.idle, 60_000);
      const rest = await readEventStream(service.url, { lastEventId: last });
      const all = await numbersAfter(start);
      await until('the last event comes', () => (numbered(rest).at(-1)?.id ?? last) === all.at(-1));
      rest.close();
      read.push(...numbered(rest).map(({ id }) => id ?? -1));

      expect(inTheMiddle).toBeGreaterThanOrEqual(10);
      expect(all.length).toBeGreaterThan(400);
      expect(read).toEqual(all);

      // The CMS's feed says the same, and each comment's versions follow one another without a hole.
      const changes = await changesAfter(start);
      const states = await look.rows<{ number: string }>(
        `select number from event where number > $1 and type = 'comment.state' order by number`,
        [start],
      );
      expect(changes.map(({ number }) => number)).toEqual(states.map(({ number }) => Number(number)));
      const versions = new Map<string, number[]>();
      for (const { id, stateVersion } of changes) versions.set(id, [...(versions.get(id) ?? []), stateVersion]);
      for (const [id, seen] of versions) {
        if (id.startsWith('w')) expect({ id, seen }).toEqual({ id, seen: seen.map((_, index) => index + 1) });
      }
    }, 90_000);

    it('tells a reader who is ahead of the store that the numbers began anew, and what happens from here on', async () => {
      const newest = (await numbersAfter(0)).at(-1) ?? 0;
      const stream = await readEventStream(service.url, { lastEventId: newest + 1_000_000 });
      await until('hello comes', () => stream.frames.length > 0);
      const [hello] = stream.frames;
      expect(hello).toMatchObject({ event: 'hello', id: hello?.data.number, data: { missed: true } });
      expect(hello?.data.number).toBeGreaterThanOrEqual(newest);
      expect(hello?.data.number).toBeLessThan(newest + 1_000_000);
      await service.call('PUT', '/v1/articles/ahead', { title: 'The harbour reopens' });
      await service.call('POST', '/v1/comments', {
        id: 'ahead',
        articleId: 'ahead',
        author: { id: 'mara' },
        text: 'At last the ferries run again.',
      });
      await until('it hears', () => numbered(stream).some(({ data }) => data.id === 'ahead'));
      stream.close();
    });

    it('says where the store stands, and resumes where the reader stopped rather than where the address began', async () => {
      await service.call('POST', '/v1/comments?wait=20000', {
        id: 'resumed',
        articleId: 'harbour',
        author: { id: 'mara' },
        text: 'At last the ferries run again.',
      });
      // What has happened gets its number a moment later.
      await until('there is something to resume', async () => (await numbersAfter(1)).length > 0);
      const stream = await readEventStream(service.url, { query: '?after=0', lastEventId: 1 });
      await until('events come', () => numbered(stream).length > 0);
      const [hello] = stream.frames;
      expect(hello).toMatchObject({ event: 'hello', id: 1, data: { missed: false } });
      expect(hello?.data.number).toBeGreaterThan(1);
      expect(numbered(stream)[0]?.id).toBe((await numbersAfter(1))[0]);
      stream.close();
    });

    it('ends with its reader, also with one that has left before it began', async () => {
      const app = express();
      let left: AbortSignal | null = null;
      app.get('/', async (request, response) => {
        request.socket.destroy();
        await pause(50);
        left = closing(response);
      });
      const server = app.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address() as AddressInfo;
      await expect(fetch(`http://127.0.0.1:${address.port}/`)).rejects.toThrow();
      await until('the handler went on', () => left !== null);
      expect(left).toMatchObject({ aborted: true });
      server.close();
    });

    it('is kept open by a ping every fifteen seconds', async () => {
      const stream = await readEventStream(quiet.url);
      await until('a ping comes', () => stream.frames.some(({ comment }) => comment === 'ping'), 18_000);
      stream.close();
      expect(stream.frames.map(({ event, comment }) => event ?? comment)).toEqual(['hello', 'ping']);
    });
  });
});
