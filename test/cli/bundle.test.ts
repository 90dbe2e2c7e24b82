import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChild, startServing } from '../support/child.js';
import { createDatabase } from '../support/database.js';
import { copyModels } from '../support/models.js';
import { KEY } from '../support/service.js';

const LIST = `about: What this newsroom looks for.
rules:
  - id: lantern
    label: spam
    effect: review
    when: { phrases: [green lantern] }
    reason: It speaks of something green.
    match: [We saw the green lantern today.]
    ignore: [Nothing of that kind.]
`;
const LINE = JSON.stringify({ id: 'a', text: 'We saw the green lantern, by the way.' });

let home: string;
let bundle: string;
let pipeline: string;
let environment: Record<string, string>;
let database: Awaited<ReturnType<typeof createDatabase>>;

/** Runs `premod score` on one line, without a store. */
async function score(...options: readonly string[]) {
  const env = {
    ...process.env,
    MODELS_DIR: environment.MODELS_DIR,
    DATABASE_URL: '',
    REDIS_URL: '',
    PREMOD_API_KEY: '',
  };
  const child = spawn(process.execPath, [resolve('dist/server/main.js'), 'score', ...options], { env });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.on('error', () => undefined).end(LINE);
  const [status] = (await once(child, 'close')) as [number];
  return { status, stderr, answer: stdout === '' ? null : JSON.parse(stdout) };
}

/** The bundle with something changed, as another file. */
function changed(name: string, change: (content: Record<string, unknown>) => unknown): string {
  const file = join(home, `${name}.json`);
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(bundle, 'utf8')))));
  return file;
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'premod-bundle-'));
  bundle = join(home, 'site.json');
  database = await createDatabase();
  environment = {
    DATABASE_URL: database.url,
    MODELS_DIR: copyModels(join(home, 'models')).folder,
    PREMOD_API_KEY: KEY,
    PREMOD_LOG_LEVEL: 'error',
  };
  const service = await startServing(environment);
  const send = async (method: string, path: string, body?: unknown) =>
    await fetch(`${service.url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  await send('PUT', '/v1/rules/drafts/mine', { yaml: LIST });
  await send('POST', '/v1/rules:publish', { drafts: ['mine'], why: 'A test asks for it.', expectedRevision: 1 });
  ({ pipeline } = (await (await send('GET', '/v1/rules')).json()) as { pipeline: string });
  const exporting = startChild(['export', '--bundle', bundle], environment);
  expect(await exporting.ended).toBe(0);
  expect(exporting.stderr()).toContain(pipeline);
  await service.stop();
}, 300_000);

afterAll(async () => {
  await database?.drop();
  rmSync(home, { recursive: true, force: true });
});

describe('A bundle', () => {
  it('judges without a store as the site does, and the pipeline says so', async () => {
    const asSite = await score('--bundle', bundle);
    expect(asSite).toMatchObject({
      status: 0,
      stderr: '',
      answer: { pipeline, flags: expect.arrayContaining(['spam']) },
    });
    expect(asSite.answer.scores).toHaveProperty('hate');
    expect(asSite.answer.reasons).toMatchObject([{ kind: 'rule', rule: 'lantern' }]);
    const asShipped = await score();
    expect(asShipped.answer.pipeline).not.toBe(pipeline);
    expect(asShipped.answer.reasons).toEqual([]);
    expect((await score('--bundle', bundle, '--no-rules')).answer).toMatchObject({ reasons: [] });
  });

  it('holds no comment, no name and no key', () => {
    expect(Object.keys(JSON.parse(readFileSync(bundle, 'utf8')))).toEqual([
      'format',
      'exportedAt',
      'pipeline',
      'language',
      'artefact',
      'normaliser',
      'rules',
      'policy',
      'suspended',
    ]);
    expect(readFileSync(bundle, 'utf8')).not.toContain(KEY);
  });

  it.each([
    ['is not there', () => join(home, 'nowhere.json'), 'there is no such file'],
    ['is something else', () => changed('else', ({ policy }) => policy), 'is no bundle'],
    [
      'was changed by hand',
      () => changed('edited', (all) => ({ ...all, rules: { ...(all.rules as object), content: [] } })),
      'its rules are not as they were exported',
    ],
    [
      'names a model that is not here',
      () => changed('elsewhere', (all) => ({ ...all, artefact: { id: 'ab'.repeat(32), name: 'another' } })),
      'judges with the artefact another',
    ],
  ])('that %s is refused in one line', async (_what, file, words) => {
    const path = file();
    const { status, stderr, answer } = await score('--bundle', path);
    expect({ status, answer }).toEqual({ status: 1, answer: null });
    expect(stderr).toMatch(/^premod: [^\n]*\n$/);
    expect(stderr).toContain(path);
    expect(stderr).toContain(words);
  });

  it('with a rule that this premod cannot read asks a person, and says so', async () => {
    const { createHash } = await import('node:crypto');
    const { canonicalJson } = await import('../../src/core/canonical-json.js');
    const file = changed('newer', (all) => {
      const { content, ...rest } = all.rules as { content: { rules: { id: string; when: unknown }[] }[] };
      const lists = content.map((list) => ({
        ...list,
        rules: list.rules.map((rule) => (rule.id === 'lantern' ? { ...rule, when: { sounds: ['green'] } } : rule)),
      }));
      const sha256 = createHash('sha256').update(canonicalJson(lists)).digest('hex');
      return { ...all, rules: { ...rest, sha256, content: lists } };
    });
    const { status, stderr, answer } = await score('--bundle', file, '--no-model');
    expect(status).toBe(0);
    expect(stderr).toContain('cannot be read by this premod: lantern.');
    expect(answer.reasons).toEqual(
      expect.arrayContaining([expect.objectContaining({ kind: 'rule-broken', rule: 'lantern' })]),
    );
  });
});
