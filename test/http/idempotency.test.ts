import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Look, lookInto, tablesWith } from '../support/look.js';
import { type Service, startService } from '../support/service.js';
import { until } from '../support/wait.js';

let service: Service;
let look: Look;
let counter = 0;

beforeAll(async () => {
  service = await startService('postgres');
  look = await lookInto(service);
  await service.call('PUT', '/v1/articles/harbour', { title: 'The harbour reopens' });
});
afterAll(async () => {
  await look?.close();
  await service?.stop();
});

function comment(change: Record<string, unknown> = {}) {
  counter += 1;
  return {
    id: `c${counter}`,
    articleId: 'harbour',
    author: { id: 'mara' },
    text: 'At last the ferries run again.',
    ...change,
  };
}

const post = (body: unknown, key?: string, query = '') =>
  service.call('POST', `/v1/comments${query}`, body, key === undefined ? {} : { 'Idempotency-Key': key });
const read = async (id: string) => (await service.call('GET', `/v1/comments/${id}`)).json;

describe('A comment with an Idempotency-Key', () => {
  it('gets the first answer again, and another comment with the key is refused and not kept', async () => {
    const sent = comment();
    const first = await post(sent, 'k-same');
    expect(first).toMatchObject({ status: 202, json: { id: sent.id, revision: 1, state: 'pending', stateVersion: 1 } });
    expect(await post(sent, 'k-same')).toMatchObject({ status: 202, json: first.json });
    for (const other of [{ ...sent, text: 'Another text.' }, comment()]) {
      expect(await post(other, 'k-same')).toMatchObject({
        status: 409,
        json: { type: '/problems/idempotency-conflict' },
      });
    }
    expect(await read(sent.id)).toMatchObject({ revision: 1, text: sent.text });
    expect((await service.call('GET', `/v1/comments/c${counter}`)).status).toBe(404);
  });

  it('that was edited since does not come back when its first request is sent again', async () => {
    const sent = comment();
    await post(sent, 'k-edited');
    await post({ ...sent, text: 'At last the ferries run again!' }, 'k-edit');
    expect((await post(sent, 'k-edited')).json).toMatchObject({ revision: 1 });
    expect(await read(sent.id)).toMatchObject({ revision: 2, text: 'At last the ferries run again!' });
  });

  it('whose sender waits gets the decision each time, and nothing of the text is kept under the key', async () => {
    const sent = comment({ text: 'We should burn the zyxquorv houses down tonight and kill all of them.' });
    const first = await post(sent, 'k-wait', '?wait=30000');
    expect(first).toMatchObject({ status: 200, json: { revision: 1, decision: 'review' } });
    expect(await post(sent, 'k-wait', '?wait=30000')).toMatchObject({ status: 200, json: first.json });
    expect(await look.count(`select count(*) from idempotency where key = 'k-wait'`)).toBe(1);
    expect(await tablesWith(look, 'zyxquorv')).not.toContain('premod.idempotency');
  });

  it('that was deleted since is gone', async () => {
    const sent = comment();
    await post(sent, 'k-gone');
    await service.call('DELETE', `/v1/comments/${sent.id}`);
    expect((await post(sent, 'k-gone')).status).toBe(410);
    expect((await post(sent, 'k-gone')).status).toBe(410);
  });

  it('that was refused leaves the key free', async () => {
    const sent = comment();
    expect((await post({ ...sent, text: '' }, 'k-free')).status).toBe(422);
    expect((await post({ ...sent, articleId: 'nowhere' }, 'k-free')).status).toBe(422);
    expect((await post(sent, 'k-free')).status).toBe(202);
  });

  it('is kept once, however often it is sent at the same time', async () => {
    const sent = comment();
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(sent, 'k-race')));
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain(202);
    expect(statuses.filter((status) => status !== 202 && status !== 409)).toEqual([]);
    expect((await read(sent.id)).revision).toBe(1);
  });

  it('needs a key of 1 to 255 characters', async () => {
    expect((await post(comment(), 'x'.repeat(256))).status).toBe(422);
  });
});

describe('A key', () => {
  it('is forgotten a day later', async () => {
    await post(comment(), 'k-young');
    await post(comment(), 'k-old');
    await look.rows(`update idempotency set created_at = now() - interval '86401 seconds' where key = 'k-old'`);
    const keys = () => look.rows(`select key from idempotency where key in ('k-young', 'k-old')`);
    await until('the old one is swept away', async () => (await keys()).length === 1, 10_000);
    expect(await keys()).toEqual([{ key: 'k-young' }]);
  });
});
