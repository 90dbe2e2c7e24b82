import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { hasBrowser } from '../support/browser.js';
import { axeFinds, fitsAcross, openDesk, soon } from '../support/pages.js';
import { KEY, type Service, startService } from '../support/service.js';
import { insult, listOf } from './insults.js';

/** Drafts in a real browser while others publish, against the real service. */

const list = (...ids: readonly string[]) => listOf(...ids.map(insult));

let service: Service;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const complaints: string[] = [];

vi.setConfig({ testTimeout: 180_000 });

beforeAll(async () => {
  if (!hasBrowser) return;
  service = await startService('postgres');
  await publishElsewhere('ferry', list('ferry-scum'));
  ({ browser, context, page } = await openDesk(complaints, 30_000));
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

const inForce = async () => (await service.call('GET', '/v1/rules')).json;
const published = async () => (await service.call('GET', '/v1/rules/lists/ferry')).json.yaml as string;
const draft = async () => (await service.call('GET', '/v1/rules/drafts/ferry')).json;
const editor = () => page.locator('#list-yaml');
/** The one at the end of the dialog; `force` also where it is grey. */
const publishButton = () => page.locator('.dialog >> text=Publish >> nth=-1');

/** At another desk somebody takes the list as it is published, changes it and publishes: the draft of here is not theirs. */
async function publishElsewhere(name: string, yaml: string): Promise<number> {
  const path = `/v1/rules/drafts/${name}`;
  const mine = await service.call('GET', path);
  const { revision: expectedRevision } = await inForce();
  await service.call('PUT', path, { yaml, begunOn: expectedRevision });
  const answer = await service.call('POST', '/v1/rules:publish', {
    drafts: [name],
    why: 'Elsewhere.',
    expectedRevision,
  });
  expect(answer.status, answer.text).toBe(200);
  const { yaml: text, begunOn } = mine.json;
  if (mine.status === 200) await service.call('PUT', path, { yaml: text, begunOn });
  return answer.json.revision;
}

/** On a desk and on a phone; nothing scrolls sideways. */
async function isAccessible(): Promise<void> {
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await axeFinds(page), `${width} px`).toEqual([]);
    await fitsAcross(page, `${width} px`);
  }
}

describe.skipIf(!hasBrowser)('A draft of a list', () => {
  it('says that somebody has published the list since it was begun, and what was changed', async () => {
    await page.goto(`${service.url}/?page=rules&list=ferry`);
    await page.fill('#key', KEY);
    await page.keyboard.press('Enter');
    await soon(() => editor().inputValue()).toBe(list('ferry-scum'));
    const begunOn = (await inForce()).revision;
    const revision = await publishElsewhere('ferry', list('ferry-scum', 'pier-scum'));
    await editor().fill(list('ferry-scum', 'boat-scum'));
    await page.waitForSelector(`.changed-since >> text=/published revision ${revision} .* after this draft was begun/`);
    expect(await draft()).toMatchObject({ begunOn, changedSince: { revision } });
    await page.click('text=What was changed');
    await page.waitForSelector('.changed-since .diff-line.is-added >> text=pier-scum');
    await isAccessible();
    // It is not forgotten by typing on, nor by a reload.
    await editor().fill(`${list('ferry-scum', 'boat-scum')}# typed on\n`);
    await soon(async () => (await draft()).yaml).toContain('typed on');
    await page.reload();
    await page.waitForSelector('.changed-since');
    expect((await draft()).begunOn).toBe(begunOn);
  });

  it('is not published before what it takes back was seen', async () => {
    const { revision } = await inForce();
    await page.click('#publish');
    await page.waitForSelector('.takes-back .diff-line.is-added >> text=pier-scum');
    await page.fill('#why', 'Boats matter more.');
    await isAccessible();
    await publishButton().click({ force: true });
    await page.waitForSelector('.why-not >> text=Look first at what would be taken back.');
    expect((await inForce()).revision).toBe(revision);
    // Meanwhile somebody changes it once more: what was seen is not all.
    await page.check('.takes-back input');
    const later = await publishElsewhere('ferry', list('ferry-scum', 'pier-scum', 'quay-scum'));
    await publishButton().click();
    await page.waitForSelector('.refusal');
    expect((await inForce()).revision).toBe(later);
    await page.click('text=Read it anew');
    await page.locator('.head .revision', { hasText: `Revision ${later},` }).waitFor();
    await page.waitForSelector('.takes-back .diff-line.is-added >> text=quay-scum');
    await soon(() => page.locator('.refusal').count()).toBe(0);
    expect(await page.isChecked('.takes-back input')).toBe(false);
    await page.check('.takes-back input');
    await soon(() => page.getAttribute('.dialog button[type=submit]', 'aria-disabled')).toBe('false');
    await publishButton().click();
    await soon(async () => (await page.locator('.dialog').allTextContents()).join()).toBe('');
    expect(await inForce()).toMatchObject({ revision: later + 1, why: 'Boats matter more.', drafts: [] });
    expect(await published()).toContain('boat-scum');
    await soon(() => page.locator('.changed-since').count()).toBe(0);
  });

  it('that was typed without a connection is one of what was read then', async () => {
    await soon(() => editor().inputValue()).toContain('boat-scum');
    const begunOn = (await inForce()).revision;
    await context.setOffline(true);
    await editor().fill(list('boat-scum', 'tram-scum'));
    await page.waitForSelector('text=kept on this device, not sent yet');
    const revision = await publishElsewhere('ferry', list('boat-scum', 'bus-scum'));
    await context.setOffline(false);
    await page.reload();
    await page.waitForSelector(`.changed-since >> text=/published revision ${revision} /`);
    expect(await draft()).toMatchObject({ begunOn, yaml: list('boat-scum', 'tram-scum') });
    await page.click('text=Discard draft');
    await page.click('.dialog >> text=Discard draft >> nth=-1');
    await soon(async () => (await inForce()).drafts).toEqual([]);
  });

  it('that says what is published already is refused with that reason, and blames nobody', async () => {
    const { revision } = await inForce();
    const same = await published();
    await page.goto(`${service.url}/?page=rules&list=ferry`);
    await soon(() => editor().inputValue()).toBe(same);
    await editor().fill(`${same}# And back again.\n`);
    await soon(async () => (await draft()).yaml).toContain('And back again');
    await editor().fill(same);
    await soon(async () => (await draft()).yaml).toBe(same);
    await soon(() => page.getAttribute('#publish', 'aria-disabled')).toBe('false');
    await page.click('#publish');
    await page.waitForSelector('.publish-draft >> text=Nothing differs.');
    await page.fill('#why', 'Once more.');
    await publishButton().click();
    await page.waitForSelector('.refusal >> text=/nothing would change/');
    expect(await page.locator('.refusal').textContent()).not.toMatch(/another revision|Read it anew/);
    expect((await inForce()).revision).toBe(revision);
    await page.keyboard.press('Escape');
    await page.click('text=Discard draft');
    await page.click('.dialog >> text=Discard draft >> nth=-1');
    await soon(async () => (await inForce()).drafts).toEqual([]);
  });
});

describe.skipIf(!hasBrowser)('A draft that two people work on', () => {
  const path = '/v1/rules/drafts/ferry';
  const mine = list('boat-scum', 'mine-scum');
  const theirs = list('boat-scum', 'their-scum');
  const choose = (name: string) => page.locator('.typed-over').getByRole('button', { name }).click();
  const saved = () => page.locator('.document-head header').textContent();

  it('is not written over by who did not see what the other one wrote', async () => {
    await page.goto(`${service.url}/?page=rules&list=ferry`);
    await soon(() => editor().inputValue()).toContain('boat-scum');
    await editor().fill(list('boat-scum', 'first-scum'));
    await soon(async () => (await draft()).yaml).toContain('first-scum');
    await soon(saved).toContain('changed by');
    await service.call('PUT', path, { yaml: theirs });
    await editor().fill(mine);
    await page.waitForSelector('.typed-over >> text=/changed this draft/');
    expect((await draft()).yaml).toBe(theirs);
    expect(await page.getAttribute('#publish', 'aria-disabled')).toBe('true');
    await page.click('.typed-over >> text=How yours differs');
    await page.waitForSelector('.typed-over .diff-line.is-removed >> text=their-scum');
    await page.waitForSelector('.typed-over .diff-line.is-added >> text=mine-scum');
    await isAccessible();
    // Neither typing on nor a reload sends it.
    await editor().fill(`${mine}# typed on\n`);
    await page.reload();
    await page.waitForSelector('.typed-over');
    expect(await editor().inputValue()).toBe(`${mine}# typed on\n`);
    expect((await draft()).yaml).toBe(theirs);
  });

  it('is taken as it is now, or replaced, by who has seen it', async () => {
    await choose('Send mine in its place');
    await soon(async () => (await draft()).yaml).toBe(`${mine}# typed on\n`);
    await soon(() => page.locator('.typed-over').count()).toBe(0);
    await soon(saved).toContain('changed by');
    await service.call('PUT', path, { yaml: theirs });
    await editor().fill(mine);
    await choose('Take theirs and drop mine');
    await soon(() => editor().inputValue()).toBe(theirs);
    await soon(() => page.locator('.typed-over').count()).toBe(0);
    // From there on it is theirs that is worked on, and nothing is kept for later.
    await editor().fill(`${theirs}# and on\n`);
    await soon(async () => (await draft()).yaml).toBe(`${theirs}# and on\n`);
    await page.reload();
    await soon(() => editor().inputValue()).toBe(`${theirs}# and on\n`);
    expect(await page.locator('.typed-over').count()).toBe(0);
  });

  it('is one’s own where an answer was lost, and nobody is blamed', async () => {
    await page.route(`**${path}`, async (route) => {
      if (route.request().method() !== 'PUT') return await route.continue();
      await route.fetch();
      await route.abort();
    });
    await editor().fill(`${theirs}# arrived\n`);
    await soon(async () => (await draft()).yaml).toContain('# arrived');
    await page.waitForSelector('text=kept on this device, not sent yet');
    await page.unroute(`**${path}`);
    await editor().fill(`${theirs}# and more\n`);
    await soon(async () => (await draft()).yaml).toContain('# and more');
    expect(await page.locator('.typed-over').count()).toBe(0);
    await soon(saved).toContain('changed by');
    expect((await service.call('DELETE', path)).status).toBe(204);
    await page.reload();
    await soon(() => editor().inputValue()).not.toContain('and more');
  });
});

describe.skipIf(!hasBrowser)('On a phone', () => {
  it('what is opened is brought into sight', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const top = async () => (await page.locator('#document').boundingBox())?.y ?? -1;
    await page.goto(`${service.url}/?page=rules`);
    await page.locator('.list-name', { hasText: 'slurs' }).click();
    await page.locator('h2#document', { hasText: 'slurs' }).waitFor();
    await soon(top).toBeLessThan(200);
    expect(await top()).toBeGreaterThan(40);
    await page.goto(`${service.url}/?page=policy`);
    await page.locator('a.rule', { hasText: 'Spam' }).click();
    await soon(top).toBeLessThan(200);
    expect(await top()).toBeGreaterThan(40);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('it is said why nothing can be published', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const name of ['rules', 'policy']) {
      await page.goto(`${service.url}/?page=${name}`);
      await page.locator('.head >> text=nothing is drafted').waitFor();
      expect(await page.getAttribute('#publish', 'aria-disabled')).toBe('true');
      await fitsAcross(page);
      expect(await axeFinds(page)).toEqual([]);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  });
});

describe.skipIf(!hasBrowser)('A draft of the policy', () => {
  it('says that somebody has published since it was begun, and is not published before that was seen', async () => {
    const policy = async () => (await service.call('GET', '/v1/policies')).json;
    await page.goto(`${service.url}/?page=policy&label=insult`);
    await page.locator('#review-from').waitFor();
    const { yaml, revision: begunOn } = await policy();
    await service.call('PUT', '/v1/policies/draft', { yaml: `${yaml}# Of somebody else.\n` });
    const elsewhere = { why: 'Elsewhere.', expectedRevision: begunOn };
    expect((await service.call('POST', '/v1/policies:publish', elsewhere)).status).toBe(200);
    await page.fill('#review-from', '0.33');
    await page.waitForSelector('.changed-since >> text=/after this draft was begun/');
    expect((await service.call('GET', '/v1/policies/draft')).json).toMatchObject({ begunOn });
    await page.click('text=What was changed');
    await page.waitForSelector('.changed-since .diff-line.is-added >> text=Of somebody else.');
    await page.click('#publish');
    await page.waitForSelector('.takes-back .diff-line.is-added >> text=Of somebody else.');
    await page.fill('#why', 'Insults were missed.');
    await publishButton().click({ force: true });
    expect((await policy()).revision).toBe(begunOn + 1);
    await page.check('.takes-back input');
    await publishButton().click();
    await soon(() => page.locator('.dialog').count()).toBe(0);
    expect(await policy()).toMatchObject({ revision: begunOn + 2, why: 'Insults were missed.', drafts: [] });
  });
});

test('met no error on the way', () => {
  expect(complaints).toEqual([]);
});
