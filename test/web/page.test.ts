import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import type { Problem, QueueItemView, ThreadEntry } from '../../src/core/views.js';
import { hasBrowser, launchBrowser } from '../support/browser.js';
import { axeFinds, fitsAcross } from '../support/pages.js';
import { aComment, anItem, aQueue } from './comments.js';
import { type Service, startService } from './service.js';

/** The built page in a real browser, under the policy that the service sets, against a service that keeps the contract. */

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];
const BROKEN: Problem = {
  type: '/problems/internal',
  title: 'Internal error',
  status: 500,
  instance: 'urn:uuid:6f1e2a34-0000-4000-8000-0000004f1c09',
};

let pages: string;
let browser: Browser;
let service: Service;
let context: BrowserContext;
let page: Page;
/** What the page complained about: broken policy, uncaught errors, React's warnings. */
let complaints: string[] = [];

beforeAll(async () => {
  if (!hasBrowser) return;
  pages = mkdtempSync(join(tmpdir(), 'premod-pages-'));
  await build({ configFile: 'vite.config.ts', logLevel: 'error', build: { outDir: pages, emptyOutDir: true } });
  browser = await launchBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  if (pages !== undefined) rmSync(pages, { recursive: true, force: true });
});

afterEach(async () => {
  await context?.close();
  await service?.close();
  expect(complaints).toEqual([]);
});

type Opening = {
  readonly items?: Parameters<typeof startService>[0]['items'];
  readonly lease?: number;
  readonly size?: { readonly width: number; readonly height: number };
  /** Before the page is opened. */
  readonly before?: (service: Service) => void;
  /** What to wait for. */
  readonly until?: string;
  readonly search?: string;
};

async function open(opening: Opening = {}): Promise<void> {
  complaints = [];
  service = await startService({
    pages,
    items: opening.items ?? aQueue(Date.now()),
    ...(opening.lease !== undefined && { lease: opening.lease }),
  });
  opening.before?.(service);
  context = await browser.newContext({ viewport: opening.size ?? { width: 1440, height: 900 } });
  page = await context.newPage();
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (e) => console.error('POLICY ' + e.violatedDirective + ' ' + e.blockedURI))",
  );
  page.on('console', (message) => {
    // Refusals and broken connections are part of the play; the browser notes each as an error.
    const expected = /^Failed to load resource|ERR_(CONNECTION|INCOMPLETE)/.test(message.text());
    if (message.type() === 'error' && !expected) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.setDefaultTimeout(8_000);
  await page.goto(service.url + (opening.search ?? ''));
  await page.waitForSelector(opening.until ?? '.comment');
}

const author = () => page.locator('.comment .author').textContent();
const focused = () => page.evaluate<string>('document.activeElement?.id ?? ""');
const announced = () => page.locator('#announcement').textContent();
const said = (path: string) => service.calls.filter((call) => call.path === path);

async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

describe.skipIf(!hasBrowser)('The build', () => {
  it('has nothing inline, so that default-src ‘self’ is enough', () => {
    const html = readFileSync(join(pages, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<style|<script(?![^>]* src=)|\sstyle=|\son\w+=|data:/);
    for (const file of readdirSync(join(pages, 'assets'))) {
      if (file.endsWith('.css')) expect(readFileSync(join(pages, 'assets', file), 'utf8')).not.toContain('data:');
    }
  });
});

describe.skipIf(!hasBrowser)('axe finds nothing', () => {
  const second = async () => {
    await press('a');
    await page.waitForSelector('text=depot-7');
  };
  const states: readonly {
    readonly state: string;
    readonly opening?: Opening;
    readonly reach?: () => Promise<unknown>;
  }[] = [
    { state: 'on the card' },
    { state: 'on a card with spans in spans', reach: second },
    { state: 'on writing that could break a page', opening: { items: aQueue(Date.now()).slice(5) } },
    { state: 'in the reject menu', reach: () => press('r') },
    {
      state: 'in the dialog for another reason',
      reach: async () => {
        await press('r');
        await page.waitForSelector('.reject-menu');
        await press('9');
        await page.waitForSelector('.dialog');
      },
    },
    { state: 'in the key map', reach: () => press('?') },
    {
      state: 'in the dialog for a note',
      reach: async () => {
        await press('n');
        await page.waitForSelector('#desk-note');
      },
    },
    {
      state: 'in the history',
      reach: async () => {
        service.decideElsewhere('comment-1', 'Ines', 'reject', 'incitement');
        await page.click('text=See it');
        await page.waitForSelector('.dialog >> text=Seen before.');
      },
    },
    { state: 'with the words unmasked', reach: () => page.keyboard.down('m') },
    { state: 'on an earlier version', reach: () => press('v') },
    {
      state: 'when it is taken',
      reach: () => {
        service.decideElsewhere('comment-1', 'Ines', 'reject', 'incitement');
        return page.waitForSelector('.notice');
      },
    },
    {
      state: 'when it is revised',
      reach: () => {
        service.revise('comment-1', 'A calmer text.');
        return page.waitForSelector('.notice');
      },
    },
    {
      state: 'offline',
      reach: async () => {
        await service.cut();
        await press('a');
        await page.waitForSelector('.notice');
      },
    },
    {
      state: 'in overload',
      reach: () => {
        service.overload(true);
        return page.waitForSelector('.notice');
      },
    },
    {
      state: 'in overload, when nothing waits',
      opening: { items: [], until: '.blank', before: (s) => s.overload(true) },
      reach: () => page.waitForSelector('.notice'),
    },
    {
      state: 'in the list of what waits on the device',
      reach: async () => {
        await service.cut();
        await press('a');
        await page.click('text=Show them');
        await page.waitForSelector('.dialog');
      },
    },
    { state: 'while it loads', opening: { before: (s) => s.answer('/v1/queue/claims', 'silence'), until: '.bone' } },
    { state: 'when nothing waits', opening: { items: [], until: '.blank' } },
    {
      state: 'when the queue can’t be read',
      opening: { before: (s) => s.answer('/v1/queue/claims', BROKEN, 9), until: '.blank' },
    },
    { state: 'when a key is needed', opening: { before: (s) => s.lock('k'), until: '.access' } },
    {
      state: 'in the rail of the narrow page',
      opening: { size: { width: 390, height: 844 } },
      reach: async () => {
        await page.click('.head .menu');
        await page.waitForSelector('.rail-sheet');
      },
    },
  ];

  test.for(states)('$state', { timeout: 60_000 }, async ({ opening, reach }) => {
    await open(opening);
    await reach?.();
    for (const size of opening?.size === undefined ? SIZES : [opening.size]) {
      await page.setViewportSize(size);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        expect(await axeFinds(page), `${size.width} px, ${colorScheme}`).toEqual([]);
        await fitsAcross(page, `${size.width} px`);
      }
    }
  });
});

describe.skipIf(!hasBrowser)('By keyboard', () => {
  it('a person claims, approves, rejects with a digit and takes back', async () => {
    await open();
    expect(await author()).toBe('harrier61');
    expect(said('/v1/queue/claims')[0]?.body).toMatchObject({ count: 2, list: 'all' });

    await press('a');
    await page.waitForSelector('text=depot-7');
    await expect.poll(focused).toBe('comment');
    await expect.poll(announced).toBe('Approved. Next: comment by depot-7, 2 reasons.');
    expect(service.reviews).toMatchObject([{ commentId: 'comment-1', action: 'approve' }]);

    await press('r');
    await page.waitForSelector('.reject-menu');
    await press('3');
    await page.waitForSelector('text=Ada Rook');
    await expect.poll(focused).toBe('comment');
    expect(service.reviews[1]).toMatchObject({ commentId: 'comment-2', action: 'reject', label: 'hate' });
    await page.waitForSelector('text=Rejected for hate');

    await press('z');
    await page.waitForSelector('text=depot-7');
    await expect.poll(focused).toBe('comment');
    await expect.poll(announced).toBe('Taken back: comment by depot-7.');
    expect(said('/v1/reviews/review-2/undo')).toHaveLength(1);

    // What was taken back can be decided again.
    await press('e');
    await page.waitForSelector('text=Ada Rook');
    expect(service.reviews[2]).toMatchObject({ commentId: 'comment-2', action: 'escalate' });
  });

  it('the focus comes along when the next comment takes a moment', async () => {
    await open();
    await page.waitForSelector('text=Next one ready');
    service.answer('/v1/queue/claims', 'slowly');
    await press('a');
    await page.waitForSelector('text=depot-7');
    await press('a');
    await page.waitForSelector('.bone');
    await page.waitForSelector('text=Ada Rook');
    await expect.poll(focused).toBe('comment');
    await expect.poll(announced).toBe('Approved. Next: comment by Ada Rook, 1 reason.');
  });

  it('what was escalated is found again in its list', async () => {
    await open({ items: aQueue(Date.now()).slice(0, 1) });
    await press('e');
    await page.waitForSelector('text=Nothing waits here');
    service.enter({ ...(aQueue(Date.now())[0] as QueueItemView), cause: 'escalated' });
    await press('g', 'e');
    await page.waitForSelector('text=harrier61');
  });

  it('the reject menu offers what speaks for it, takes any digit, and Escape gives the focus back', async () => {
    await open();
    await press('a');
    await page.waitForSelector('text=depot-7');
    await press('r');
    const items = page.locator('.reject-menu [role=menuitem]');
    expect(await items.allInnerTexts().then((texts) => texts.map((text) => text.split('\n')[1]))).toEqual([
      'hate',
      'insult',
      'profanity',
      'Another reason…',
    ]);
    // Nobody tells the author by itself: the answers to the CMS carry the label, not these words.
    expect(await page.locator('.reject-menu .notice-text').textContent()).toMatch(/^The site may tell depot-7: Your/);
    await page.waitForSelector('text=because it attacks people');
    await page.waitForSelector('.menu-item[data-highlighted]');
    await press('ArrowDown');
    await page.waitForSelector('text=because it insults somebody');
    await press('Escape');
    await expect.poll(focused).toBe('comment');
    await press('r');
    await page.waitForSelector('.reject-menu');
    await press('7');
    await page.waitForSelector('text=Ada Rook');
    expect(service.reviews[1]).toMatchObject({ action: 'reject', label: 'spam' });
  });

  it('another reason is a note, and single letters are silent while one writes it', async () => {
    await open();
    await press('r');
    await page.waitForSelector('.reject-menu');
    await press('9');
    await page.waitForSelector('#note');
    await page.keyboard.type('a quarrel, see z');
    await page.click('.dialog [type=submit]');
    await page.waitForSelector('text=depot-7');
    expect(service.reviews).toEqual([
      expect.objectContaining({ commentId: 'comment-1', action: 'reject', note: 'a quarrel, see z' }),
    ]);
  });

  it('skipping gives the comment back and never hands it out again in this round', async () => {
    await open({ items: aQueue(Date.now()).slice(0, 2) });
    await press('j');
    await page.waitForSelector('text=depot-7');
    await press('j');
    await page.waitForSelector('text=You skipped 2.');
    expect(said('/v1/queue/claims:release').map(({ body }) => (body as { items: string[] }).items)).toEqual([
      ['item-1'],
      ['item-2'],
    ]);
    await page.click('text=Read the 2 you skipped');
    await page.waitForSelector('text=harrier61');
  });

  it('k brings back what was passed over, and says so where nothing was', async () => {
    await open();
    await press('k');
    await page.waitForSelector('text=Nothing was passed over.');
    await press('j');
    await page.waitForSelector('text=depot-7');
    await press('k');
    await page.waitForSelector('text=harrier61');
    await expect.poll(focused).toBe('comment');
    await expect.poll(announced).toBe('Back: comment by harrier61.');
    expect(said('/v1/queue/claims').at(-1)?.body).toMatchObject({ items: ['item-1'] });
    await press('a');
    await page.waitForSelector('text=depot-7');
    expect(service.reviews).toMatchObject([{ commentId: 'comment-1', action: 'approve' }]);
  });

  it('what was passed over and settled elsewhere is not brought back', async () => {
    await open();
    await press('j');
    await page.waitForSelector('text=depot-7');
    service.decideElsewhere('comment-1', 'Ines', 'approve');
    await press('k');
    await page.waitForSelector('text=It no longer waits.');
    expect(await author()).toBe('depot-7');
  });

  it('n writes a note, which goes with the decision on its comment and comes back with it', async () => {
    await open();
    await press('n');
    await page.waitForSelector('#desk-note');
    await page.keyboard.type('warned before, see a');
    await page.click('.dialog [type=submit]');
    await page.waitForSelector('text=Your note goes with the decision');
    await expect.poll(focused).toBe('comment');
    await press('a');
    await page.waitForSelector('text=depot-7');
    await press('z');
    await page.waitForSelector('text=harrier61');
    await page.waitForSelector('text=Your note goes with the decision');
    await press('e');
    await page.waitForSelector('text=depot-7');
    await press('a');
    await page.waitForSelector('text=Ada Rook');
    expect(service.reviews.map(({ action, note }) => [action, note])).toEqual([
      ['approve', 'warned before, see a'],
      ['escalate', 'warned before, see a'],
      ['approve', undefined],
    ]);
  });

  it('a note that was begun is not lost when its field is left, and goes with no decision until it is kept', async () => {
    await open();
    await press('n');
    await page.waitForSelector('#desk-note');
    await page.keyboard.type('begun, and ');
    await press('Escape');
    await page.waitForSelector('text=Your note is not kept yet');
    await expect.poll(focused).toBe('comment');
    await press('n');
    expect(await page.inputValue('#desk-note')).toBe('begun, and ');
    await press('Escape');
    // The other field for a note has it too. The digit counts although neither the menu nor the comment has the focus yet.
    await press('r', '9');
    expect(await page.inputValue('#note')).toBe('begun, and ');
    await page.click('.dialog >> text=Cancel');
    await expect.poll(focused).toBe('comment');
    await press('a');
    await page.waitForSelector('text=depot-7');
    expect(await page.locator('text=Your note is not kept yet').count()).toBe(0);
    await press('z');
    await page.waitForSelector('text=harrier61');
    await press('n');
    expect(await page.inputValue('#desk-note')).toBe('begun, and ');
    await page.keyboard.press('End');
    await page.keyboard.type('kept');
    await page.click('.dialog [type=submit]');
    await page.waitForSelector('text=Your note goes with the decision');
    expect(await page.locator('text=Your note is not kept yet').count()).toBe(0);
    await press('e');
    await page.waitForSelector('text=depot-7');
    expect(service.reviews.map(({ action, note }) => [action, note])).toEqual([
      ['approve', undefined],
      ['escalate', 'begun, and kept'],
    ]);
  });

  it('g and a letter go to a list', async () => {
    await open();
    await press('g', 'e');
    await page.waitForSelector('text=quill');
    expect(page.url()).toContain('list=escalated');
    expect(await page.locator('.rail-row[aria-current]').textContent()).toContain('Escalated');
    await page.goBack();
    await page.waitForSelector('text=harrier61');
  });

  it('single letters can be switched off, for good', async () => {
    await open();
    await press('?');
    await page.click('text=Single-letter keys');
    await press('Escape');
    await page.reload();
    await page.waitForSelector('.comment');
    await press('a', 'r', 'e');
    await page.waitForTimeout(200);
    expect(service.reviews).toEqual([]);
  });

  it('leaning on a key decides one comment', async () => {
    await open();
    for (let times = 0; times < 8; times += 1) await page.keyboard.down('a');
    await page.waitForSelector('text=depot-7');
    await page.waitForTimeout(200);
    expect(service.reviews).toHaveLength(1);
  });
});

describe.skipIf(!hasBrowser)('A comment on the screen', () => {
  it('is text and nothing else', async () => {
    await open({ items: aQueue(Date.now()).slice(5, 6) });
    expect(await page.locator('.comment .text').textContent()).toContain('<img src=x onerror=alert(1)> <b>bold</b>');
    expect(await page.locator('.comment img, .comment .text b').count()).toBe(0);
    expect(await page.locator('a[href^=javascript]').count()).toBe(0);
    expect(await page.locator('.comment .text').getAttribute('lang')).toBe('he');
  });

  it('has its slurs covered until m is held, for eyes, ears and clipboard', async () => {
    await open();
    const tree = () => page.locator('.comment .text').ariaSnapshot();
    const copied = () =>
      page.evaluate<string>(
        "(() => { const s = getSelection(); s.selectAllChildren(document.querySelector('.comment .text')); const text = s.toString(); s.removeAllRanges(); return text; })()",
      );
    expect(await tree()).toContain('masked word, slur for a group');
    expect(await tree()).not.toContain('e r m 1 n');
    expect(await copied()).not.toContain('e r m 1 n');
    await page.keyboard.down('m');
    expect(await tree()).toContain('v e r m 1 n');
    await page.keyboard.up('m');
    expect(await tree()).not.toContain('e r m 1 n');
  });

  it('and its reasons light each other', async () => {
    await open();
    await page.hover('mark.incitement');
    await page.waitForSelector('.reason.incitement.is-active');
    await page.hover('.reason.insult');
    await page.waitForSelector('mark.insult.is-active');
    await page.locator('#reason-label-hate').focus();
    await page.waitForSelector('.reason.hate.is-active');
  });

  it('shows its earlier version, without spans, and which one is decided', async () => {
    await open();
    await press('v');
    await page.waitForSelector('text=You are reading the first version.');
    expect(await page.locator('.comment mark').count()).toBe(0);
    await press('v');
    await page.waitForSelector('mark.incitement');
  });

  it('names what judged it and where the lines lay then, not what judges today', async () => {
    const [today] = aQueue(Date.now()) as [QueueItemView];
    const pipeline = 'minilm-2025-11+r90+p20+n3';
    await open({ items: [{ ...today, comment: { ...today.comment, pipeline } }] });
    const rows = page.locator('.side section:has(#pipeline) dl > *');
    await expect
      .poll(async () => (await rows.allTextContents()).slice(0, 8))
      .toEqual(['Model', 'minilm-2025-11', 'Rules', 'revision 90', 'Policy', 'revision 20', 'Normaliser', '3']);
    await page.waitForSelector('text=Under the line of .44, so not flagged.');
  });

  it('opens its context as a drawer at 1024 px, and c gives the focus back', async () => {
    await open({ size: { width: 1024, height: 768 } });
    expect(await page.locator('#context').isVisible()).toBe(false);
    await press('c');
    await page.waitForSelector('#context >> text=Pia Lindqvist');
    await expect.poll(focused).toBe('context');
    await press('c');
    await expect.poll(focused).toBe('comment');
    expect(await page.locator('#context').isVisible()).toBe(false);
  });
});

describe.skipIf(!hasBrowser)('Beside a comment', () => {
  it('stand the notes that moderators left with their decisions', async () => {
    await open({ search: '?list=escalated' });
    await page.waitForSelector('.notes >> text=Look at the whole thread, please.');
    await page.waitForSelector('.notes >> text=/^Ines, /');
    await page.click('.notes button');
    await page.waitForSelector('#desk-note');
  });

  it('stands how long its thread is, and how much of it is shown', async () => {
    const [first] = aQueue(Date.now());
    const line = first?.thread[0] as ThreadEntry;
    const thread = Array.from({ length: 41 }, (_, place) => ({
      ...line,
      id: place === 20 ? 'comment-1' : `t${place}`,
    }));
    await open({ items: [{ ...(first as QueueItemView), thread, threadSize: 1_071 }] });
    const beside = page.locator('section[aria-labelledby=thread]');
    expect(await beside.locator('h2').textContent()).toContain('1,071 comments');
    expect(await beside.textContent()).toContain('6 of 1,071 shown');
    await page.click('text=35 more around this comment');
    expect(await beside.textContent()).toContain('41 of 1,071 shown');
    expect(await beside.locator('li').count()).toBe(41);
  });

  it('stand the numbers of its article as the rail has them: what is escalated by itself', async () => {
    await open();
    const facts = page.locator('.story .facts');
    expect((await facts.locator('dt').allTextContents()).slice(1, 3)).toEqual(['Waiting', 'Escalated']);
    expect((await facts.locator('dd').allTextContents()).slice(1, 3)).toEqual(['6', '1']);
    expect(await page.getAttribute('.rail-row >> nth=0', 'title')).toContain('Escalated');
    expect(await page.getAttribute('.rail-row[href*=disagreement]', 'title')).toContain('would have rejected');
  });

  it('stands its history', async () => {
    await open();
    await page.click('.side >> text=History');
    await page.waitForSelector('.dialog >> text=/^Second version/');
  });
});

describe.skipIf(!hasBrowser)('On a telephone', () => {
  it('nothing lies over the rows of the menu, however many articles there are', async () => {
    const [first] = aQueue(Date.now());
    const items = Array.from({ length: 9 }, (_, place) => ({
      ...(first as QueueItemView),
      id: `item-${place}`,
      article: { ...(first as QueueItemView).article, id: `article-${place}` },
    }));
    await open({ items, size: { width: 390, height: 844 } });
    await page.click('.head .menu');
    const rows = page.locator('.rail-sheet .rail-row');
    expect(await rows.count()).toBe(7 + 8 + 3);
    const close = await page.locator('.rail-close').boundingBox();
    expect((close?.y ?? 0) + (close?.height ?? 0)).toBeLessThanOrEqual(844);
    for (const row of await rows.all()) {
      await row.scrollIntoViewIfNeeded();
      const box = await row.boundingBox();
      expect((box?.y ?? 0) + (box?.height ?? 0), (await row.textContent()) ?? undefined).toBeLessThanOrEqual(
        close?.y ?? 0,
      );
    }
    await page.click('.rail-sheet >> text=Rules');
    await expect.poll(() => page.title()).toContain('Rules');
  });
});

describe.skipIf(!hasBrowser)('Live', () => {
  it('counts change in place', async () => {
    await open();
    const all = page.locator('.rail-row .count').first();
    expect(await all.textContent()).toBe('7');
    service.enter(anItem(Date.now(), 'item-8'));
    await expect.poll(() => all.textContent()).toBe('8');
  });

  it('a comment that another person settles can’t be decided, and says who did', async () => {
    await open();
    service.decideElsewhere('comment-1', 'Ines', 'reject', 'incitement');
    await page.waitForSelector('text=Ines rejected this just now, for incitement.');
    expect(await page.locator('.buttons .button').first().getAttribute('aria-disabled')).toBe('true');
    await press('a');
    expect(service.reviews).toEqual([]);
    await press('j');
    await page.waitForSelector('text=depot-7');
  });

  it('what another person decided can be seen, and decided otherwise on purpose', async () => {
    await open();
    service.decideElsewhere('comment-1', 'Ines', 'reject', 'incitement');
    await page.click('text=See it');
    await page.waitForSelector('.dialog >> text=/^Ines rejected it for incitement/');
    await page.waitForSelector('.dialog >> text=Seen before.');
    await press('Escape');
    await expect.poll(focused).toBe('comment');
    await page.click('text=Override');
    await page.waitForSelector('text=Your decision will replace that of Ines');
    // That stays in sight where there is no room for the lease.
    await page.setViewportSize({ width: 390, height: 844 });
    await page.waitForSelector('text=Your decision will replace that of Ines');
    await page.setViewportSize({ width: 1440, height: 900 });
    await expect.poll(focused).toBe('comment');
    // What waits no more can't be put before somebody else.
    await press('e');
    await page.waitForSelector('text=Only a comment that waits can be escalated.');
    await press('a');
    await page.waitForSelector('text=depot-7');
    expect(service.reviews).toMatchObject([{ commentId: 'comment-1', action: 'approve', override: true }]);
    await press('a');
    await page.waitForSelector('text=Ada Rook');
    expect(service.reviews[1]).not.toHaveProperty('override');
  });

  it('a refusal says the same when no event did', async () => {
    await open();
    service.answer('/v1/reviews', {
      type: '/problems/already-reviewed',
      title: 'Already reviewed',
      status: 409,
      instance: '',
      by: 'Ines',
      action: 'approve',
      at: new Date(Date.now() - 20_000).toISOString(),
    });
    await press('a');
    await page.waitForSelector('text=/Ines approved this \\d+ seconds ago/');
  });

  it('a comment that its author changes is read anew before it is decided', async () => {
    await open();
    service.revise('comment-1', 'A calmer text, without doors.');
    await page.waitForSelector('text=harrier61 changed this comment');
    await press('a');
    expect(service.reviews).toEqual([]);
    await press('v');
    await page.waitForSelector('text=A calmer text, without doors.');
    await press('a');
    await page.waitForSelector('text=depot-7');
    expect(said('/v1/reviews').at(-1)?.body).toMatchObject({ commentId: 'comment-1', revision: 3 });
  });

  it('a deleted comment leaves nothing to decide', async () => {
    await open();
    service.erase('comment-1');
    await page.waitForSelector('text=This comment was deleted.');
  });

  it('a comment that was ready and is settled elsewhere never comes up', async () => {
    await open();
    await page.waitForSelector('text=Next one ready');
    service.decideElsewhere('comment-2', 'Ines', 'approve');
    await expect.poll(() => page.locator('.rail-row .count').first().textContent()).toBe('6');
    await press('a');
    await page.waitForSelector('text=Ada Rook');
  });

  it('an empty list fills by itself', async () => {
    await open({ items: [], until: '.blank' });
    service.enter(
      anItem(Date.now(), 'item-9', { comment: aComment(Date.now(), 'comment-9', { text: 'Fresh from the press.' }) }),
    );
    await page.waitForSelector('text=Fresh from the press.');
    await expect.poll(focused).toBe('comment');
    await expect.poll(announced).toContain('Next: comment by Reader');
  });

  it('a comment that comes by itself leaves the focus of somebody who is elsewhere', async () => {
    await open({ items: [], until: '.blank' });
    await page.locator('.rail-row').nth(3).focus();
    service.enter(anItem(Date.now(), 'item-9'));
    await page.waitForSelector('.comment');
    await page.waitForTimeout(100);
    expect(await page.evaluate('document.activeElement.className')).toBe('rail-row');
  });

  it('what happened during a break is told after it', async () => {
    await open();
    await page.waitForSelector('.rail-row .count');
    await service.cut();
    service.decideElsewhere('comment-1', 'Ines', 'approve');
    await service.mend();
    await page.waitForSelector('text=Ines approved this');
    expect(said('/v1/events').at(-1)?.headers['last-event-id']).toMatch(/^\d+$/);
  });

  it('a store that counts anew is read anew: nothing of the old one stays on the desk', async () => {
    await open();
    await page.waitForSelector('text=Next one ready');
    await service.cut();
    // The same id stands for another comment there.
    const text = 'Kept in the older store.';
    service.restore([anItem(Date.now(), 'item-1', { comment: aComment(Date.now(), 'comment-50', { text }) })]);
    await service.mend();
    await page.waitForSelector(`text=${text}`);
    expect(await announced()).toContain('The queue was read anew.');
    expect(await page.locator('.rail-row .count').first().textContent()).toBe('1');
    service.enter(anItem(Date.now(), 'item-2'));
    await expect.poll(() => page.locator('.rail-row .count').first().textContent()).toBe('2');
  });

  it('overload is said for as long as it lasts, and hinders nobody', async () => {
    await open({ before: (s) => s.overload(true) });
    const notice = page.locator('.notice >> text=/judged by the rules alone/');
    await notice.waitFor();
    await page.waitForSelector('text=Next one ready');
    await press('a');
    await page.waitForSelector('text=depot-7');
    expect(await notice.count()).toBe(1);
    service.overload(false);
    await notice.waitFor({ state: 'detached' });
    service.overload(true);
    await notice.waitFor();
    // What is over by the time that the connection is back is not said any more, and meanwhile nobody knows.
    await service.cut();
    await page.waitForSelector('.notice >> text=/No connection/');
    expect(await notice.count()).toBe(0);
    service.overload(false);
    await service.mend();
    await page.waitForSelector('.notice', { state: 'detached' });
  }, 20_000);

  it('leaving the page gives back what was held', async () => {
    await open();
    await page.waitForSelector('text=Next one ready');
    await page.goto('about:blank');
    await expect
      .poll(() => said('/v1/queue/claims:release').map(({ body }) => (body as { items: string[] }).items))
      .toEqual([['item-1', 'item-2']]);
  });

  it('a lease is renewed while somebody reads', async () => {
    await open({ lease: 60_000 });
    await page.waitForSelector('text=/Yours for 0:5\\d|Yours for 1:00/');
    await expect
      .poll(() => said('/v1/queue/claims').map(({ body }) => (body as { items?: string[] }).items), { timeout: 15_000 })
      .toContainEqual(['item-1']);
  }, 20_000);
});

describe.skipIf(!hasBrowser)('Without a connection', () => {
  it('decisions are kept in order, without the comment, and sent once when it is back', async () => {
    await open();
    await page.waitForSelector('text=Next one ready');
    await service.cut();
    await press('a');
    await page.waitForSelector('text=depot-7');
    await page.waitForSelector('text=1 decision waits on this device');
    await press('r');
    await page.waitForSelector('.reject-menu');
    await press('3');
    await page.waitForSelector('text=The queue could not be read');
    await page.waitForSelector('text=2 decisions wait on this device');

    const stored = await page.evaluate<string>("localStorage.getItem('premod.outbox')");
    expect(JSON.parse(stored)).toMatchObject([
      { commentId: 'comment-1', action: 'approve' },
      { commentId: 'comment-2', action: 'reject', label: 'hate' },
    ]);
    expect(stored).not.toMatch(/Brennmoor|Orsavian|harrier/);
    await page.click('text=Show them');
    expect(await page.locator('.kept li').allInnerTexts()).toEqual([
      expect.stringMatching(/^Approved, \d\d:\d\d$/),
      expect.stringMatching(/^Rejected for hate, \d\d:\d\d$/),
    ]);
    await press('Escape');

    await service.mend();
    await page.click('text=Try now');
    await page.waitForSelector('text=Ada Rook');
    await expect.poll(() => service.reviews.map(({ commentId }) => commentId)).toEqual(['comment-1', 'comment-2']);
    const keys = said('/v1/reviews').map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(2);
    expect(await page.evaluate("localStorage.getItem('premod.outbox')")).toBe('[]');
  }, 20_000);

  it('a decision that got no answer is sent again under its key, and the next one after it', async () => {
    await open();
    service.answer('/v1/reviews', 'silence');
    service.answer('/v1/reviews', BROKEN);
    await press('a');
    await page.waitForSelector('text=depot-7');
    await expect.poll(() => said('/v1/reviews').length, { timeout: 8_000 }).toBe(2);
    // What falls meanwhile goes out behind it.
    await press('e');
    await expect.poll(() => service.reviews.length, { timeout: 15_000 }).toBe(2);
    expect(service.reviews.map(({ commentId }) => commentId)).toEqual(['comment-1', 'comment-2']);
    const [first, , again, second] = said('/v1/reviews').map(({ headers }) => headers['idempotency-key']);
    expect(again).toBe(first);
    expect(second).not.toBe(first);
  }, 30_000);

  it('what waits on the device is taken back without a word to the service', async () => {
    await open();
    await page.waitForSelector('text=Next one ready');
    await service.cut();
    await press('a');
    await page.waitForSelector('text=1 decision waits on this device');
    await press('z');
    await page.waitForSelector('text=harrier61');
    expect(await page.evaluate("localStorage.getItem('premod.outbox')")).toBe('[]');
  });

  it('kept decisions go out when the page is opened again', async () => {
    await open();
    await page.waitForSelector('text=Next one ready');
    await service.cut();
    await press('a');
    await page.waitForSelector('text=1 decision waits on this device');
    await page.goto('about:blank');
    await service.mend();
    await page.goto(service.url);
    await expect.poll(() => service.reviews.map(({ commentId }) => commentId)).toEqual(['comment-1']);
  });
});

describe.skipIf(!hasBrowser)('When something fails', () => {
  it('a decision that was not saved says so, and the comment stays', async () => {
    await open();
    service.answer('/v1/reviews', BROKEN);
    await press('a');
    await page.waitForSelector('text=Not saved: Internal error');
    expect(await author()).toBe('harrier61');
    await page.click('text=Try again');
    await page.waitForSelector('text=depot-7');
    expect(service.reviews).toHaveLength(1);
  });

  it('a queue that can’t be read says what is safe, when it tries again, and a reference', async () => {
    await open({ before: (s) => s.answer('/v1/queue/claims', BROKEN), until: '.blank' });
    const text = await page.locator('.blank').textContent();
    expect(text).toContain('Nothing that was decided is lost.');
    expect(text).toMatch(/tries again in \d seconds?/);
    expect(text).toContain('reference 004f1c09');
    await page.click('text=Try now');
    await page.waitForSelector('text=harrier61');
  });

  it('the skeleton comes for slow answers only, with the actions in their place', async () => {
    await open({ before: (s) => s.answer('/v1/queue/claims', 'slowly'), until: '.bone' });
    expect(await page.locator('.buttons .button').first().getAttribute('aria-disabled')).toBe('true');
    await page.waitForSelector('text=harrier61');
    expect(await page.locator('.bone').count()).toBe(0);
  });
});

describe.skipIf(!hasBrowser)('Where a key is needed', () => {
  it('the desk opens with it, keeps it in the tab, and sends it with every call, the events too', async () => {
    await open({ before: (s) => s.lock('open sesame'.replace(' ', '-')), until: '#key' });
    await page.fill('#key', 'wrong');
    await press('Enter');
    await page.waitForSelector('text=This key does not open the desk.');
    await page.fill('#key', 'open-sesame');
    await press('Enter');
    await page.waitForSelector('text=harrier61');
    await expect.poll(() => said('/v1/events').at(-1)?.headers.authorization).toBe('Bearer open-sesame');
    expect(await page.evaluate('localStorage.length')).toBe(0);
    await page.reload();
    await page.waitForSelector('text=harrier61');
  });

  it('a session that ends keeps the decision and sends it after the key', async () => {
    await open({ before: (s) => s.lock('first'), until: '#key' });
    await page.fill('#key', 'first');
    await press('Enter');
    await page.waitForSelector('text=Next one ready');
    service.answer('/v1/reviews', {
      type: '/problems/unauthorised',
      title: 'A key is needed',
      status: 401,
      instance: '',
    });
    await press('a');
    await page.waitForSelector('text=Your session is over');
    await page.waitForSelector('text=1 decision waits on this device and will be sent.');
    await page.fill('#key', 'first');
    await press('Enter');
    await page.waitForSelector('text=depot-7');
    await expect.poll(() => service.reviews.map(({ commentId }) => commentId)).toEqual(['comment-1']);
  });

  it('a stream of events that is cut off for want of a key asks for it', async () => {
    await open({ before: (s) => s.lock('first'), until: '#key' });
    await page.fill('#key', 'first');
    await press('Enter');
    await expect.poll(() => said('/v1/events').length).toBe(1);
    service.lock('second');
    await page.waitForSelector('text=Your session is over');
    await page.fill('#key', 'second');
    await press('Enter');
    await page.waitForSelector('text=harrier61');
    await expect.poll(() => said('/v1/events').at(-1)?.headers.authorization).toBe('Bearer second');
  });
});
