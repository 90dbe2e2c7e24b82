import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser } from '../support/browser.js';
import { isAccessibleAt, openDesk, soon } from '../support/pages.js';
import { KEY, type Service, startService } from '../support/service.js';

/** The settings beside the thresholds, on the page for policies in a real browser, against the real service. */

let service: Service;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  if (!hasBrowser) return;
  service = await startService('postgres');
  const article = { title: 'The court hears the case', body: 'The hearing began.', section: 'courts' };
  expect((await service.call('PUT', '/v1/articles/hearing', article)).status).toBe(201);
  ({ browser, page } = await openDesk(complaints, 20_000));
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

const inForce = async () => (await service.call('GET', '/v1/policies')).json;
const editor = () => page.locator('#policy-yaml');
const field = (name: string) => page.locator(`#setting-${name}`);
/** What is said below a setting: what it is for, where it comes from, what held before. */
const said = (name: string) => page.locator(`#setting-${name}-from`).textContent();
const fault = (name: string) => page.locator(`#setting-${name}-fault`).textContent();
const setBack = (name: string) => page.getByRole('button', { name: `Set back: ${name}`, exact: true });
const scope = () => page.getByLabel('Holds for');
const yaml = () => editor().inputValue();
const drafted = async () => (await service.call('GET', '/v1/policies/draft')).json.yaml;
const isAccessible = () => isAccessibleAt(page, [1440, 1000, 390, 360]);

async function chooseAnother(kind: 'section' | 'article', name: string): Promise<void> {
  await page.getByRole('button', { name: 'Another section or article' }).click();
  await page.getByLabel('Kind').selectOption(kind);
  await page.getByLabel(kind === 'section' ? 'Its name' : 'Its id').fill(name);
  await page.keyboard.press('Enter');
}

describe.skipIf(!hasBrowser)('The settings on the page for the policy', () => {
  it('are shown as they hold, as shipped', async () => {
    await page.goto(`${service.url}/?page=policy`);
    await page.fill('#key', KEY);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: /^Settings/ }).click();
    await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor();
    expect(page.url()).toContain('part=settings');
    expect(await field('moderation').inputValue()).toBe('before');
    expect(await field('agree').inputValue()).toBe('0.2');
    expect(await field('reports-weighed').inputValue()).toBe('true');
    expect(await said('moderation')).toBe('In the defaults, as shipped.');
    expect(await page.locator('.settings .set-back').count()).toBe(0);
    await isAccessible();
  });

  it('are written into the policy, which keeps its words and its order', async () => {
    const about = /^about: .*\n(?: .*\n)*/;
    const before = (await yaml())
      .replace(about, '# Agreed on Monday.\nabout: Ours.\n')
      .replace('moderation: before', 'moderation: before # since June');
    await editor().fill(before);
    await field('moderation').selectOption('after');
    const after = before.replace('moderation: before', 'moderation: after');
    await soon(yaml).toBe(after);
    expect(await said('moderation')).toBe(
      'Set in the defaults. Shipped: before – once it is approved. In force: before – once it is approved.',
    );
    await field('audit-share').fill('0.05');
    await soon(yaml).toBe(after.replace('share: 0.01', 'share: 0.05'));
    await soon(drafted).toBe(after.replace('share: 0.01', 'share: 0.05'));
    await setBack('Share of the machine’s decisions').click();
    await soon(yaml).toBe(after);
    expect(await page.evaluate('document.activeElement.id')).toBe('setting-audit-share');
  });

  it('follow what is typed into the policy', async () => {
    await editor().fill((await yaml()).replace('toReview: 3', 'toReview: 5'));
    await soon(() => field('reports-toReview').inputValue()).toBe('5');
    expect(await said('reports-toReview')).toContain('Set in the defaults. Shipped: 3 reports. In force: 3 reports.');
  });

  it('that are no setting are refused at the field, and what holds is said', async () => {
    const held = await yaml();
    for (const [name, typed, permitted] of [
      ['audit-share', '1.5', 'A number from 0 to 1. Until then it stays at 0.01.'],
      ['without-deadlineSeconds', '9', 'A whole number from 10 to 604,800. Until then it stays at 900.'],
      ['reports-toReview', '2.5', 'A whole number from 1 to 1,000. Until then it stays at 5.'],
      ['precision', '', 'A number from 0.5 to 0.9999. Until then it stays at 0.95.'],
    ] as const) {
      await field(name).fill(typed);
      await soon(() => fault(name)).toBe(permitted);
      expect(await field(name).getAttribute('aria-invalid')).toBe('true');
    }
    await isAccessible();
    expect(await yaml()).toBe(held);
    await page.reload();
    await soon(() => field('precision').inputValue()).toBe('0.95');
  });

  it('say at their field what the service finds wrong', async () => {
    await field('moderation').selectOption('before');
    await field('without-overload').selectOption('publish');
    await soon(() => fault('without-overload')).toContain('moderate after publication only');
    expect(await field('without-overload').getAttribute('aria-invalid')).toBe('true');
    await editor().fill((await yaml()).replace('moderation: before', 'moderation: befor'));
    await soon(() => fault('moderation')).not.toBe('');
    expect(await field('moderation').locator('option:checked').textContent()).toBe('befor (not permitted)');
    await isAccessible();
    await field('moderation').selectOption('before');
    await setBack('In overload').click();
    await soon(() => page.locator('.setting-fault:not(:empty)').count()).toBe(0);
  });

  it('that have parts show them while they are asked for', async () => {
    expect(await field('newAuthors-days').count()).toBe(0);
    await field('newAuthors').selectOption('group');
    await soon(() => field('newAuthors-days').inputValue()).toBe('7');
    await field('newAuthors-days').fill('14');
    await soon(yaml).toContain('newAuthors:\n    days: 14\n    approved: 3\n');
    await field('newAuthors').selectOption('null');
    await soon(yaml).toContain('newAuthors: null\n');
    await soon(() => field('newAuthors-days').count()).toBe(0);
  });

  it('can be a section’s own, inherited and set back', async () => {
    await chooseAnother('section', 'courts');
    await soon(() => scope().locator('option:checked').textContent()).toBe('courts');
    const before = await yaml();
    expect(await said('moderation')).toBe('From the defaults.');
    await field('moderation').selectOption('review-all');
    await soon(yaml).toContain('sections:\n  courts:\n    moderation: review-all\n');
    expect(await said('moderation')).toContain(
      'Set for this section. Otherwise: before – once it is approved, from the defaults.',
    );
    await field('reports-toReview').fill('1');
    await soon(yaml).toContain('    reports:\n      toReview: 1\n');
    expect(await said('reports-weighed')).toBe('From the defaults.');
    await soon(drafted).toContain('toReview: 1\n');
    await isAccessible();
    await setBack('A comment comes back at').click();
    await setBack('Moderation').click();
    await soon(yaml).toBe(before);
    await field('moderation').selectOption('review-all');
  });

  it('can be an article’s own, over those of its section', async () => {
    await chooseAnother('article', 'hearing');
    await page.getByText('The article is in section courts').waitFor();
    expect(await field('moderation').inputValue()).toBe('review-all');
    expect(await said('moderation')).toContain('From section courts.');
    await field('moderation').selectOption('closed');
    await soon(yaml).toContain('articles:\n  hearing:\n    moderation: closed\n');
    await chooseAnother('article', '007');
    await page.getByText('premod knows no such article yet').waitFor();
    expect(await field('moderation').inputValue()).toBe('before');
    await chooseAnother('article', '');
    await page.getByText('A name has 1 to 255 characters.').waitFor();
    await isAccessible();
    await page.getByRole('button', { name: 'Another section or article' }).click();
    await scope().selectOption('section courts');
  });

  it('can be a label’s thresholds there too, which are set back as well', async () => {
    const before = await yaml();
    await page.getByRole('link', { name: /^Hate asks/ }).click();
    await page.fill('#review-from', '0.15');
    await soon(yaml).toContain('    thresholds:\n      hate:\n        review: 0.15\n');
    await setBack('A person is asked from').click();
    await soon(yaml).toBe(before);
    await page.getByRole('link', { name: /^Settings/ }).click();
  });

  it('are not written where another place would change with them', async () => {
    const held = await yaml();
    const shared = 'sections:\n  sport: &careful { moderation: review-all }\n  courts: *careful\n';
    await editor().fill(held.replace(/^sections:\n(?: .*\n)+/m, shared));
    await soon(() => field('moderation').inputValue()).toBe('review-all');
    await field('moderation').selectOption('closed');
    await page.getByText('This could not be written into the policy').waitFor();
    expect(await yaml()).toContain(shared);
    await editor().fill(held);
    await soon(() => page.getByText('This could not be written').count()).toBe(0);
    await editor().fill(held.replace('moderation: closed', 'moderation: *nothing'));
    await page.getByText('The policy as written has a fault').waitFor();
    await editor().fill(held);
    await soon(drafted).toBe(held);
  });

  it('hold once they are published', async () => {
    const { revision } = await inForce();
    const why = 'Courts are read first.';
    expect((await service.call('POST', '/v1/policies:publish', { why, expectedRevision: revision })).status).toBe(200);
    expect((await inForce()).content).toMatchObject({
      defaults: { moderation: 'before', reports: { toReview: 5, weighed: true } },
      sections: { courts: { moderation: 'review-all' } },
      articles: { hearing: { moderation: 'closed' } },
    });
    await page.reload();
    await scope().selectOption('section courts');
    await soon(() => said('moderation')).not.toContain('In force');
  });

  it('can be reached and changed by key alone', async () => {
    await scope().focus();
    for (const _ of Array(10)) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate('document.activeElement.id')) === 'setting-publishBelow') break;
    }
    await page.keyboard.press('ArrowUp');
    await soon(() => field('publishBelow').inputValue()).toBe('0.55');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await soon(() => said('publishBelow')).toContain('From the defaults.');
    expect(await page.evaluate('document.activeElement.id')).toBe('setting-publishBelow');
  });

  it('meets no error on the way', () => {
    expect(complaints).toEqual([]);
  });
});
