import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { root } from './stack.js';

/** Debian's browser; KINDLING_CHROMIUM names another. */
const executablePath = process.env.KINDLING_CHROMIUM ?? '/usr/bin/chromium';
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const artifacts = join(root, 'test/artifacts/console');

/** A machine without a browser runs every other test; these are then reported as skipped. */
export const hasBrowser = existsSync(executablePath);
if (!hasBrowser) {
  console.log(
    `No browser at ${executablePath}: tests of the console are skipped (apt-get install chromium, or KINDLING_CHROMIUM).`,
  );
}

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

export interface View {
  readonly width: 1440 | 390;
  readonly theme: 'light' | 'dark';
  readonly locale: 'en' | 'zh-CN';
}

/** A laptop's window, or a phone's. */
export const sizeOf = (width: View['width']) => ({ width, height: width === 390 ? 844 : 900 });

/** A window of its own: no cookies, no cache. Motion is reduced, so that pictures are the same each time. */
export async function openWindow(browser: Browser, view: View, origin: string): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: sizeOf(view.width),
    colorScheme: view.theme,
    locale: 'en-GB',
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  await context.addCookies([{ name: 'kindling_locale', value: view.locale, url: origin }]);
  return context;
}

/** Everything the page complained of: errors of scripts, refused resources, broken hydration. */
export function listen(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return complaints;
}

/** WCAG 2.2 A and AA and axe's good practices; each finding in one line. */
export async function accessibilityFindings(page: Page): Promise<readonly string[]> {
  // evaluate() runs beside the page's content security policy, which would refuse a script element
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    interface Node {
      readonly target: readonly string[];
    }
    interface Axe {
      run(
        context: Document,
        options: object,
      ): Promise<{
        readonly violations: readonly { readonly id: string; readonly nodes: readonly Node[] }[];
      }>;
    }
    const { axe } = window as unknown as { axe: Axe };
    const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await axe.run(document, { runOnly });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
  });
}

/** Kept for people to look at. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(artifacts, { recursive: true });
  await page.screenshot({ path: join(artifacts, `${name}.png`) });
}

/** JavaScript that a first visit of a page loads, in bytes as they cross the wire (gzip). */
export async function scriptBytes(context: BrowserContext, url: string): Promise<number> {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  const scripts = new Set<string>();
  let bytes = 0;
  session.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.add(requestId);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength;
  });
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.close();
  return bytes;
}
