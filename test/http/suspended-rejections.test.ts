import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWERS } from '../../src/http/answers.js';
import { type Child, startChild, startServing } from '../support/child.js';
import { createDatabase } from '../support/database.js';
import { addUnmeasuredArtefact, copyModels } from '../support/models.js';
import { callAt, KEY } from '../support/service.js';
import { until } from '../support/wait.js';

const ADVERT = 'Check out my channel and subscribe, I post new videos every day, please like and share!';
const UNMEASURED = 'unmeasured';
const SUSPENDED = { kind: 'policy', because: 'suspended', text: expect.stringContaining('not known well enough') };

let home: string;
let database: Awaited<ReturnType<typeof createDatabase>>;
let models: ReturnType<typeof copyModels>;
let environment: Record<string, string>;
let service: Child;
/** From where on the other artefact lets spam reject: the one threshold that it measured. */
let wouldDo: number;

const call = (method: string, path: string, body?: unknown) => callAt(service.url, method, path, body);

/** Starts the service anew, with another artefact in the models folder made the active one. */
async function startWith(artefact: string): Promise<void> {
  await service?.stop();
  writeFileSync(join(models.folder, 'CURRENT'), `${artefact}\n`);
  service = await startServing(environment);
}

let sent = 0;
async function judged() {
  sent += 1;
  const comment = { id: `x${sent}`, articleId: 'harbour', author: { id: `a${sent}` }, text: `${ADVERT} ${sent}` };
  return (await call('POST', '/v1/comments?wait=30000', comment)).json;
}

/** Publishes a policy by which spam rejects by itself. */
async function rejecting(reject: number) {
  const { content, revision } = (await call('GET', '/v1/policies')).json;
  const thresholds = { ...content.defaults.thresholds, spam: { review: Math.min(0.7, reject), reject } };
  const defaults = { ...content.defaults, thresholds, precision: 0.8, audit: { share: 0 } };
  await call('PUT', '/v1/policies/draft', { yaml: JSON.stringify({ ...content, defaults }) });
  return await call('POST', '/v1/policies:publish', { why: 'A test asks for it.', expectedRevision: revision });
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'premod-suspended-'));
  database = await createDatabase();
  models = copyModels(join(home, 'models'));
  addUnmeasuredArtefact(models, UNMEASURED);
  environment = {
    DATABASE_URL: database.url,
    MODELS_DIR: models.folder,
    PREMOD_API_KEY: KEY,
    PREMOD_LOG_LEVEL: 'error',
  };
  await startWith(basename(models.artefact));
  await call('PUT', '/v1/articles/harbour', { title: 'The harbour reopens', body: 'The first ferry left.' });
}, 300_000);

afterAll(async () => {
  await service?.stop();
  await database?.drop();
  rmSync(home, { recursive: true, force: true });
});

describe('A policy that was published because its rejections are precise enough', () => {
  it('rejects, and nothing of it is suspended', async () => {
    expect(await rejecting(0.9)).toMatchObject({ status: 200, json: { revision: 2 } });
    expect(await judged()).toMatchObject({ decision: 'reject' });
    expect((await call('GET', '/v1/policies')).json.suspended).toEqual([]);
    expect((await call('GET', '/readyz')).json.checks.policy).toEqual({ ok: true });
  }, 120_000);

  it('asks a person where an artefact that says nothing about that has become the active one, and says why', async () => {
    await startWith(UNMEASURED);
    const { decision, reasons } = await judged();
    expect({ decision, reasons }).toMatchObject({ decision: 'review', reasons: expect.arrayContaining([SUSPENDED]) });
    expect(reasons).toContainEqual(expect.objectContaining({ kind: 'model', label: 'spam' }));
  }, 300_000);

  it('is told of wherever somebody looks, with what would do', async () => {
    const words = 'spam may not reject by itself from 0.9 on: nothing was measured there, and the policy asks for 0.8.';
    expect(service.stderr()).toMatch(/^The policy in force lets labels reject by themselves without .*: spam\./m);
    const { json } = await call('GET', '/v1/policies');
    ANSWERS.PolicyInForce.parse(json);
    expect(json.suspended).toMatchObject([
      { label: 'spam', threshold: 0.9, target: 0.8, detail: expect.stringContaining(words) },
    ]);
    wouldDo = json.suspended[0].wouldDo;
    expect(wouldDo).not.toBe(0.9);
    expect(service.stderr()).toContain(`${words} It may from ${wouldDo} on.`);
    const logged = service
      .stdout()
      .split('\n')
      .find((line) => line.includes('rejections are suspended'));
    expect(logged ?? service.stderr()).toContain(words);
    expect(await call('GET', '/readyz')).toMatchObject({
      status: 200,
      json: { ready: true, checks: { policy: { ok: false, detail: expect.stringContaining('spam') } } },
    });
    const listing = startChild(['policies', 'list'], environment);
    expect(await listing.ended).toBe(0);
    expect(listing.stderr()).toContain(words);
  }, 120_000);

  it('judges so without a store too, from a bundle', async () => {
    const bundle = join(home, 'site.json');
    const exporting = startChild(['export', '--bundle', bundle], environment);
    expect(await exporting.ended).toBe(0);
    const { PATH, HOME, XDG_CACHE_HOME } = process.env;
    const answer = execFileSync(process.execPath, [resolve('dist/server/main.js'), 'score', '--bundle', bundle], {
      input: JSON.stringify({ id: 'a', text: ADVERT }),
      env: { PATH, HOME, XDG_CACHE_HOME, MODELS_DIR: models.folder },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const { pipeline } = (await call('GET', '/v1/policies')).json;
    expect(JSON.parse(answer.toString())).toMatchObject({
      decision: 'review',
      pipeline,
      reasons: expect.arrayContaining([SUSPENDED]),
    });
  }, 120_000);

  it('rejects again once the artefact that it was checked against is back', async () => {
    await startWith(basename(models.artefact));
    expect(await judged()).toMatchObject({ decision: 'reject' });
    expect((await call('GET', '/v1/policies')).json.suspended).toEqual([]);
  }, 300_000);

  it('would not reject by the other one, as a rescoring tells', async () => {
    const started = await call('POST', '/v1/rescores', { artefact: UNMEASURED });
    expect(started.status).toBeLessThan(300);
    const rescoring = async () => (await call('GET', `/v1/rescores/${started.json.id}`)).json;
    await until('it is judged again', async () => (await rescoring()).status === 'done');
    expect((await rescoring()).flips).toEqual([{ from: 'reject', to: 'review', count: 2 }]);
  }, 120_000);

  it('rejects by the other one where it is published anew with what would do, and not with less', async () => {
    await startWith(UNMEASURED);
    expect(await rejecting(0.9)).toMatchObject({ status: 422, json: { unmet: [{ label: 'spam' }] } });
    expect(await judged()).toMatchObject({ decision: 'review' });
    expect(await rejecting(wouldDo)).toMatchObject({ status: 200, json: { revision: 3 } });
    expect(await judged()).toMatchObject({ decision: 'reject' });
    expect((await call('GET', '/v1/policies')).json.suspended).toEqual([]);
    expect((await call('GET', '/readyz')).json.checks.policy).toEqual({ ok: true });
  }, 300_000);
});
