import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser } from './support/browser.js';
import { type Look, lookInto } from './support/look.js';
import { openDesk } from './support/pages.js';
import { KEY, type Service, startService } from './support/service.js';
import { until } from './support/wait.js';

/** One person's work from end to end: the built page in a real browser, the real service, queue, database and model. */

const CALL = 'We should kill all of them and burn their houses down tonight.';
const GERMAN = 'Die Fähre war gestern wieder viel zu spät, und niemand hat uns am Hafen erklärt, warum das so ist.';
const THREAT = 'I will come to your house and kill you.';

let service: Service;
let look: Look;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** What the page complained about: a broken policy, an uncaught error. */
const complaints: string[] = [];

beforeAll(async () => {
  if (!hasBrowser) return;
  service = await startService('postgres');
  look = await lookInto(service);
  await service.call('PUT', '/v1/articles/harbour', {
    title: 'The harbour reopens',
    summary: 'Ferries run again after two years.',
    body: 'The first ferry left at six.',
  });
  await until('the article is embedded', look.idle);
  await send('parent', 'Thank you for this report, the timetable was what I had been looking for.', { name: 'Pia' });
  await send('call', CALL, { name: 'harrier61' }, 'parent');
  await send('threat', THREAT, { name: 'depot-7' });
  await send('german', GERMAN, { name: 'Ada Rook' });
  ({ browser, context, page } = await openDesk(complaints, 10_000));
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await look?.close();
  await service?.stop();
});

async function send(id: string, text: string, author: { readonly name: string }, parentId?: string) {
  const comment = { id, articleId: 'harbour', author: { id, ...author }, text, ...(parentId && { parentId }) };
  const { status } = await service.call('POST', '/v1/comments?wait=30000', comment);
  expect(status).toBe(200);
}

const read = async (id: string) => (await service.call('GET', `/v1/comments/${id}`)).json;
const stateOf = async (id: string) => (await read(id)).state;
const onCard = () => page.locator('.comment .author').textContent();
const idOf = (author: string | null) =>
  ({ harrier61: 'call', 'depot-7': 'threat', 'Ada Rook': 'german', quill: 'late' })[author ?? ''] ?? '';
const count = () => page.locator('.rail-row .count').first().textContent();

describe.skipIf(!hasBrowser)('A moderator', () => {
  it('opens the desk with the key and is given the most urgent comment, with what speaks against it', async () => {
    await page.goto(service.url);
    await page.fill('#key', KEY);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.comment');
    const { items } = (await service.call('GET', '/v1/queue')).json;
    const first = items[0].comment;
    expect(await onCard()).toBe(first.author.name);
    expect(await page.locator('.comment .text').textContent()).toContain(first.text);
    expect(await page.locator('.comment mark').count()).toBeGreaterThan(0);
    await page.waitForSelector(`text=${first.reasons[0].text}`);
    await page.waitForSelector('text=The harbour reopens');
    expect(await count()).toBe('3');
    const { model, ruleRevision, policyRevision, normaliser } = (
      await service.call('GET', `/v1/models/${first.pipeline}`)
    ).json;
    const rows = page.locator('.side section:has(#pipeline) dd');
    const made = [model, `revision ${ruleRevision}`, `revision ${policyRevision}`, normaliser];
    await expect.poll(async () => (await rows.allTextContents()).slice(0, 4)).toEqual(made);
    // It is theirs for as long as the service says.
    expect(items[0].claim).toMatchObject({ by: 'API key', desk: expect.any(String) });
  });

  it('approves by a key, and the next comment is there', async () => {
    const before = await onCard();
    const [id] = ((await service.call('GET', '/v1/queue')).json.items as { commentId: string }[]).map(
      ({ commentId }) => commentId,
    ) as [string];
    await page.keyboard.press('a');
    await expect.poll(onCard).not.toBe(before);
    await expect.poll(() => stateOf(id)).toBe('published');
    expect(await read(id)).toMatchObject({ verdict: { action: 'approve', by: 'API key' } });
    await expect.poll(count).toBe('2');
  });

  it('rejects by mouse with a reason, takes it back by a key, and has it before them again', async () => {
    const author = await onCard();
    const id = idOf(author);
    await page.click('.buttons button:has-text("Reject")');
    await page.locator('.reject-menu [role=menuitem]').first().click();
    await expect.poll(() => stateOf(id)).toBe('withheld');
    const { verdict } = await read(id);
    expect(verdict).toMatchObject({ action: 'reject', label: expect.any(String) });
    await expect.poll(onCard).not.toBe(author);

    await page.keyboard.press('z');
    await expect.poll(onCard).toBe(author);
    await expect.poll(() => stateOf(id)).toBe('pending');
    expect((await read(id)).verdict).toBeNull();
    await page.keyboard.press('e');
    await expect.poll(async () => (await read(id)).verdict?.action).toBe('escalate');
  });

  it('sees a comment arrive while they work, and one that somebody else settles', async () => {
    await expect.poll(count).toBe('1');
    await send('late', `${THREAT} And your brother.`, { name: 'quill' });
    await expect.poll(count).toBe('2');
    const author = await onCard();
    const id = idOf(author);
    // Their lease ran out while they were away from the desk.
    await look.rows(`update queue_item set claimed_until = now() - interval '1 second' where left_at is null`);
    const elsewhere = { commentId: id, revision: 1, action: 'approve', desk: 'another desk' };
    expect((await service.call('POST', '/v1/reviews', elsewhere)).status).toBe(201);
    await page.waitForSelector('text=/API key approved this/');
    await page.click('text=See it');
    await page.waitForSelector('.dialog >> text=/^API key approved it/');
    await page.keyboard.press('Escape');

    // They have seen it, and decide otherwise.
    await page.click('text=Override');
    await page.waitForSelector('text=Your decision will replace that of API key');
    await page.click('.buttons button:has-text("Reject")');
    await page.locator('.reject-menu [role=menuitem]').first().click();
    await expect.poll(() => stateOf(id)).toBe('withheld');
    await expect.poll(onCard).not.toBe(author);
  });

  it('goes on without a connection, and what they decided goes out when it is back', async () => {
    const author = await onCard();
    const id = idOf(author);
    await context.setOffline(true);
    await page.keyboard.press('a');
    await page.waitForSelector('text=1 decision waits on this device');
    expect(await stateOf(id)).toBe('pending');
    await context.setOffline(false);
    await expect.poll(() => stateOf(id), { timeout: 20_000 }).toBe('published');
    expect(
      await look.count(
        'select count(*) from verdict v join comment c on c.site = v.site and c.id = v.comment_id where c.external_id = $1',
        [id],
      ),
    ).toBe(1);
    await page.waitForSelector('text=/Nothing waits/');
  }, 40_000);

  it('meets no error on the way', () => {
    expect(complaints).toEqual([]);
  });
});
