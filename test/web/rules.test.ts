import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { hasBrowser } from '../support/browser.js';
import { type Look, lookInto } from '../support/look.js';
import { isAccessibleAt, openDesk, soon } from '../support/pages.js';
import { KEY, type Service, startService } from '../support/service.js';
import { until } from '../support/wait.js';

/** The page for rules in a real browser, against the real service with its database, queue and model. */

const OWN = `about: Words of this newsroom about the ferry.
rules:
  - id: ferry-scum
    label: insult
    effect: review
    when:
      phrases:
        - ferry scum
    reason: It calls the ferry's people scum.
    match:
      - What ferry scum they are.
    ignore:
      - The ferry was late.
`;
// The e of the first word is Cyrillic.
const HIDDEN = 'W\u0435ll, f e r r y sc\u200Bum.';

let service: Service;
let look: Look;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  if (!hasBrowser) return;
  service = await startService('postgres');
  look = await lookInto(service);
  await service.call('PUT', '/v1/articles/harbour', { title: 'The harbour reopens', body: 'The first ferry left.' });
  await until('the article is embedded', look.idle);
  await send('late', 'The ferry was late again and nobody told us why it was.');
  await send('scum', 'The ferry scum people on the pier sell tickets until six in the evening.');
  await send('threat', 'I will come to your house and kill you.');
  ({ browser, context, page } = await openDesk(complaints, 20_000));
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await look?.close();
  await service?.stop();
});

async function send(id: string, text: string): Promise<void> {
  const comment = { id, articleId: 'harbour', author: { id, name: id }, text };
  expect((await service.call('POST', '/v1/comments?wait=30000', comment)).status).toBe(200);
}

const overview = async () => (await service.call('GET', '/v1/rules')).json;
const editor = () => page.locator('#list-yaml');
const findings = () => page.locator('.findings li').allTextContents();
const draftOf = async (name: string) => await service.call('GET', `/v1/rules/drafts/${name}`);

const isAccessible = () => isAccessibleAt(page, [1440, 1000, 390]);

describe.skipIf(!hasBrowser)('The page for rules', () => {
  it('is reached from the queue, which gives back what it held, and the back button returns', async () => {
    await page.goto(service.url);
    await page.fill('#key', KEY);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.rail-row >> text=Rules');
    const held = () => look.count('select count(*) from queue_item where claimed_until > now() and left_at is null');
    await soon(held).toBeGreaterThan(0);
    await page.click('.rail-row >> text=Rules');
    await page.waitForSelector('.list-name');
    await soon(held).toBe(0);
    expect(await page.title()).toContain('Rules');
    await page.goBack();
    await soon(() => page.title()).toContain('All but escalated');
    await soon(held).toBeGreaterThan(0);
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await page.waitForSelector('.list-name');
  });

  it('shows every list and every rule, and a rule at its line under an address of its own', async () => {
    const { lists } = await overview();
    const names = await page.locator('.list-name .rule-name').allTextContents();
    expect(names).toEqual(lists.map(({ name }: { name: string }) => name));
    const rules = lists.flatMap((list: { rules: { id: string }[] }) => list.rules.map(({ id }) => id));
    expect(await page.locator('.rule').count()).toBe(rules.length);
    await page.fill('.find input', 'i-will-hurt-you');
    await soon(() => page.locator('.rule').count()).toBe(1);
    await page.click('.rule');
    await page.waitForSelector('.line-mark.is-here');
    expect(await editor().inputValue()).toBe((await service.call('GET', '/v1/rules/lists/threats')).json.yaml);
    expect(await editor().getAttribute('readonly')).not.toBeNull();
    expect(page.url()).toContain('list=threats');
    await page.reload();
    await page.waitForSelector('.chosen >> text=i-will-hurt-you');
    await page.waitForSelector('.line-mark.is-here');
    // Whatever scrolls at this width brings the rule's line into sight.
    const line = async () => (await page.locator('.line-mark.is-here').boundingBox())?.y ?? -1;
    for (const width of [390, 1000, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await page.reload();
      await page.waitForSelector('.line-mark.is-here');
      await soon(line).toBeGreaterThan(0);
      await soon(line).toBeLessThan(900);
    }
  });

  it('finds the rules in which a word stands, and says where', async () => {
    await page.fill('.find input', 'vermin');
    await page.waitForSelector('.rule:has-text("they-as-vermin")');
    // It stands also where neither name nor reason says so.
    const { lists } = await overview();
    const shown = async () => await page.locator('.rule-place').count();
    await soon(shown).toBeGreaterThan(3);
    expect(await page.locator('.rule-place b').first().textContent()).toMatch(/vermin/i);
    const named = lists.flatMap((list: { rules: { id: string; reason: string }[] }) =>
      list.rules.filter(({ id, reason }) => /vermin/i.test(`${id} ${reason}`)),
    );
    expect(await page.locator('.rule').count()).toBe(named.length + (await shown()));
    // What stands in examples only comes last, and says so.
    await page.fill('.find input', 'mice and then rats');
    await page.waitForSelector('.rule:has-text("they-as-vermin") >> text=/only an example: .*mice and then rats/');
    await isAccessible();
    await page.fill('.find input', 'nobody ever wrote this');
    await page.waitForSelector('.list .none >> text=/stands in no rule/');
    await page.route('**/v1/rules:find', (route) => route.abort());
    await page.fill('.find input', 'hurt');
    await page.waitForSelector('.list .none >> text=/Only names and reasons/');
    await page.waitForSelector('.rule:has-text("i-will-hurt-you")');
    await page.unroute('**/v1/rules:find');
    await page.fill('.find input', '');
  });

  it('drafts a list, says what is wrong at its line, and keeps what is faulty', async () => {
    await page.click('text=New list');
    await page.fill('#list-name', 'ferry');
    await page.keyboard.press('Enter');
    await page.waitForSelector('h2 >> text=ferry');
    await soon(() => editor().inputValue()).toContain('name-of-the-rule');
    // Nothing is published that could be taken away.
    expect(await page.getByRole('button', { name: 'Remove this list' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Discard draft' }).waitFor();
    await page.fill('.find input', 'might write');
    await page.waitForSelector('.list-name >> text=stands in the draft');
    await page.fill('.find input', '');
    await editor().fill(OWN.replace('label: insult', 'label: insutl'));
    await page.waitForSelector('.line-mark.is-fault');
    expect((await findings()).join()).toContain('line 4');
    expect(await editor().getAttribute('aria-invalid')).toBe('true');
    // Below a list of a hundred lines, and still in sight of who mends one of the first.
    await editor().fill(OWN.replace('label: insult', `label: insutl${'\n    # tide'.repeat(100)}`));
    await soon(async () => (await draftOf('ferry')).json.yaml).toContain('tide');
    await page.waitForSelector('.line-mark.is-fault');
    await page.locator('.pane.editor').evaluate((pane) => pane.scrollTo(0, 0));
    const { y, height } = (await page.locator('.findings li').first().boundingBox()) as { y: number; height: number };
    expect(y + height).toBeLessThanOrEqual(page.viewportSize()?.height ?? 0);
    await editor().fill(OWN.replace('label: insult', 'label: insutl'));
    await soon(async () => (await draftOf('ferry')).json.yaml).not.toContain('tide');
    expect((await draftOf('ferry')).json.yaml).toContain('insutl');
    await page.click('.findings >> text=line 4');
    expect(
      await page.evaluate(
        "document.activeElement.value.slice(0, document.activeElement.selectionStart).split('\\n').length",
      ),
    ).toBe(4);
    await isAccessible();
    await editor().fill(OWN);
    await soon(() => page.locator('.findings .is-reject').count()).toBe(0);
    // One of the three comments that there are is a third of them.
    await soon(async () => (await findings()).join()).toMatch(/Very broad: ferry-scum matches 33 %/);
    expect(await page.locator('.line-mark.is-fault').count()).toBe(0);
    expect((await draftOf('ferry')).json.yaml).toBe(OWN);
  });

  it('breaks long lines, with number and mark beside the whole of each, and cuts nothing off', async () => {
    const long = `What ferry scum they are, ${'all of them and everybody who sails with them, '.repeat(4)}and so on.`;
    // The letters of one line are laid out twice: if they broke elsewhere, the field would be too low, and would scroll.
    const hidden = () => page.evaluate('document.activeElement.scrollHeight - document.activeElement.clientHeight');
    const line = (number: number) => page.locator(`.code-line:nth-child(${number})`);
    await editor().fill(OWN.replace('What ferry scum they are.', long).replace('label: insult', `label: ${long}`));
    await page.waitForSelector('.line-mark.is-fault');
    const [whole, broken] = [await line(3).boundingBox(), await line(4).boundingBox()];
    expect(broken?.height).toBeGreaterThan(3 * (whole?.height ?? 0));
    for (const width of [1440, 1000, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await editor().focus();
      expect(await hidden(), `${width} px`).toBe(0);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await editor().fill(OWN);
    await soon(() => page.locator('.findings .is-reject').count()).toBe(0);
  });

  it('keeps what was typed on the device through a reload and a lost connection', async () => {
    const typed = `${OWN}# typed and reloaded at once\n`;
    await editor().fill(typed);
    await page.reload();
    await soon(() => editor().inputValue()).toBe(typed);
    await soon(async () => (await draftOf('ferry')).json.yaml).toBe(typed);
    await context.setOffline(true);
    await editor().fill(`${typed}# typed without a connection\n`);
    await page.waitForSelector('text=kept on this device, not sent yet');
    await page.waitForSelector('.bench-notices >> text=No connection');
    await context.setOffline(false);
    await soon(async () => (await draftOf('ferry')).json.yaml).toContain('without a connection');
    await editor().fill(OWN);
    await soon(async () => (await draftOf('ferry')).json.yaml).toBe(OWN);
  });

  it('lets a draft be worked on before its check has come', async () => {
    await page.route('**/v1/rules:check', () => undefined);
    await page.reload();
    await soon(() => editor().inputValue()).toBe(OWN);
    await soon(() => editor().getAttribute('readonly')).toBeNull();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.reload();
    await page.waitForSelector('.findings li >> text=/Very broad/');
  });

  it('tries the drafts on a typed text, and shows hit and disguise on the original’s characters', async () => {
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/v1/rules:try', async (route) => {
      await held;
      await route.continue();
    });
    await page.fill('#sample', HIDDEN);
    await page.waitForSelector('.try h2 >> text=being read');
    answer();
    await page.waitForSelector('.try h2 >> text=nothing is kept');
    await page.unroute('**/v1/rules:try');
    await page.waitForSelector('.hits >> text=ferry-scum');
    expect(await page.locator('.verdict-text mark').allTextContents()).toEqual(['f e r r y sc\u200Bum']);
    expect(await page.locator('.steps .what').allTextContents()).toEqual(
      expect.arrayContaining(['Invisible characters out', 'Spaced letters closed', 'As the rules read it']),
    );
    expect(await page.locator('.ch.inv').first().textContent()).toBe('ZWSP');
    expect((await page.locator('.pairs').allTextContents()).join()).toMatch(/\(Cyrillic\) read as/);
    expect(await page.locator('.steps li').last().textContent()).toContain('ferry scum');
    await page.waitForSelector('.verdict-line >> text=A person would be asked');
    // What of that is the draft's doing: the model asks a person anyway.
    expect(await page.locator('.verdict-line .quiet').textContent()).toBe('As published, too.');
    expect(await page.locator('.hits li:has-text("ferry-scum") .draft').allTextContents()).toEqual(['by the drafts']);
    await isAccessible();
  });

  it('lists the decisions of last week that the drafts would change', async () => {
    await page.getByRole('button', { name: 'Try the draft' }).click();
    await page.waitForSelector('.past >> text=/asked, with the scores/', { timeout: 60_000 });
    const rows = await page.locator('.past .table').first().textContent();
    expect(rows).toContain('approved → before a person');
    await page.waitForSelector('.past li >> text=ferry scum people');
    expect(await page.locator('.past li').count()).toBe(1);
    await isAccessible();
  });

  it('tries a text although an example is unmet, and says which fault keeps a draft from being tried', async () => {
    await editor().fill(OWN.replace('What ferry scum they', 'What ferry people they'));
    await page.waitForSelector('.findings >> text=/does not match example 1/');
    await page.waitForSelector('.hits >> text=ferry-scum');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.waitForSelector('.past .not-tried >> text=/ferry, line 11/');
    await editor().fill(OWN.replace('effect: review', 'effect: revue'));
    await page.waitForSelector('.try .same >> text=/Tried without the draft/');
    expect(await page.locator('.try .not-tried li').allTextContents()).toEqual([
      expect.stringMatching(/^ferry, line \d+: /),
    ]);
    await page.waitForSelector('.verdict-line');
    await isAccessible();
    await editor().fill(OWN);
    await page.waitForSelector('.hits >> text=ferry-scum');
    await soon(() => page.locator('.not-tried').count()).toBe(0);
  });

  it('tries again by itself what the service did not answer', async () => {
    await page.route('**/v1/rules:try', (route) => route.abort(), { times: 1 });
    await page.fill('#sample', 'The ferry scum are late.');
    await page.waitForSelector('.try .same >> text=the server did not answer');
    await page.waitForSelector('.verdict-text >> text=are late');
  });

  it('publishes with a reason and against what was seen: who was faster is said, and nothing is lost', async () => {
    const { revision } = await overview();
    await page.click('#publish');
    await page.waitForSelector('.comparison >> text=ferry-scum');
    // Who publishes may not have looked below the list.
    await page.waitForSelector('.dialog .doubts >> text=/Very broad: ferry-scum matches 33 %/');
    await isAccessible();
    await page.fill('#why', 'The skippers asked for it.');
    // Meanwhile, at another desk, somebody changes the draft.
    const another = `${OWN}# Somebody was here.\n`;
    const { name } = (await overview()).drafts[0];
    await service.call('PUT', `/v1/rules/drafts/${name}`, { yaml: another });
    await page.click('.dialog >> text=Publish >> nth=-1');
    await page.waitForSelector('.refusal >> text=/changed the draft/');
    expect((await overview()).revision).toBe(revision);
    await page.click('text=Read it anew');
    await page.waitForSelector('.comparison >> text=Somebody was here');
    await soon(() => page.locator('.refusal').count()).toBe(0);
    // And somebody publishes another one.
    await service.call('PUT', '/v1/rules/drafts/other', {
      yaml: OWN.replaceAll('ferry', 'tram').replaceAll('Ferry', 'Tram'),
    });
    const elsewhere = await service.call('POST', '/v1/rules:publish', {
      drafts: ['other'],
      why: 'Elsewhere.',
      expectedRevision: revision,
    });
    expect(elsewhere.status, elsewhere.text).toBeLessThan(300);
    await page.click('.dialog >> text=Publish >> nth=-1');
    await page.waitForSelector('.refusal >> text=/published another revision/');
    expect((await overview()).revision).toBe(revision + 1);
    const anew = page.waitForResponse((answer) => answer.url().endsWith('/v1/rules'));
    await page.click('text=Read it anew');
    await anew;
    await page.waitForSelector('.comparison >> text=ferry-scum');
    await soon(() => page.locator('.refusal').count()).toBe(0);
    expect(await page.inputValue('#why')).toBe('The skippers asked for it.');
    await page.click('.dialog >> text=Publish >> nth=-1');
    await soon(() => page.locator('.dialog').count()).toBe(0);
    expect(await overview()).toMatchObject({ revision: revision + 2, why: 'The skippers asked for it.', drafts: [] });
    await send('after', 'Those ferry scum people are late once more today, it seems.');
    const { reasons, decision } = (await service.call('GET', '/v1/comments/after')).json;
    expect(decision).toBe('review');
    expect(reasons).toEqual(expect.arrayContaining([expect.objectContaining({ rule: 'ferry-scum' })]));
  });

  it('marks in the list of all rules which one is in alarm', async () => {
    const alarm = 'It found 40 of 100 comments within the last hour; before, 1 of 100.';
    await page.route('**/v1/rules', async (route) => {
      const answer = await route.fetch();
      const overview = await answer.json();
      const rule = overview.lists
        .flatMap(({ rules }: { rules: readonly { id: string }[] }) => rules)
        .find(({ id }: { id: string }) => id === 'ferry-scum');
      rule.figures.alarm = alarm;
      await route.fulfill({ response: answer, json: overview });
    });
    await page.reload();
    await page.locator('.rule', { hasText: 'finds far more' }).waitFor();
    expect(await page.locator('.rule', { hasText: 'finds far more' }).count()).toBe(1);
    await page.locator('.rule', { hasText: 'finds far more' }).click();
    await page.locator('.chosen .alarm', { hasText: alarm }).waitFor();
    await isAccessible();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });

  it('changes a shipped rule in a list of the site’s own', async () => {
    await page.goto(`${service.url}/?page=rules&list=threats&rule=i-will-hurt-you`);
    await page.click('text=Change for this site');
    await soon(() => page.url()).not.toContain('list=threats');
    await page.waitForSelector('.line-mark.is-here');
    expect(await editor().inputValue()).toContain('id: i-will-hurt-you');
    expect(await editor().getAttribute('readonly')).toBeNull();
    await page.click('text=Discard draft');
    await page.click('.dialog >> text=Discard draft >> nth=-1');
    await soon(async () => (await overview()).drafts).toEqual([]);
  });

  it('rolls back to an earlier revision with a reason', async () => {
    const { revision } = await overview();
    await page.click('#history');
    await page.waitForSelector('.revisions >> text=The skippers asked for it.');
    await page.click('.revisions > li >> nth=0 >> text=What it changes');
    await page.waitForSelector('.differences >> text=ferry-scum');
    await isAccessible();
    await page.click('.revisions > li >> nth=1 >> text=Roll back to this');
    await page.fill('#why', 'It caught the wrong people.');
    // Meanwhile, at another desk.
    const tram = OWN.replaceAll('ferry', 'tram').replaceAll('Ferry', 'Tram').replace('scum they', 'scum you');
    await service.call('PUT', '/v1/rules/drafts/other', { yaml: tram });
    const request = { drafts: ['other'], why: 'Faster by a minute.', expectedRevision: revision };
    expect((await service.call('POST', '/v1/rules:publish', request)).status).toBe(200);
    await page.click('.dialog >> text=Roll back to this >> nth=-1');
    await page.waitForSelector('.dialog [role=alert] >> text=/published another revision while you were looking/');
    await page.click('text=Read it anew');
    await page.waitForSelector('.revisions > li:first-child >> text=Faster by a minute.');
    await soon(() => page.locator('.revisions > li:first-child').textContent()).toContain('in force');
    await page.click('.revisions > li >> nth=2 >> text=Roll back to this');
    expect(await page.inputValue('#why')).toBe('It caught the wrong people.');
    await page.click('.dialog >> text=Roll back to this >> nth=-1');
    await soon(() => page.locator('.dialog').count()).toBe(0);
    expect(await overview()).toMatchObject({
      revision: revision + 2,
      rolledBackTo: revision - 1,
      why: 'It caught the wrong people.',
    });
    expect(JSON.stringify((await overview()).lists)).not.toContain('ferry-scum');
  });

  it('says that the service is overloaded while it is, and that a dry run waits for it', async () => {
    const { content, revision } = (await service.call('GET', '/v1/policies')).json;
    const defaults = { ...content.defaults, without: { ...content.defaults.without, deadlineSeconds: 10 } };
    await service.call('PUT', '/v1/policies/draft', { yaml: JSON.stringify({ ...content, defaults }) });
    const publish = { why: 'The shortest deadline there is.', expectedRevision: revision };
    expect((await service.call('POST', '/v1/policies:publish', publish)).status).toBe(200);
    expect((await service.call('PUT', '/v1/rules/drafts/ferry', { yaml: OWN })).status).toBe(200);
    await page.reload();
    const calm = page.locator('.notice >> text=/judged by the rules alone/');
    expect(await calm.count()).toBe(0);
    // No decision can be written.
    const letGo = await look.hold('decision');
    try {
      const comment = { articleId: 'harbour', author: { id: 'late' }, text: 'The ferry was late again, and again.' };
      await service.call('POST', '/v1/comments', { id: 'overdue', ...comment });
      await calm.waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Try the draft' }).click();
      await page.waitForSelector('.past >> text=/It waits, because live comments come first/');
      await isAccessible();
    } finally {
      await letGo();
    }
    await calm.waitFor({ state: 'detached', timeout: 60_000 });
    await page.waitForSelector('.past >> text=/asked, with the scores/', { timeout: 60_000 });
    const back = { revision, why: 'The test is over.' };
    expect((await service.call('POST', '/v1/policies:rollback', back)).status).toBe(200);
    await until('all work is done', look.idle, 60_000);
  }, 180_000);

  it('says so where the rules cannot be read, and reads them when they can', async () => {
    await context.setOffline(true);
    await page.click('.rail-row >> text=All but escalated');
    await page.click('.rail-row >> text=Rules');
    await page.waitForSelector('text=Rules could not be read');
    await isAccessible();
    await context.setOffline(false);
    await page.click('text=Try now');
    await page.waitForSelector('.list-name');
  });

  test('met no error on the way', () => {
    expect(complaints).toEqual([]);
  });
});
