import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { artefactId } from '../../src/model/manifest.js';
import { type Look, lookInto } from '../support/look.js';
import { type Service, startService } from '../support/service.js';

let service: Service;
let look: Look;

beforeAll(async () => {
  service = await startService('postgres');
  look = await lookInto(service);
});
afterAll(async () => {
  await look?.close();
  await service?.stop();
});

const get = async (path: string) => (await service.call('GET', path)).json;
const artefact = join('models', readFileSync(join('models', 'CURRENT'), 'utf8').trim());
const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('A pipeline', () => {
  it('names the artefact by the sha256 of its manifest, and each file of weights by its own', async () => {
    const { active } = await get('/v1/models');
    expect(await get(`/v1/models/${active}`)).toMatchObject({
      id: active,
      active: true,
      artefactSha256: artefactId(JSON.parse(readFileSync(join(artefact, 'manifest.json'), 'utf8'))),
      weightsSha256: {
        'encoder.safetensors': sha256(join(artefact, 'encoder.safetensors')),
        'heads.safetensors': sha256(join(artefact, 'heads.safetensors')),
      },
    });
  });

  it('whose artefact is not on this machine any more still says which it was', async () => {
    await look.rows(
      `insert into pipeline (site, pipeline, fingerprint, artefact, artefact_name, normaliser, rule_revision, policy_revision)
       values (1, 900, 'm-gone', $1, 'minilm-2020-01-01', '1', 1, 1)`,
      ['f'.repeat(64)],
    );
    expect(await get('/v1/models/m-gone')).toMatchObject({
      model: 'minilm-2020-01-01',
      artefactSha256: 'f'.repeat(64),
      weightsSha256: null,
    });
  });
});

describe('A list', () => {
  test.for([
    {
      path: '/v1/models',
      key: 'pipelines',
      fill: () =>
        look.rows(`insert into pipeline (site, pipeline, fingerprint, artefact, artefact_name, normaliser, rule_revision, policy_revision)
          select 1, 1000 + n, 'm-' || n, repeat('e', 64), 'old', '1', 1, 1 from generate_series(1, 5) n`),
    },
    {
      path: '/v1/rescores',
      key: 'rescores',
      fill: () =>
        look.rows(`insert into rescore (site, status, mode, scope, pipeline, total, upto, requested_by)
          select 1, 'done', 'report', '{}', 1, 0, 0, 'test' from generate_series(1, 5)`),
    },
    {
      path: '/v1/failures',
      key: 'failures',
      fill: () =>
        look.rows(`insert into outbox (site, kind, subject, revision, pipeline, lane, failed_at, failure)
          select 1, 'embed-article', 1000 + n, 1, 1, 'bulk', now(), 'A test.' from generate_series(1, 5) n`),
    },
  ])('$path is read page by page, newest first, and nothing twice', async ({ path, key, fill }) => {
    await fill();
    const whole = (await get(path))[key];
    expect(whole.length).toBeGreaterThanOrEqual(5);
    const read: unknown[] = [];
    for (let query = '?limit=2'; ; ) {
      const page = await get(`${path}${query}`);
      expect(page[key].length).toBeLessThanOrEqual(2);
      read.push(...page[key]);
      if (page.next === null) break;
      query = `?limit=2&cursor=${page.next}`;
    }
    expect(read).toEqual(whole);
  });

  test.for([
    '/v1/models?colour=red',
    '/v1/models?limit=0',
    '/v1/models?cursor=nonsense',
    '/v1/failures?colour=red',
    '/v1/failures?limit=1000',
    '/v1/failures?cursor=99999999999999999999',
    '/v1/rescores?cursor=nonsense',
    '/v1/rules?colour=red',
    '/v1/policies?limit=1',
    '/v1/session?limit=1',
  ])('%s is refused: a misspelt filter is not silently no filter', async (path) => {
    expect((await service.call('GET', path)).status).toBe(422);
  });
});
