import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Look, lookInto } from '../support/look.js';
import { queuesHere, type Service, startService } from '../support/service.js';
import { until } from '../support/wait.js';

const HARMLESS = 'Thank you for this report, the timetable was what I had been looking for.';
const CALL = 'We should kill all of them and burn their houses down tonight.';

type Item = {
  readonly id: string;
  readonly commentId: string;
  readonly urgency: number;
  readonly claim: { readonly by: string; readonly desk: string; readonly until: string } | null;
};

const queues = await queuesHere();

describe.for(queues)('The moderators’ queue over %s', (kind) => {
  let service: Service;
  let look: Look;
  let counter = 0;

  beforeAll(async () => {
    service = await startService(kind);
    look = await lookInto(service);
    await service.call('PUT', '/v1/articles/harbour', { title: 'The harbour reopens' });
    await service.call('PUT', '/v1/articles/library', { title: 'The library closes early' });
    await until('the articles are embedded', look.idle);
  });
  afterAll(async () => {
    await look?.close();
    await service?.stop();
  });
  beforeEach(async () => {
    // Each test has the queue to itself.
    await look.rows(`update queue_item set left_at = now() where left_at is null`);
  });

  /** Comments that wait for a person, most urgent text first; returns their ids. */
  async function doubtful(count: number, change: Record<string, unknown> = {}): Promise<string[]> {
    const ids = Array.from({ length: count }, () => {
      counter += 1;
      return `q${counter}`;
    });
    const lines = ids.map((id, index) =>
      JSON.stringify({
        id,
        articleId: 'harbour',
        author: { id: 'mara' },
        text: `${CALL} ${index}`,
        ...change,
      }),
    );
    const headers = { 'Content-Type': 'application/x-ndjson' };
    await service.call('POST', '/v1/comments:batch', lines.join('\n'), headers);
    await until('the comments wait for a person', async () => {
      const waiting = await look.count(
        `select count(*) from queue_item q join comment c on c.site = q.site and c.id = q.comment_id
       where q.left_at is null and c.external_id = any($1)`,
        [ids],
      );
      return waiting === count;
    });
    return ids;
  }

  const claim = async (desk: string, more: Record<string, unknown> = {}): Promise<readonly Item[]> =>
    (await service.call('POST', '/v1/queue/claims', { desk, ...more })).json.items;
  const release = (desk: string, items: readonly string[]) =>
    service.call('POST', '/v1/queue/claims:release', { desk, items });
  const review = (commentId: string, more: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
    service.call('POST', '/v1/reviews', { commentId, revision: 1, action: 'approve', ...more }, headers);
  const undo = (id: string, body: unknown = {}) => service.call('POST', `/v1/reviews/${id}/undo`, body);
  const read = async (id: string) => (await service.call('GET', `/v1/comments/${id}`)).json;
  const page = async (query: string) => (await service.call('GET', `/v1/queue?${query}`)).json;
  const idsOf = (items: readonly Item[]) => items.map(({ commentId }) => commentId);

  /** Walks a list to its end. */
  async function walk(query: string, between: () => Promise<unknown> = async () => undefined): Promise<Item[]> {
    const items: Item[] = [];
    let cursor: string | null = null;
    do {
      const answer = await page(`${query}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      items.push(...answer.items);
      cursor = answer.next;
      if (cursor !== null) await between();
    } while (cursor !== null);
    return items;
  }

  describe('The list', () => {
    it('gives every waiting comment once, most urgent first, while others enter', async () => {
      const ids = await doubtful(23);
      const newcomers: string[] = [];
      const items = await walk('limit=4', async () => {
        if (newcomers.length < 3) newcomers.push(...(await doubtful(1)));
      });
      const seen = idsOf(items);
      expect(new Set(seen).size).toBe(seen.length);
      expect(ids.filter((id) => !seen.includes(id))).toEqual([]);
      for (const [index, item] of items.entries()) {
        // Urgency is told as of the moment of each page, so that it is compared within pages only.
        const previous = index % 4 === 0 ? undefined : items[index - 1];
        if (previous !== undefined) expect(item.urgency).toBeLessThanOrEqual(previous.urgency + 1e-6);
      }
    });

    it('has counts that are true of every list and article', async () => {
      await doubtful(3);
      await doubtful(2, { articleId: 'library' });
      const [escalated, reported] = await doubtful(2, { articleId: 'library' });
      await review(escalated as string, { action: 'escalate' });
      await service.call('POST', `/v1/comments/${reported}/reports`, { reason: 'abuse', reporter: 'r' });
      await look.rows(
        `update queue_item set entered_at = entered_at - interval '3 hours' where left_at is null and comment_id in
         (select id from comment where external_id = $1)`,
        [reported],
      );
      const { counts } = await page('limit=1');
      for (const list of ['all', 'incitement', 'hate', 'reported', 'disagreement', 'escalated', 'stale'] as const) {
        expect({ list, count: counts.lists[list] }).toEqual({
          list,
          count: (await walk(`list=${list}&limit=5`)).length,
        });
      }
      expect(counts).toMatchObject({
        waiting: 6,
        lists: { all: 6, escalated: 1, reported: 1, stale: 1 },
        articles: [
          { id: 'harbour', title: 'The harbour reopens', waiting: 3 },
          { id: 'library', waiting: 3 },
        ],
      });
      // Beside a comment stand the same numbers as in the list of articles, and what was escalated by itself.
      expect((await service.call('GET', '/v1/articles/library')).json.counts).toMatchObject({
        waiting: 4,
        escalated: 1,
      });
      expect(counts.lists.incitement).toBeGreaterThan(0);
      expect(await walk('article=library')).toHaveLength(3);
    });

    it('shows a comment with what a person needs to decide: text, reasons, article, parent, thread', async () => {
      const parent = { id: 'parent', articleId: 'harbour', author: { id: 'jonas' }, text: HARMLESS };
      await service.call('POST', '/v1/comments?wait=20000', parent);
      const [id] = await doubtful(1, { parentId: 'parent' });
      expect((await page('limit=1')).items[0]).toMatchObject({
        commentId: id,
        revision: 1,
        cause: 'decision',
        label: 'incitement',
        claim: null,
        comment: { id, text: `${CALL} 0`, state: 'pending', decision: 'review' },
        article: { id: 'harbour', title: 'The harbour reopens' },
        parent: { id: 'parent', text: HARMLESS },
        thread: [
          { id: 'parent', depth: 0 },
          { id, depth: 1 },
        ],
        threadSize: 2,
      });
    });

    it('shows the part of a long thread that is around the comment, and says how long the whole is', async () => {
      const answers = (count: number, change: (place: number) => Record<string, unknown>) => {
        const lines = Array.from({ length: count }, (_, place) =>
          JSON.stringify({ articleId: 'library', author: { id: 'jonas' }, text: HARMLESS, ...change(place) }),
        );
        const headers = { 'Content-Type': 'application/x-ndjson' };
        return service.call('POST', '/v1/comments:batch', lines.join('\n'), headers);
      };
      const library = { articleId: 'library' };
      // Fifty answers to one comment, the one that waits among them; one of them is the first of a quarrel of thirty.
      await answers(26, (place) => ({ id: `wide-${place}`, ...(place > 0 && { parentId: 'wide-0' }) }));
      const [among] = await doubtful(1, { ...library, parentId: 'wide-0' });
      await answers(24, (place) => ({ id: `wide-late-${place}`, parentId: 'wide-0' }));
      await answers(30, (place) => ({ id: `deep-${place}`, parentId: place > 0 ? `deep-${place - 1}` : 'wide-1' }));
      const [below] = await doubtful(1, { ...library, parentId: 'deep-29' });
      await answers(1, () => ({ id: 'last-word', parentId: below }));
      // What was erased is in no thread.
      await service.call('DELETE', '/v1/comments/wide-late-0');

      type Thread = { commentId: string; threadSize: number; thread: readonly { id: string; depth: number }[] };
      const items = (await walk('article=library')) as unknown as readonly Thread[];
      const shown = (id?: string) => items.find(({ commentId }) => commentId === id) as Thread;
      const size = 26 + 1 + 24 + 30 + 1 + 1 - 1;
      expect(shown(among).threadSize).toBe(size);
      expect(shown(among).thread).toHaveLength(41);
      expect(shown(below).threadSize).toBe(size);
      // So deep, the thread is told from twenty answers above: the comment is in it, with the answer to it.
      expect(shown(below).thread.at(0)?.id).toBe('deep-10');
      expect(shown(below).thread.slice(-3)).toMatchObject([
        { id: 'deep-29', depth: 19 },
        { id: below, depth: 20 },
        { id: 'last-word', depth: 21 },
      ]);
    });
  });

  describe('A claim', () => {
    it('gives each comment to one desk however many ask at once', async () => {
      await doubtful(20);
      const claims = await Promise.all(Array.from({ length: 20 }, (_, desk) => claim(`desk-${desk}`, { count: 3 })));
      const given = claims.flat().map(({ id }) => id);
      expect(new Set(given).size).toBe(given.length);
      // Who asked while others were being given theirs may have got fewer; in the end all are given.
      const rest = await claim('late', { count: 20 });
      expect(given.length + rest.length).toBe(20);
    });

    it('comes back first to the desk that has it, with its lease renewed', async () => {
      await doubtful(4);
      const first = await claim('a', { count: 2, leaseSeconds: 20 });
      expect(first).toHaveLength(2);
      const again = await claim('a', { count: 3 });
      expect(again.map(({ id }) => id).slice(0, 2)).toEqual(first.map(({ id }) => id));
      expect(again).toHaveLength(3);
      const lease = Date.parse(again[0]?.claim?.until ?? '') - Date.now();
      expect(lease).toBeGreaterThan(250_000);
      expect(lease).toBeLessThanOrEqual(301_000);
    });

    it('of another desk is left to it until it is given back or its lease runs out', async () => {
      await doubtful(2);
      const [item, other] = await claim('a', { count: 2 });
      expect(await claim('b', { count: 5 })).toEqual([]);
      expect(await service.call('POST', '/v1/queue/claims', { desk: 'b', items: [item?.id] })).toMatchObject({
        status: 409,
        json: { type: '/problems/claimed', by: 'API key', until: item?.claim?.until },
      });
      // Somebody else cannot give it back.
      expect((await release('b', [item?.id ?? ''])).status).toBe(204);
      expect(await claim('b', { count: 5 })).toEqual([]);
      expect((await release('a', [item?.id ?? ''])).status).toBe(204);
      expect((await claim('b', { count: 5 })).map(({ id }) => id)).toEqual([item?.id]);
      await look.rows(`update queue_item set claimed_until = now() - interval '1 second' where id = $1`, [other?.id]);
      expect((await page('limit=10')).items.find(({ id }: Item) => id === other?.id)).toMatchObject({ claim: null });
      expect((await claim('c', { count: 5 })).map(({ id }) => id)).toEqual([other?.id]);
    });

    it('can leave out what was skipped, take what was clicked, and keep to a list or an article', async () => {
      await doubtful(2);
      const [elsewhere] = await doubtful(1, { articleId: 'library' });
      const harbour = { count: 1, article: 'harbour' };
      const [first] = await claim('a', harbour);
      await release('a', [first?.id ?? '']);
      expect((await claim('a', { ...harbour, skip: [first?.id] }))[0]?.id).not.toBe(first?.id);
      expect((await claim('b', { items: [first?.id] }))[0]?.id).toBe(first?.id);
      expect(idsOf(await claim('c', { count: 5, article: 'library' }))).toEqual([elsewhere]);
      expect(await claim('d', { count: 5, list: 'escalated' })).toEqual([]);
      expect((await service.call('POST', '/v1/queue/claims', { desk: 'e', items: ['999999'] })).status).toBe(404);
    });
  });

  describe('A review', () => {
    it('settles the comment, and whoever comes second is told who did, what and when', async () => {
      const [id] = (await doubtful(1)) as [string];
      const [item] = await claim('a', { count: 1 });
      expect(await review(id, { desk: 'b' })).toMatchObject({
        status: 409,
        json: { type: '/problems/claimed', by: 'API key', until: item?.claim?.until },
      });
      const settled = await review(id, { desk: 'a', action: 'reject', label: 'incitement' });
      expect(settled).toMatchObject({
        status: 201,
        json: { id: expect.any(String), commentId: id, revision: 1, action: 'reject', state: 'withheld' },
      });
      expect(Date.parse(settled.json.undoUntil)).toBeGreaterThan(Date.now());
      expect(await review(id)).toMatchObject({
        status: 409,
        json: { type: '/problems/already-reviewed', by: 'API key', action: 'reject', at: expect.any(String) },
      });
      expect(await read(id)).toMatchObject({
        state: 'withheld',
        stateCause: 'verdict',
        verdict: { label: 'incitement' },
      });
      expect(await page('limit=10')).toMatchObject({ items: [], counts: { waiting: 0 } });
    });

    it('on an older revision, or on what was deleted, is refused in words of its own', async () => {
      const [id] = (await doubtful(1)) as [string];
      const changed = { id, articleId: 'harbour', author: { id: 'mara' }, text: HARMLESS };
      await service.call('POST', '/v1/comments?wait=20000', changed);
      expect(await review(id)).toMatchObject({ status: 409, json: { type: '/problems/revised', currentRevision: 2 } });
      await service.call('DELETE', `/v1/comments/${id}`);
      expect(await review(id, { revision: 2 })).toMatchObject({ status: 410, json: { type: '/problems/gone' } });
      expect((await review('never-sent')).status).toBe(404);
    });

    it('that escalates leaves the comment in a list of its own; one that asks for an edit withholds it until it comes', async () => {
      const [id, other] = (await doubtful(2)) as [string, string];
      expect(await review(id, { action: 'escalate' })).toMatchObject({ status: 201, json: { state: 'pending' } });
      expect(idsOf((await page('list=escalated')).items)).toEqual([id]);
      expect(idsOf((await page('list=all')).items)).toEqual([other]);
      expect((await review(other, { action: 'request-edit', note: 'Say it without the last half.' })).json.state).toBe(
        'withheld',
      );
      const changed = { id: other, articleId: 'harbour', author: { id: 'mara' }, text: HARMLESS };
      expect((await service.call('POST', '/v1/comments?wait=20000', changed)).json).toMatchObject({
        revision: 2,
        state: 'published',
      });
    });

    it('outranks the machine: the same text judged again changes nothing', async () => {
      const [id] = (await doubtful(1)) as [string];
      await review(id);
      await look.rows(
        `insert into outbox (site, kind, lane, subject, revision, pipeline)
       select r.site, 'classify', 'live', r.comment_id, r.revision, r.pipeline from comment_revision r
       join comment c on c.site = r.site and c.id = r.comment_id where c.external_id = $1`,
        [id],
      );
      await until('all work is done', look.idle);
      expect(await read(id)).toMatchObject({ state: 'published', stateCause: 'verdict' });
      expect((await page('limit=10')).items).toEqual([]);
    });

    it('can be taken back, once, and comes back to the desk that took it back', async () => {
      const [id] = (await doubtful(1)) as [string];
      const { json } = await review(id, { action: 'reject', label: 'hate' });
      const taken = await undo(json.id, { desk: 'a' });
      expect(taken).toMatchObject({ status: 200, json: { commentId: id, revision: 1, state: 'pending' } });
      expect(await claim('b', { count: 1 })).toEqual([]);
      expect((await claim('a', { count: 1 }))[0]).toMatchObject({ id: taken.json.itemId, commentId: id });
      expect(await undo(json.id)).toMatchObject({ status: 409, json: { type: '/problems/conflict' } });
      expect(await read(id)).toMatchObject({ state: 'pending', verdict: null });
      expect((await read(id)).history.filter(({ kind }: { kind: string }) => kind === 'verdict')).toMatchObject([
        { undone: true },
      ]);
    });

    it('cannot be taken back once another followed or the text changed', async () => {
      const [id] = (await doubtful(1)) as [string];
      const first = await review(id);
      const second = await review(id, { action: 'reject', label: 'hate', override: true });
      expect((await undo(first.json.id)).status).toBe(409);
      expect((await undo(second.json.id)).json).toMatchObject({ state: 'published' });
      const changed = { id, articleId: 'harbour', author: { id: 'mara' }, text: HARMLESS };
      await service.call('POST', '/v1/comments?wait=20000', changed);
      expect(await undo(first.json.id)).toMatchObject({
        status: 409,
        json: { type: '/problems/revised', currentRevision: 2 },
      });
      expect((await undo('123456')).status).toBe(404);
    });
  });

  describe('An Idempotency-Key', () => {
    const verdictsOn = (id: string) =>
      look.count(
        `select count(*) from verdict v join comment c on c.site = v.site and c.id = v.comment_id
                where c.external_id = $1`,
        [id],
      );

    it('makes a review that is sent again the same review, and refuses another one under it', async () => {
      const [id, other] = (await doubtful(2)) as [string, string];
      const key = { 'Idempotency-Key': `key-${id}` };
      const first = await review(id, {}, key);
      expect(await review(id, {}, key)).toMatchObject({ status: 201, json: first.json });
      expect(await review(other, {}, key)).toMatchObject({
        status: 409,
        json: { type: '/problems/idempotency-conflict' },
      });
      expect(await verdictsOn(id)).toBe(1);
      expect(await verdictsOn(other)).toBe(0);
    });

    it('lets one of many that come at once through; the others get its answer or are told to wait', async () => {
      const [id] = (await doubtful(1)) as [string];
      const key = { 'Idempotency-Key': `key-${id}` };
      const answers = await Promise.all(Array.from({ length: 12 }, () => review(id, {}, key)));
      const done = answers.filter(({ status }) => status === 201);
      expect(done.length).toBeGreaterThan(0);
      for (const { json } of done) expect(json).toEqual(done[0]?.json);
      for (const answer of answers.filter(({ status }) => status !== 201)) {
        expect(answer).toMatchObject({ status: 409, json: { type: '/problems/idempotency-conflict' } });
      }
      expect(await verdictsOn(id)).toBe(1);
      expect(await review(id, {}, key)).toMatchObject({ status: 201, json: done[0]?.json });
    });

    it('of a request that failed can be used again', async () => {
      const [id] = (await doubtful(1)) as [string];
      await claim('a', { count: 1 });
      const key = { 'Idempotency-Key': `key-${id}` };
      expect((await review(id, { desk: 'b' }, key)).status).toBe(409);
      await until('the key is free', async () => (await review(id, { desk: 'a' }, key)).status === 201);
    });

    it('works for undoing, too', async () => {
      const [id] = (await doubtful(1)) as [string];
      const { json } = await review(id);
      const key = { 'Idempotency-Key': `undo-${id}` };
      const path = `/v1/reviews/${json.id}/undo`;
      const first = await service.call('POST', path, {}, key);
      expect(await service.call('POST', path, {}, key)).toMatchObject({ status: 200, json: first.json });
    });
  });
});
