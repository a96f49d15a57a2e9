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
  type View,
} from './browser.js';
import { demo } from './demo-stack.js';
import type { LocalFile } from './stack.js';

export const wide: View = { width: 1440, theme: 'light', locale: 'en' };
/** Each theme and each language at each width. */
export const views: readonly View[] = [
  wide,
  { width: 1440, theme: 'dark', locale: 'zh-CN' },
  { width: 390, theme: 'light', locale: 'zh-CN' },
  { width: 390, theme: 'dark', locale: 'en' },
];

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
    await page.locator('input[name=email]').fill(member?.email ?? consoleEmail);
    await page.locator('input[name=password]').fill(member?.password ?? consolePassword);
    await page.locator('form button[type=submit]').click();
    await page.waitForURL((url) => url.pathname !== '/sign-in');
    await settled(page);
    return page;
  }

  /** What is wrong with pages in a view: accessibility, width, complaints of the browser. Pictures are kept. */
  async findings(pages: Readonly<Record<string, string>>, view: View): Promise<readonly string[]> {
    const page = await this.signIn('/', view);
    const complaints = listen(page);
    const found: string[] = [];
    for (const [id, path] of Object.entries(pages)) {
      await page.goto(this.url + path);
      await settled(page);
      await picture(page, `${id}-${view.width}-${view.theme}-${view.locale}`);
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      if (tooWide) found.push(`${id}: scrolls sideways`);
      for (const finding of await accessibilityFindings(page)) found.push(`${id}: ${finding}`);
    }
    return [...found, ...complaints];
  }
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
