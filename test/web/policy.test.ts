import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser } from '../support/browser.js';
import { judgedDraws } from '../support/judged-draws.js';
import { type Look, lookInto } from '../support/look.js';
import { isAccessibleAt, openDesk, soon } from '../support/pages.js';
import { KEY, type Service, startService } from '../support/service.js';
import { until } from '../support/wait.js';

/** The page for policies in a real browser, against the real service with its database, queue and model. */

const TEXTS = [
  'The ferry was late again and nobody told us why it was.',
  'Thank you for this report, the timetable was what I had been looking for.',
  'We should kill all of them and burn their houses down tonight.',
  'You are an idiot and so is everybody who voted for you.',
];

let service: Service;
let look: Look;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  if (!hasBrowser) return;
  service = await startService('postgres');
  look = await lookInto(service);
  await service.call('PUT', '/v1/articles/harbour', { title: 'The harbour reopens', body: 'The first ferry left.' });
  await until('the article is embedded', look.idle);
  for (const [index, text] of TEXTS.entries()) {
    const comment = { id: `c${index}`, articleId: 'harbour', author: { id: `a${index}` }, text };
    expect((await service.call('POST', '/v1/comments?wait=30000', comment)).status).toBe(200);
  }
  ({ browser, page } = await openDesk(complaints, 20_000));
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await look?.close();
  await service?.stop();
});

const inForce = async () => (await service.call('GET', '/v1/policies')).json;
const draft = async () => (await service.call('GET', '/v1/policies/draft')).json;
const editor = () => page.locator('#policy-yaml');
const slider = (name: string) => page.getByRole('slider', { name });
const audit = () => page.getByRole('region', { name: 'What the audit says' });
const shares = () => page.locator('.effect dd').allTextContents();
const isAccessible = () => isAccessibleAt(page, [1440, 1000, 390]);

describe.skipIf(!hasBrowser)('The page for the policy', () => {
  it('draws a label’s thresholds over the scores of the newest comments', async () => {
    await page.goto(`${service.url}/?page=policy&label=insult`);
    await page.fill('#key', KEY);
    await page.keyboard.press('Enter');
    await slider('Review threshold').waitFor();
    const { yaml, content } = await inForce();
    expect(await editor().inputValue()).toBe(yaml);
    expect(await slider('Review threshold').getAttribute('aria-valuenow')).toBe(
      String(content.defaults.thresholds.insult.review),
    );
    await page.waitForSelector(`text=The last ${TEXTS.length} scored comments`);
    const { bins } = (await service.call('GET', '/v1/policies/scores?label=insult')).json;
    expect(await page.locator('.plot .bin').count()).toBe(bins.filter((count: number) => count > 0).length);
    await page.click('text=As a table');
    const cells = await page.locator('figure .table td').allTextContents();
    expect(cells.reduce((sum, cell) => sum + Number(cell), 0)).toBe(TEXTS.length);
    await isAccessible();
  });

  it('says what a precision costs, with intervals and on what evidence', async () => {
    const { prior, evidence } = (await service.call('GET', '/v1/policies/thresholds?label=insult&precision=0.95')).json;
    expect(prior).toMatchObject({ share: 0.02, source: 'assumed' });
    await page.waitForSelector('.consequences >> text=/2.0 %, assumed/');
    const said = await page.locator('.consequences').textContent();
    expect(said?.replaceAll(',', '')).toContain(String(evidence.positives));
    expect(await page.locator('.consequences tbody tr').count()).toBeGreaterThan(0);
    await Promise.all([page.waitForResponse(/precision=0.7/), page.fill('#target', '0.7')]);
  });

  it('moves a threshold by key, by mouse and by typing, and writes each move into the policy', async () => {
    const before = Number(await slider('Review threshold').getAttribute('aria-valuenow'));
    await slider('Review threshold').focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Shift+ArrowLeft');
    const after = Math.round((before - 0.06) * 100) / 100;
    await soon(() => page.inputValue('#review-from')).toBe(String(after));
    await soon(async () => (await draft()).yaml).toContain(`review: ${after}`);

    const grip = await page.locator('.handle.is-review circle').boundingBox();
    const axis = await page.locator('.plot .axis').boundingBox();
    if (grip === null || axis === null) throw new Error('no picture');
    await page.mouse.move(grip.x + 5, grip.y + 5);
    await page.mouse.down();
    await page.mouse.move(axis.x + axis.width * 0.25, grip.y + 40, { steps: 5 });
    await page.mouse.up();
    expect(Number(await page.inputValue('#review-from'))).toBeCloseTo(0.25, 1);

    await page.fill('#review-from', '0');
    await soon(shares).toEqual(['0 %', '100 %', '0 %']);
    await page.fill('#review-from', '1');
    await soon(shares).toEqual(['100 %', '0 %', '0 %']);
    await page.fill('#review-from', String(after));
    await soon(async () => (await draft()).yaml).toContain(`review: ${after}`);
    expect((await inForce()).drafts).toHaveLength(1);
  });

  it('says that what is typed is no threshold, and which one holds', async () => {
    const held = await page.inputValue('#review-from');
    for (const typed of ['1.5', '-1', '']) {
      await page.fill('#review-from', typed);
      await page.waitForSelector('#review-from-hint >> text=/between 0 and 1. Until then it stays at [.]\\d+/');
      expect(await page.getAttribute('#review-from', 'aria-invalid')).toBe('true');
      expect(await slider('Review threshold').getAttribute('aria-valuenow')).toBe(held);
    }
    await page.fill('#reject-from', '95');
    await page.waitForSelector('#reject-from-hint >> text=/between 0 and 1/');
    await isAccessible();
    await page.fill('#reject-from', '');
    await page.fill('#review-from', held);
    await soon(() => page.locator('.threshold-fields [aria-invalid=true]').count()).toBe(0);
  });

  it('says that thresholds cross over, and lets both names be read', async () => {
    const held = await page.inputValue('#review-from');
    await page.fill('#review-from', '0.6');
    await page.fill('#reject-from', '0.55');
    await page.waitForSelector('.crossing');
    const name = async (handle: string) => {
      const box = await page.locator(`.handle.is-${handle} text`).boundingBox();
      if (box === null) throw new Error('no name');
      return box;
    };
    const [review, reject] = [await name('review'), await name('reject')];
    expect(reject.y + reject.height).toBeLessThanOrEqual(review.y + 1);
    const circle = await page.locator('.handle.is-reject circle').boundingBox();
    expect(review.y + review.height).toBeLessThanOrEqual((circle?.y ?? 0) + 1);
    await page.fill('#reject-from', '');
    await page.fill('#review-from', held);
    await soon(() => page.locator('.crossing').count()).toBe(0);
  });

  it('takes a threshold over as it was measured, and says it so', async () => {
    await page.route('**/v1/policies/thresholds?*', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), threshold: 0.855 } });
    });
    await page.fill('#target', '0.71');
    await page.waitForSelector('.found >> text=.855');
    await page.click('text=Use it');
    await soon(() => page.inputValue('#reject-from')).toBe('0.855');
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.fill('#reject-from', '');
    await soon(() => page.locator('.findings li .is-reject').count()).toBe(0);
  });

  it('says what is wrong with the policy as written, at its line, and draws on when it is mended', async () => {
    const sound = await editor().inputValue();
    await editor().fill(sound.replace('thresholds:', 'treshholds:'));
    await page.waitForSelector('.line-mark.is-fault');
    expect(await page.locator('.findings li').first().textContent()).toMatch(/line \d+/);
    await isAccessible();
    await editor().fill(`${sound}\n  : [`);
    await page.waitForSelector('text=The policy as written has a fault');
    await editor().fill(sound);
    await soon(() => page.locator('.findings li .is-reject').count()).toBe(0);
    await slider('Review threshold').waitFor();
  });

  it('lets a label that the policy does not name begin with a threshold', async () => {
    const sound = await editor().inputValue();
    const { insult } = (await inForce()).content.defaults.thresholds;
    await editor().fill(sound.replace(/^ {4}insult:\n(?: {6}.*\n)+/m, ''));
    await page.getByText('The policy names no threshold for it here').waitFor();
    await isAccessible();
    await page.getByRole('button', { name: /^Ask a person from/ }).focus();
    await page.keyboard.press('Enter');
    await soon(() => page.inputValue('#review-from')).toBe(String(insult.review));
    expect(await page.evaluate('document.activeElement.id')).toBe('review-from');
    await soon(async () => (await draft()).yaml).toMatch(new RegExp(`insult:\\s+review: ${insult.review}\n`));
    await editor().fill(sound);
    await soon(async () => (await draft()).yaml).toBe(sound);
  });

  it('lists the decisions of last week that the draft would change, and why', async () => {
    expect((await service.call('GET', '/v1/comments/c1')).json).toMatchObject({ decision: 'approve' });
    const kept = await page.inputValue('#review-from');
    await page.fill('#review-from', '0');
    await soon(async () => (await draft()).yaml).toMatch(/insult:\s+review: 0\n/);
    await page.getByRole('button', { name: 'Try the draft' }).click();
    await page.waitForSelector('.past >> text=/asked, with the scores/', { timeout: 60_000 });
    expect(await page.locator('.past .table').first().textContent()).toContain('approved → before a person');
    await page.waitForSelector(`.past li >> text=${TEXTS[1]}`);
    await page.waitForSelector('.past li >> text=/approved → before a person: insult [.]\\d\\d/');
    await isAccessible();
    await page.fill('#review-from', kept);
    await soon(async () => (await draft()).yaml).not.toMatch(/insult:\s+review: 0\n/);
    await page.waitForSelector('text=What is drafted has changed since.');
  });

  it('is refused with the figures where a label would reject without the precision for it', async () => {
    await page.fill('#reject-from', '0.4');
    await page.fill('#review-from', '0.33');
    await soon(async () => (await draft()).yaml).toContain('reject: 0.4');
    const { revision } = await inForce();
    await page.waitForSelector('.findings li');
    const published = await service.call('POST', '/v1/policies:publish', { why: 'Try.', expectedRevision: revision });
    expect(published.status).toBe(422);
    await page.click('#publish');
    await page.waitForSelector('.publish-draft >> text=/fault/');
    expect(await page.locator('.publish-draft input').isDisabled()).toBe(true);
    await isAccessible();
    await page.keyboard.press('Escape');
    await page.fill('#reject-from', '');
    await soon(() => page.locator('.findings li .is-reject').count()).toBe(0);
    expect((await inForce()).revision).toBe(revision);
  });

  it('publishes with a reason, and rolls back', async () => {
    const { revision } = await inForce();
    await page.click('#publish');
    await page.waitForSelector('.comparison >> text=review: 0.33');
    await page.fill('#why', 'Insults were missed.');
    await page.click('.dialog >> text=Publish >> nth=-1');
    await soon(() => page.locator('.dialog').count()).toBe(0);
    expect(await inForce()).toMatchObject({ revision: revision + 1, why: 'Insults were missed.', drafts: [] });
    expect((await inForce()).content.defaults.thresholds.insult).toEqual({ review: 0.33, reject: null });

    await page.click('#history');
    await page.click('.revisions > li >> nth=0 >> text=What it changes');
    await page.waitForSelector('.revisions .comparison >> text=review: 0.33');
    await isAccessible();
    await page.click('.revisions > li >> nth=1 >> text=Roll back to this');
    await page.fill('#why', 'Too many were asked about.');
    await page.click('.dialog >> text=Roll back to this >> nth=-1');
    await soon(() => page.locator('.dialog').count()).toBe(0);
    expect(await inForce()).toMatchObject({ revision: revision + 2, rolledBackTo: revision });
    await soon(() => page.inputValue('#review-from')).not.toBe('0.33');
  });

  it('says that nothing can be said before a draw is judged, and what is assumed until then', async () => {
    await audit().getByText('No draw has come back from the queue yet, so nothing can be said.').waitFor();
    const said = await audit().textContent();
    expect(said).toContain('Of what the machine decides alone, 1 % is drawn at random');
    expect(said).toContain('are reckoned with a base rate of 2 %, which is assumed.');
    expect(said).toContain('200 more draws need a verdict before the site’s own base rates are used.');
    expect(await audit().locator('table, dl').count()).toBe(0);
  });

  it('says while the audit is read that it is, and where it cannot be read why, and lets it be tried again', async () => {
    let answers = 0;
    const failed = audit().getByRole('alert').getByText('The store is away');
    const path = '**/v1/policies/audit?*';
    await page.route(path, async (route) => {
      answers += 1;
      // The first answer waits until the page was looked at.
      if (answers === 1) await audit().getByRole('status').waitFor();
      await route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        json: { type: '/problems/unavailable', title: 'The store is away', status: 503, instance: 'urn:uuid:1' },
      });
    });
    await page.reload();
    await failed.waitFor();
    expect(await audit().textContent()).not.toContain('nothing can be said');
    await isAccessible();
    // Anew, so that the page is some seconds from trying again by itself.
    await page.reload();
    await failed.waitFor();
    await page.unroute(path);
    await audit().getByRole('button', { name: 'Try now' }).click();
    await audit().getByText('so nothing can be said').waitFor();
  });

  it('says what the audit’s verdicts say: of decisions made alone, and of each label as far as there are enough', async () => {
    await judgedDraws(look, 'kept', { label: 'hate', score: 0.1, count: 150 }, (n) => n % 50 === 0);
    await judgedDraws(look, 'gone', { label: 'hate', score: 0.99, count: 12, outcome: 'reject' }, (n) => n > 2);
    await judgedDraws(look, 'lewd', { label: 'profanity', score: 0.99, count: 4, outcome: 'reject' }, () => true);
    await page.reload();
    await audit().getByText('166 draws have come back from the queue, all with a verdict.').waitFor();
    expect(await audit().textContent()).toContain('34 more draws need a verdict');
    expect(await audit().locator('dd').allTextContents()).toEqual([
      '20 people would have rejected',
      '6.8 to 57, by 150 verdicts',
      '188 people would have let stand',
      '66 to 430, by 16 verdicts',
    ]);
    expect(await audit().locator('thead th[scope=col]').allTextContents()).toEqual([
      'Label',
      'Base rate',
      'Precision',
      'Recall',
    ]);
    const { hate } = (await service.call('GET', '/v1/policies/audit')).json.labels;
    const written = ({ value, lower, upper }: Record<'value' | 'lower' | 'upper', number>) => {
      const [at, from, to] = [value, lower, upper].map((share) => (100 * share).toFixed(share < 0.1 ? 1 : 0));
      return `${at} % ${from} to ${to}`;
    };
    const row = async (name: string) => await audit().getByRole('row', { name }).locator('td').allTextContents();
    expect(hate.precision.value).toBe(0.75);
    expect(await row('Hate')).toEqual([hate.baseRate, hate.precision, hate.recall].map(written));
    expect((await row('Profanity')).slice(1)).toEqual(['after 6 more', 'after 6 more']);
    await isAccessible();
  });

  it('says by which base rates thresholds are reckoned once there are enough draws', async () => {
    await judgedDraws(look, 'more', { label: 'hate', score: 0.1, count: 60 }, () => false);
    await page.reload();
    await audit().getByText('226 draws have come back').waitFor();
    const said = await audit().textContent();
    expect(said).toContain('are reckoned with each label’s base rate on the whole site.');
    expect(said).not.toMatch(/assumed|more draws? need/);
  });

  it('says nothing else while a draw waits than before it came', async () => {
    const { content, revision } = await inForce();
    const thresholds = { insult: { review: 0.5 } };
    const defaults = { ...content.defaults, thresholds, audit: { share: 1 } };
    const sections = { courts: { audit: { share: 0.1 } } };
    await service.call('PUT', '/v1/policies/draft', { yaml: JSON.stringify({ ...content, defaults, sections }) });
    const why = 'All are drawn.';
    expect((await service.call('POST', '/v1/policies:publish', { why, expectedRevision: revision })).status).toBe(200);
    const shown = async () => {
      await page.reload();
      await audit().getByText('draws have come back').waitFor();
      return await audit().textContent();
    };
    const before = await shown();
    expect(before).toContain('Of what the machine decides alone, 10 % to 100 %, by section and article, is drawn');
    const comment = { id: 'drawn', articleId: 'harbour', author: { id: 'a9' }, text: `${TEXTS[1]} Again.` };
    expect((await service.call('POST', '/v1/comments?wait=30000', comment)).json).toMatchObject({ state: 'published' });
    expect(
      await look.count(
        `select count(*) from audit_sample s join comment c on c.id = s.comment_id where c.external_id = 'drawn'`,
      ),
    ).toBe(1);
    expect(await shown()).toBe(before);
    await service.call('POST', '/v1/reviews', { commentId: 'drawn', revision: 1, action: 'approve' });
    expect(await shown()).toContain('227 draws have come back from the queue, all with a verdict.');
  });

  it('says of a section that is looked at what is known of it alone, and whose base rates hold there', async () => {
    await page.getByLabel('Holds for').selectOption('courts');
    await audit().getByText('section courts').waitFor();
    await audit().getByText('so nothing can be said').waitFor();
    const said = await audit().textContent();
    expect(said).toContain('Of what the machine decides alone, 10 % is drawn');
    expect(said).toContain('are reckoned with each label’s base rate on the whole site.');
    expect(said).toContain('200 more draws need a verdict before the section’s own base rates are used.');
    await page.getByLabel('Holds for').selectOption('');
    await audit().getByText('draws have come back').waitFor();
  });

  it('says above the labels what is suspended, and what would do', async () => {
    const unmet = { pointer: '/defaults/thresholds/spam/reject', label: 'spam', threshold: 0.9, target: 0.8 };
    const suspended = JSON.stringify([{ ...unmet, precision: null, audited: null, wouldDo: 0.855 }]);
    await look.rows(
      `update pipeline p set suspended = '${suspended}' from site s where s.active_pipeline = p.pipeline`,
    );
    await page.reload();
    await page.waitForSelector('text=Rejections that are suspended');
    expect(await page.locator('section[aria-labelledby=suspended] li').allTextContents()).toEqual([
      expect.stringMatching(/^spam may not reject by itself from 0\.9 on: .* It may from 0\.855 on\.$/),
    ]);
    await isAccessible();
  });

  it('meets no error on the way', () => {
    expect(complaints).toEqual([]);
  });
});
