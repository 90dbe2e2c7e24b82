import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasBrowser } from '../support/browser.js';
import { axeFinds, openDesk, soon } from '../support/pages.js';
import { KEY, type Service, startService } from '../support/service.js';
import { insult, listOf } from './insults.js';

/** The pages for rules and for the policy while the service takes its time over an answer. */

let service: Service;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

vi.setConfig({ testTimeout: 180_000 });

beforeAll(async () => {
  if (!hasBrowser) return;
  service = await startService('postgres');
  ({ browser, page } = await openDesk(complaints, 30_000));
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

const get = async (path: string) => (await service.call('GET', path)).json;
const publishButton = () => page.locator('.dialog >> text=Publish >> nth=-1');
const state = () => page.locator('#publish-state').textContent();

/** Holds the answers of some calls back until it is told to let them go. */
async function hold(method: string, ...paths: readonly RegExp[]): Promise<() => void> {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  await page.route(
    ({ pathname }) => paths.some((path) => path.test(pathname)),
    async (route) => {
      if (route.request().method() !== method) return await route.fallback();
      await opened;
      await route.fallback();
    },
  );
  return open;
}

/** In a dialog that does something: that it says so, and that its button cannot be pressed again. */
async function isBusy(words: string): Promise<void> {
  await page.waitForSelector(`.dialog .why-not >> text=${words}`);
  const button = page.locator('.dialog [type=submit]');
  expect(await button.getAttribute('aria-busy')).toBe('true');
  expect(await button.getAttribute('aria-disabled')).toBe('true');
  expect(await axeFinds(page)).toEqual([]);
}

describe.skipIf(!hasBrowser)('The page for the policy', () => {
  it('shows no empty policy, and nothing to publish, until what was published is read', async () => {
    const { yaml, revision } = await get('/v1/policies');
    const drafted = `${yaml}# Looked at anew.\n`;
    await service.call('PUT', '/v1/policies/draft', { yaml: drafted, begunOn: revision });
    await page.goto(`${service.url}/?page=policy`);
    await page.fill('#key', KEY);
    await page.keyboard.press('Enter');
    await soon(() => page.locator('#policy-yaml').inputValue()).toBe(drafted);
    const publish = await hold('POST', /:publish$/);
    await page.click('#publish');
    await page.fill('#why', 'Looked at.');
    await publishButton().click();
    await isBusy('Being published …');
    const read = await hold('GET', /^\/v1\/policies$/, /^\/v1\/policies\/draft$/);
    publish();
    await soon(() => page.locator('.dialog').count()).toBe(0);
    expect((await get('/v1/policies')).revision).toBe(revision + 1);

    await page.waitForSelector('[role=status][aria-label="Loading the policy"]', { state: 'attached' });
    expect(await page.locator('text=not in the policy').count()).toBe(0);
    expect(await page.locator('#policy-yaml').count()).toBe(0);
    expect(await page.locator(`text=Revision ${revision}, as shipped`).count()).toBe(0);
    expect(await state()).toBe('being read anew …');
    expect(await page.locator('#publish').getAttribute('aria-disabled')).toBe('true');
    await soon(() => page.evaluate('document.activeElement?.id')).toBe('publish');

    read();
    await soon(() => page.locator('#policy-yaml').inputValue()).toBe(drafted);
    await soon(() => page.locator('.revision').textContent()).toContain(`Revision ${revision + 1}, published`);
    await soon(state).toBe('nothing is drafted');
  });

  it('says while it is rolled back that it is', async () => {
    const { revision } = await get('/v1/policies');
    const answer = await hold('POST', /:rollback$/);
    await page.click('#history');
    await page.click('.revisions > li >> nth=1 >> text=Roll back to this');
    await page.fill('#why', 'It was right before.');
    await page.click('.dialog [type=submit]');
    await isBusy('Being rolled back …');
    await page.keyboard.press('Enter');
    answer();
    await soon(() => page.locator('.dialog').count()).toBe(0);
    expect((await get('/v1/policies')).revision).toBe(revision + 1);
  });
});

describe.skipIf(!hasBrowser)('The page for rules', () => {
  it('says while a list is begun that it is, and begins it once', async () => {
    await page.goto(`${service.url}/?page=rules`);
    await page.click('text=New list');
    await page.fill('#list-name', 'depot list');
    await page.waitForSelector('.why-not >> text=A blank cannot stand in a list’s name.');
    await page.fill('#list-name', 'depot');
    const answer = await hold('PUT', /\/drafts\/depot$/);
    await page.click('.dialog [type=submit]');
    await isBusy('Being begun …');
    answer();
    await page.waitForSelector('#list-yaml');
    await soon(() => page.locator('#document').textContent()).toBe('depot');
  });

  it('says how many faults there are, and shows five of them whole where there is room', async () => {
    const faulty = listOf(
      insult('Petrol to it').replace('insult', 'insullt').replace('phrases', 'phrase').replace('ignore', 'ignor'),
    );
    await page.locator('#list-yaml').fill(faulty);
    await soon(() => page.locator('.findings li').count()).toBeGreaterThan(3);
    const count = await page.locator('.findings li').count();
    await soon(() => page.locator('.findings-count').textContent()).toBe(`${count} faults`);
    const hidden =
      "(() => { const f = document.querySelector('.findings'); return f.scrollHeight - f.clientHeight; })()";
    expect(await page.evaluate(hidden)).toBeLessThanOrEqual(1);
    await page.locator('#list-yaml').fill(listOf(insult('Petrol-to-it').replace('ignore', 'ignor')));
  });

  it('quotes the example that is not met', async () => {
    await page.locator('#list-yaml').fill(listOf(insult('petrol-to-it').replace('What petrol', 'What diesel')));
    await page.waitForSelector('.findings >> text=/example 1 under match: “What diesel to it they are.”/');
  });

  it('says that drafts are checked, and shows the published list afterwards although it is no draft any more', async () => {
    const yaml = listOf(insult('petrol-to-it'));
    await page.locator('#list-yaml').fill(yaml);
    await soon(async () => (await get('/v1/rules/drafts/depot')).yaml).toBe(yaml);
    await page.goto(`${service.url}/?page=rules`);
    await soon(() => page.locator('#list-yaml').inputValue()).toBe(yaml);
    const check = await hold('POST', /^\/v1\/rules:check$/);
    await page.click('#publish');
    await page.waitForSelector('.dialog .why-not >> text=The drafts are being checked …');
    await page.waitForSelector('.dialog .is-loading');
    const high = async () => (await page.locator('.dialog').boundingBox())?.height ?? 0;
    const before = await high();
    check();
    await page.waitForSelector('.dialog .comparison');
    expect(Math.abs((await high()) - before)).toBeLessThan(80);
    await page.fill('#why', 'Somebody lit one.');
    const read = await hold('GET', /^\/v1\/rules$/, /^\/v1\/rules\/(?:lists|drafts)\/depot$/);
    await publishButton().click();
    await soon(() => page.locator('.dialog').count()).toBe(0);
    expect(await page.locator('#document').textContent()).toBe('depot');
    await page.waitForSelector('[role=status][aria-label="Loading the list depot"]', { state: 'attached' });
    expect(await page.locator('#list-yaml').count()).toBe(0);
    expect(await state()).toBe('being read anew …');
    read();
    await soon(() => page.locator('#list-yaml').inputValue()).toBe(yaml);
    expect(await page.locator('#document').textContent()).toBe('depot');
    await soon(state).toBe('nothing is drafted');
  });

  it('says so where what was published cannot be read, and reads it when it can', async () => {
    const yaml = listOf(insult('petrol-to-it'), insult('torch-it'));
    await page.locator('#list-yaml').fill(yaml);
    await soon(state).toBe('1 draft');
    await page.click('#publish');
    await page.fill('#why', 'Another one.');
    await page.waitForSelector('.dialog .comparison');
    await page.route(
      ({ pathname }) => pathname === '/v1/rules',
      (route) => route.abort(),
      { times: 1 },
    );
    await publishButton().click();
    await soon(state).toContain('could not be read');
    expect(await page.locator('#document').textContent()).toBe('depot');
    await soon(state).toBe('nothing is drafted');
    expect(await page.locator('#list-yaml').inputValue()).toBe(yaml);
  });
});

it.skipIf(!hasBrowser)('No page met an error on the way', () => {
  expect(complaints).toEqual([]);
});
