import { existsSync } from 'node:fs';
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { gatherComplaints, launchBrowser } from './browser.js';

/**
 * Opens a page at a desk, in a browser of its own; the browser is to be closed in `afterAll`.
 *
 * @param complaints takes what the page complains about: a broken policy, an uncaught error.
 * @param timeoutMs how long the page is waited for.
 */
export async function openDesk(
  complaints: string[],
  timeoutMs: number,
): Promise<{ readonly browser: Browser; readonly context: BrowserContext; readonly page: Page }> {
  expect(existsSync('dist/web/index.html'), 'the pages are built by set-up').toBe(true);
  const browser = await launchBrowser();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(timeoutMs);
  await gatherComplaints(page, complaints);
  return { browser, context, page };
}

/** What is not so yet may become so: a busy machine takes its time. */
export const soon = <Value>(look: () => Value | Promise<Value>) => expect.poll(look, { timeout: 30_000 });

/** What axe finds wrong with a page as it stands. */
export async function axeFinds(page: Page): Promise<readonly unknown[]> {
  if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(axe.source);
  return await page.evaluate<unknown[]>(
    "axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.map((v) => [v.id, v.nodes.map((n) => [n.html, n.failureSummary])]))",
  );
}

/** Nothing scrolls sideways. */
export async function fitsAcross(page: Page, where?: string): Promise<void> {
  const beyond = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  expect(beyond, where).toBeLessThanOrEqual(0);
}

/** By day and by night, wide and narrow; nothing scrolls sideways. Leaves the page at a desk. @param widths in px */
export async function isAccessibleAt(page: Page, widths: readonly number[]): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await axeFinds(page), `${width} px, ${colorScheme}`).toEqual([]);
    }
    await fitsAcross(page, `${width} px`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}
