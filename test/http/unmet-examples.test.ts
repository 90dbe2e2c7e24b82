import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWERS } from '../../src/http/answers.js';
import { hasBrowser, launchBrowser } from '../support/browser.js';
import { type Child, startChild, startServing } from '../support/child.js';
import { createDatabase } from '../support/database.js';
import { copyModels } from '../support/models.js';
import { publishedByAnother, publishMine } from '../support/published.js';
import { callAt, KEY } from '../support/service.js';

const LIST = `about: What this newsroom looks for.
rules:
  - id: lantern
    label: spam
    effect: review
    when: { phrases: [green lantern] }
    reason: It speaks of something green.
    match: [We saw the green lantern today.]
    ignore: [Nothing of that kind.]
  - id: lamp
    label: spam
    effect: review
    when: { phrases: [blue lamp] }
    reason: It speaks of something blue.
    match: [We saw the blue lamp today.]
    ignore: [Nothing of that kind.]
`;
const UNMET = [
  {
    list: 'mine',
    rule: 'lantern',
    detail: 'does not match example 1 under match: “We saw the green lamp-post today.”',
  },
];

let home: string;
let database: Awaited<ReturnType<typeof createDatabase>>;
let environment: Record<string, string>;
let service: Child;
let browser: Browser | undefined;

const call = (method: string, path: string, body?: unknown) => callAt(service.url, method, path, body);
const unmet = async () => (await call('GET', '/v1/rules')).json.unmet;
const warnings = () => service.stderr().match(/.*Examples of rules in force are not met.*/g) ?? [];

const publish = (yaml: string, expectedRevision: number) => publishMine(call, yaml, expectedRevision);

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'premod-unmet-'));
  database = await createDatabase();
  environment = {
    DATABASE_URL: database.url,
    MODELS_DIR: copyModels(join(home, 'models')).folder,
    PREMOD_API_KEY: KEY,
    PREMOD_LOG_LEVEL: 'warn',
  };
  service = await startServing(environment);
  await call('PUT', '/v1/articles/local', { title: 'The lantern over the door', body: 'It hangs.' });
  // What is shipped was held when it was read.
  expect(await unmet()).toEqual([]);
  expect((await publish(LIST, 1)).json).toMatchObject({ revision: 2 });
  await service.stop();
  // An older one found the rule's example.
  await publishedByAnother(
    { databaseUrl: database.url },
    'We saw the green lantern today.',
    'We saw the green lamp-post today.',
  );
  service = await startServing(environment);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await service?.stop();
  await database?.drop();
  rmSync(home, { recursive: true, force: true });
});

describe('A rule in force that does not meet an example any more', () => {
  it('is told of soon after the start, in the log once and wherever rules are listed', async () => {
    await expect.poll(unmet, { timeout: 120_000 }).toEqual(UNMET);
    ANSWERS.Rules.parse((await call('GET', '/v1/rules')).json);
    expect(warnings()).toHaveLength(1);
    const { level, msg, examples } = JSON.parse(warnings()[0] ?? '{}');
    expect({ level, msg, examples }).toEqual({
      level: 40,
      msg: 'Examples of rules in force are not met any more; the rules judge on.',
      examples: [`mine rule lantern: ${UNMET[0]?.detail}`],
    });
    const listing = startChild(['rules', 'list'], environment);
    expect(await listing.ended).toBe(0);
    expect(listing.stderr()).toContain(`mine rule lantern: ${UNMET[0]?.detail}`);
  }, 240_000);

  it('judges on, as the others do', async () => {
    for (const [id, text, rule] of [
      ['green', 'We saw the green lantern, by the way.', 'lantern'],
      ['blue', 'We saw the blue lamp, by the way.', 'lamp'],
    ]) {
      const comment = { id, articleId: 'local', author: { id: 'mara' }, text };
      await call('POST', '/v1/comments', comment);
      const judged = async () => (await call('GET', `/v1/comments/${id}`)).json.reasons;
      await expect.poll(judged, { timeout: 120_000 }).toMatchObject([{ kind: 'rule', rule }]);
    }
    expect((await call('GET', '/readyz')).json.checks.rules).toEqual({ ok: true });
  }, 240_000);

  it.skipIf(!hasBrowser)(
    'stands on the page for rules with a way to it',
    async () => {
      browser = await launchBrowser();
      const page = await browser.newPage();
      page.setDefaultTimeout(60_000);
      await page.goto(`${service.url}/?page=rules`);
      await page.fill('#key', KEY);
      await page.keyboard.press('Enter');
      const notice = page.getByRole('region', { name: 'Examples of rules in force are not met any more:' });
      await notice.waitFor();
      expect(await notice.getByRole('listitem').allTextContents()).toEqual([`lantern in mine ${UNMET[0]?.detail}`]);
      await notice.getByRole('link').click();
      await page.waitForSelector('.chosen >> text=lantern');
      expect(new URL(page.url()).searchParams.get('list')).toBe('mine');
    },
    240_000,
  );

  it('is told of no more once other rules are in force, without a restart', async () => {
    expect((await publish(LIST.replace('[green lantern]', '[green lantern, green light]'), 2)).json).toMatchObject({
      revision: 3,
    });
    await expect.poll(unmet, { timeout: 120_000 }).toEqual([]);
    expect(warnings()).toHaveLength(1);
  }, 240_000);
});
