import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp, type HttpDeps } from '../../src/http/app.js';
import { hasBrowser, launchBrowser } from '../support/browser.js';

/** `/docs` in a real browser, under the policy that the service sets. */
describe.skipIf(!hasBrowser)('The page that describes the service', () => {
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    const deps = { onAnswered: () => undefined } as unknown as HttpDeps;
    const app = createApp(deps, { access: { kind: 'open' }, pages: '/nowhere', version: '0' });
    server = await new Promise((resolve) => {
      const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
    });
    browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  test.for([320, 390, 1440])('can be read at %i px', { timeout: 60_000 }, async (width) => {
    const context = await browser.newContext({ viewport: { width, height: 844 }, isMobile: width < 900 });
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/docs`);
    expect(await page.evaluate<number>('innerWidth')).toBe(width);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    const words = page.locator('text=Keeps an article; a changed title');
    expect((await words.boundingBox())?.width).toBeGreaterThan(200);
    await context.close();
  });
});
