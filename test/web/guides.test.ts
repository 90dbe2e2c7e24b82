import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp, type HttpDeps } from '../../src/http/app.js';
import { hasBrowser, launchBrowser } from '../support/browser.js';

const NAMES = ['moderation', 'labels', 'policies', 'operations'];
const pages = mkdtempSync(join(tmpdir(), 'premod-guides-'));

let server: Server;
let origin: string;

beforeAll(async () => {
  await build({ configFile: 'vite.config.ts', logLevel: 'error', build: { outDir: pages, emptyOutDir: true } });
  const deps = { onAnswered: () => undefined } as unknown as HttpDeps;
  const app = createApp(deps, { access: { kind: 'open' }, pages, version: '0' });
  server = await new Promise((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}, 120_000);
afterAll(() => {
  server?.close();
  rmSync(pages, { recursive: true });
});

describe('The guides that the service serves', () => {
  test('have nothing inline, and every link in them leads to something, a part of a page too', async () => {
    const htmls = new Map<string, string>();
    for (const name of NAMES) {
      const answer = await fetch(`${origin}/guide/${name}`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      htmls.set(name, await answer.text());
    }
    let parts = 0;
    for (const [name, html] of htmls) {
      expect(html).not.toMatch(/<style|<script|\sstyle=|\son\w+=/);
      for (const [, href = ''] of html.matchAll(/<a[^>]* href="([^"]+)"/g)) {
        const to = new URL(href, `${origin}/guide/${name}`);
        if (to.origin !== origin) continue;
        const answer = await fetch(to);
        expect(answer.status, `${name}: ${href}`).toBe(200);
        if (to.hash === '' || href === '#guide') continue;
        expect(await answer.text(), `${name}: ${href}`).toContain(`id="${decodeURIComponent(to.hash.slice(1))}"`);
        parts += 1;
      }
    }
    // The links to parts were there to be looked at.
    expect(parts).toBeGreaterThan(0);
    // Where the desk's own links lead.
    expect(htmls.get('moderation')).toContain('id="your-first-rule-in-five-minutes"');
  });

  test('show signs of markup as they were written', async () => {
    const html = await (await fetch(`${origin}/guide/moderation`)).text();
    expect(html).toContain('- "{nationalities} can swim home"');
    expect(html).not.toContain('```');
  });

  test('a guide that there is none of is said to be missing', async () => {
    const answer = await fetch(`${origin}/guide/model`);
    expect(answer.status).toBe(404);
  });

  describe.skipIf(!hasBrowser)('in a browser', () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchBrowser();
    }, 120_000);
    afterAll(() => browser?.close());

    test.for([320, 1440])('can be read at %i px', { timeout: 60_000 }, async (width) => {
      const context = await browser.newContext({ viewport: { width, height: 844 }, isMobile: width < 900 });
      const page = await context.newPage();
      const faults: string[] = [];
      page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
      for (const name of NAMES) {
        await page.goto(`${origin}/guide/${name}`);
        expect(await page.evaluate<number>('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(width);
        expect(await page.locator('h1').count()).toBe(1);
        const size = await page.evaluate<string>("getComputedStyle(document.querySelector('main p')).fontSize");
        expect(size).toBe('16px');
      }
      expect(faults).toEqual([]);
      await context.close();
    });
  });
});
