import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMember, createPool } from '@kindling/storage';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import {
  accessibilityFindings,
  hasBrowser,
  listen,
  openBrowser,
  openWindow,
  picture,
  scriptBytes,
  sizeOf,
  type View,
} from './browser.js';
import { demo } from './demo-stack.js';
import type { LocalFile } from './stack.js';

export const wide: View = { width: 1440, theme: 'light', locale: 'en' };
export const locales = ['en', 'zh-CN'] as const;
const looks = [
  { width: 1440, theme: 'light' },
  { width: 1440, theme: 'dark' },
  { width: 390, theme: 'light' },
  { width: 390, theme: 'dark' },
] as const;

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** A console in a browser, the demo's when no other is named: windows of a test file, closed with it. */
export class ConsoleWindows {
  private browser: Browser | undefined;
  private readonly contexts: BrowserContext[] = [];

  constructor(private readonly local: () => LocalFile = () => demo().local) {}

  get url(): string {
    const { console: url } = this.local();
    if (url === null) throw new Error('it was started without its console');
    return url;
  }

  async open(): Promise<void> {
    if (hasBrowser) this.browser = await openBrowser();
  }

  async close(): Promise<void> {
    await this.closeWindows();
    await this.browser?.close();
  }

  async closeWindows(): Promise<void> {
    for (const context of this.contexts.splice(0)) await context.close();
  }

  /** A window of its own in which nobody is signed in. */
  async window(view: View): Promise<Page> {
    if (this.browser === undefined) throw new Error('open the browser first');
    const context = await openWindow(this.browser, view, this.url);
    this.contexts.push(context);
    return context.newPage();
  }

  /** A window of its own in which somebody, the demo's admin when nobody is named, is signed in and at `path`. */
  async signIn(path: string, view: View = wide, member?: Credentials): Promise<Page> {
    const page = await this.window(view);
    const { consoleEmail, consolePassword } = this.local();
    await page.goto(this.url + path);
    await fillCredentials(page, member ?? { email: consoleEmail, password: consolePassword });
    await page.waitForURL((url) => url.pathname !== '/sign-in');
    await settled(page);
    return page;
  }

  /** What is wrong with pages for somebody who is signed in, in a language; see `findingsOf`. */
  async findings(
    pages: Readonly<Record<string, string>>,
    locale: View['locale'],
  ): Promise<readonly string[]> {
    return this.findingsOf(await this.signIn('/', { ...wide, locale }), pages, locale);
  }

  /**
   * What is wrong with pages, in both themes at both widths: accessibility, what does not fit, and everything that the
   * browser complained of. Pictures are kept.
   */
  async findingsOf(
    page: Page,
    pages: Readonly<Record<string, string>>,
    locale: View['locale'],
  ): Promise<readonly string[]> {
    const complaints = listen(page);
    const found: string[] = [];
    for (const [id, path] of Object.entries(pages)) {
      await page.setViewportSize(sizeOf(1440));
      await page.goto(this.url + path);
      for (const { width, theme } of looks) {
        await page.emulateMedia({ colorScheme: theme });
        await page.setViewportSize(sizeOf(width));
        await settled(page);
        const name = `${id}-${width}-${theme}-${locale}`;
        await picture(page, name);
        const tooWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
        if (tooWide) found.push(`${name}: scrolls sideways`);
        for (const finding of await accessibilityFindings(page)) found.push(`${name}: ${finding}`);
      }
    }
    return [...found, ...complaints];
  }

  /** Pages whose first visit loads more JavaScript than is promised, and how much. What each loads is printed. */
  async heavyPages(page: Page, pages: Readonly<Record<string, string>>): Promise<readonly string[]> {
    const sizes: Record<string, number> = {};
    for (const [id, path] of Object.entries(pages))
      sizes[id] = await scriptBytes(page.context(), this.url + path);
    const inKilobytes = Object.entries(sizes).map(([id, bytes]) => `${id} ${Math.round(bytes / 1_000)}`);
    console.log(`JavaScript of a first visit, KB gzipped: ${inKilobytes.join(', ')}`);
    return Object.entries(sizes)
      .filter(([, bytes]) => bytes > mostScriptBytes || bytes < leastScriptBytes)
      .map(([id, bytes]) => `${id}: ${bytes} bytes`);
  }
}

/** What a page may load, gzipped; and what none can do with less than, so that a broken count shows. */
const mostScriptBytes = 350_000;
const leastScriptBytes = 50_000;

/** Into the form of the sign-in page, or of the dialog over a page whose session has ended. */
export async function fillCredentials(page: Page, { email, password }: Credentials): Promise<void> {
  await page.locator('input[name=email]').fill(email);
  await page.locator('input[name=password]').fill(password);
  await page.locator('form button[type=submit]').click();
}

/** Until the page has its data: no skeleton, and nothing on its way. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null);
}

/** Somebody of the demo's catalogue with no more than this role. */
export async function memberOfDemo(role: 'viewer' | 'merchandiser' | 'experimenter'): Promise<Credentials> {
  const { dataDir, local } = demo();
  const folder = join(dataDir, 'postgres');
  const [password, port] = ['password', 'port'].map((name) =>
    readFileSync(join(folder, name), 'utf8').trim(),
  );
  const pool = createPool({
    databaseUrl: `postgresql://kindling:${password}@127.0.0.1:${port}/kindling`,
    applicationName: 'console-test',
    maxConnections: 1,
  });
  const member = { email: `${role}-${randomUUID().slice(0, 8)}@kindling.local`, password: randomUUID() };
  await createMember(pool, {
    ...member,
    name: `A ${role}`,
    memberships: [{ catalogue: local.catalogue, role }],
  });
  await pool.end();
  return member;
}
