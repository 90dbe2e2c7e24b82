import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import chromiumFiles from '@sparticuz/chromium';
import { type Browser, chromium, type Page } from 'playwright-core';

/** `@sparticuz/chromium` is built for Linux x64; elsewhere `CHROME_PATH` names a Chrome to use. */
export const hasBrowser =
  process.env.CHROME_PATH !== undefined || (process.platform === 'linux' && process.arch === 'x64');

/**
 * Starts a headless Chromium that came with npm: no system package is needed.
 * Close it in `afterAll`.
 */
export async function launchBrowser(): Promise<Browser> {
  const { CHROME_PATH } = process.env;
  if (CHROME_PATH !== undefined) return await chromium.launch({ executablePath: CHROME_PATH });
  const folder = await unpacked();
  const executablePath = join(folder, 'chromium');
  return await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-setuid-sandbox', '--no-zygote', '--disable-gpu', '--headless=shell'],
    env: {
      ...(process.env as Record<string, string>),
      ...(missesLibraries() && { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') }),
      ...(!existsSync('/etc/fonts/fonts.conf') && { FONTCONFIG_PATH: join(folder, 'fonts') }),
    },
  });
}

/** Collects every error of a page, and everything that its content policy forbids it. */
export async function gatherComplaints(page: Page, complaints: string[]): Promise<void> {
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (e) => console.error('POLICY ' + e.violatedDirective + ' ' + e.blockedURI))",
  );
  page.on('console', (message) => {
    if (message.text().startsWith('POLICY')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
}

/**
 * The folder of the unpacked browser, kept between runs. The package unpacks in place and takes a half-written file for a
 * whole one, so it unpacks into a folder of its own here, which is moved into its place when it is complete.
 */
async function unpacked(): Promise<string> {
  const folder = join(tmpdir(), `premod-chromium-${versionOf('@sparticuz/chromium')}-${userInfo().uid}`);
  if (existsSync(folder)) return folder;
  const before = { TMPDIR: process.env.TMPDIR, AWS_EXECUTION_ENV: process.env.AWS_EXECUTION_ENV };
  const staging = mkdtempSync(`${folder}-`);
  try {
    process.env.TMPDIR = staging;
    // Asks for the shared libraries too, for machines without any.
    process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs20.x';
    await chromiumFiles.executablePath();
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
  try {
    renameSync(staging, folder);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    // Another process was quicker, which is as good.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

function versionOf(name: string): string {
  const entry = createRequire(import.meta.url).resolve(name);
  const root = entry.slice(0, entry.lastIndexOf(name) + name.length);
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}

/** Whether the machine lacks the libraries that Chromium links to; the package brings its own for that. */
function missesLibraries(): boolean {
  const folders = ['/usr/lib/x86_64-linux-gnu', '/lib/x86_64-linux-gnu', '/usr/lib64', '/lib64', '/usr/lib'];
  return !folders.some((folder) => existsSync(join(folder, 'libnss3.so')));
}
