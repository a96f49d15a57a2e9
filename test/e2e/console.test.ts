import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  accessibilityFindings,
  hasBrowser,
  listen,
  openBrowser,
  openWindow,
  picture,
  scriptBytes,
  type View,
} from '../stack/browser.js';
import { demo } from '../stack/demo-stack.js';

const pages = {
  overview: '/',
  catalogue: '/catalogue',
  item: '/catalogue?item=star-wars-the-clone-wars-2008',
  import: '/catalogue/import',
  preview: '/preview?interests=space+war+with+robots&liked=star-wars-the-clone-wars-2008',
  keys: '/system',
  'dead-letters': '/system?tab=dead-letters',
  audit: '/system?tab=audit',
} as const;
const inBrowser = describe.skipIf(!hasBrowser);
const wide: View = { width: 1440, theme: 'light', locale: 'en' };

const consoleUrl = () => {
  const url = demo().local.console;
  if (url === null) throw new Error('the demo was started without its console');
  return url;
};

let browser: Browser;
let windows: BrowserContext[] = [];
beforeAll(async () => {
  if (hasBrowser) browser = await openBrowser();
});
afterEach(async () => {
  for (const context of windows) await context.close();
  windows = [];
});
afterAll(() => browser?.close());

async function visit(view: View = wide): Promise<Page> {
  const context = await openWindow(browser, view, consoleUrl());
  windows.push(context);
  return context.newPage();
}

async function signIn(page: Page, path = '/'): Promise<void> {
  await page.goto(consoleUrl() + path);
  await fillCredentials(page, demo().local.consolePassword);
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  await settled(page);
}

async function fillCredentials(page: Page, password: string): Promise<void> {
  await page.locator('input[name=email]').fill(demo().local.consoleEmail);
  await page.locator('input[name=password]').fill(password);
  await page.locator('form button[type=submit]').click();
}

/** Until the page has its data: no skeleton, and nothing on its way. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null);
}

inBrowser('signing in', () => {
  test('leads to the page that was asked for, and says clearly when the password is wrong', async () => {
    const page = await visit();
    await page.goto(`${consoleUrl()}/catalogue?q=robot`);
    await fillCredentials(page, 'not the password');
    await page.getByText('Email and password do not fit together').waitFor();
    await fillCredentials(page, demo().local.consolePassword);
    await page.waitForURL(`${consoleUrl()}/catalogue?q=robot`);
    await page.getByRole('button', { name: 'I, Robot' }).waitFor();
  });

  test('again, when a session ends under an open page, keeps what was typed', async () => {
    const page = await visit();
    await signIn(page, '/preview');
    await page.getByLabel('Profile id').fill('somebody');
    await page.context().clearCookies({ name: 'kindling_session' });
    await page.getByRole('combobox', { name: 'Interests' }).fill('robots');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Your session has ended').waitFor();
    await fillCredentials(page, demo().local.consolePassword);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.getByLabel('Profile id').inputValue()).toBe('somebody');
    await page.getByText('Matches your interest in “robots”').first().waitFor();
  });

  test('is asked of nobody by another site: the gateway refuses foreign origins and bare posts', async () => {
    const send = (headers: Record<string, string>) =>
      fetch(`${consoleUrl()}/api/admin/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{"query":"{ me { email } }"}',
      });
    const lock = { 'apollo-require-preflight': 'test' };
    expect((await send({ ...lock, origin: 'https://evil.example' })).status).toBe(403);
    expect((await send({ origin: consoleUrl() })).status).toBe(403);
    expect((await send({ ...lock, origin: consoleUrl() })).status).toBe(200);
    expect((await fetch(`${consoleUrl()}/api/graphql`, { method: 'POST', headers: lock })).status).toBe(404);
  });
});

inBrowser('every page', () => {
  // each theme and each language at each width
  const views: readonly View[] = [
    { width: 1440, theme: 'light', locale: 'en' },
    { width: 1440, theme: 'dark', locale: 'zh-CN' },
    { width: 390, theme: 'light', locale: 'zh-CN' },
    { width: 390, theme: 'dark', locale: 'en' },
  ];

  test.each(views)(
    'is accessible, fits and complains of nothing: $width px, $theme, $locale',
    async (view) => {
      const page = await visit(view);
      const complaints = listen(page);
      const name = (id: string) => `${id}-${view.width}-${view.theme}-${view.locale}`;
      const findings: Record<string, readonly string[]> = {};
      const look = async (id: string) => {
        await settled(page);
        await picture(page, name(id));
        const tooWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
        findings[id] = [...(await accessibilityFindings(page)), ...(tooWide ? ['scrolls sideways'] : [])];
      };
      await page.goto(`${consoleUrl()}/sign-in`);
      await look('sign-in');
      await signIn(page);
      for (const [id, path] of Object.entries(pages)) {
        await page.goto(consoleUrl() + path);
        await look(id);
      }
      const ids = ['sign-in', ...Object.keys(pages)];
      expect(findings).toEqual(Object.fromEntries(ids.map((id) => [id, []])));
      expect(complaints).toEqual([]);
    },
  );

  test('loads at most 350 KB of gzipped JavaScript at the first visit', async () => {
    const page = await visit();
    await signIn(page);
    const sizes: Record<string, number> = {};
    for (const [id, path] of Object.entries(pages)) {
      sizes[id] = Math.round((await scriptBytes(page.context(), consoleUrl() + path)) / 1_000);
    }
    console.log(`JavaScript of a first visit, KB gzipped: ${JSON.stringify(sizes)}`);
    for (const size of Object.values(sizes)) {
      expect(size).toBeGreaterThan(50);
      expect(size).toBeLessThanOrEqual(350);
    }
  });

  test('shows one failed panel as such, with its request, and the rest of the page', async () => {
    const page = await visit();
    await signIn(page);
    let broken = true;
    await page.route('**/api/admin/graphql', async (route) => {
      if (!broken || !route.request().postData()?.includes('RecentImports')) return route.continue();
      await route.fulfill({
        status: 200,
        headers: { 'x-request-id': 'request-17' },
        json: { errors: [{ message: 'The log tells why.', extensions: { code: 'INTERNAL' } }] },
      });
    });
    await page.reload();
    const alert = page.getByRole('alert').filter({ hasText: 'request-17' });
    await alert.waitFor();
    await page.getByText('The catalogue in numbers').waitFor();
    broken = false;
    await alert.getByRole('button', { name: 'Try again' }).click();
    // whichever imports are the last: other tests share the stack
    await page.locator('a[href*="/catalogue/import?run="]').first().waitFor();
    expect(await alert.count()).toBe(0);
  });
});

inBrowser('the catalogue', () => {
  test('is searched, filtered and sorted in its address, and its last row can be reached', async () => {
    const page = await visit();
    await signIn(page, '/catalogue');
    await page.keyboard.press('/');
    await page.keyboard.type('star wars');
    await page.waitForURL(/q=star(\+|%20)wars/);
    await page.getByRole('button', { name: 'Star Wars Ep. II: Attack of the Clones' }).click();
    await page.getByRole('dialog').getByText('What the encoder reads').waitFor();
    await page.keyboard.press('Escape');
    await page.goto(`${consoleUrl()}/catalogue?sort=TITLE`);
    await settled(page);
    const scroller = page.getByRole('rowgroup').last();
    const total = Number(await page.getByRole('table').getAttribute('aria-rowcount')) - 1;
    expect(total).toBeGreaterThanOrEqual(3201);
    // the end of the list moves away until its last page is there
    await expect
      .poll(
        async () => {
          await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
          return page.locator(`[aria-rowindex="${total + 1}"]`).count();
        },
        { timeout: 60_000 },
      )
      .toBe(1);
    expect(await page.getByRole('row').count()).toBeLessThan(60);
  });

  test('takes a file: proposed columns, a check, the import live, refused rows to download', async () => {
    const page = await visit();
    await signIn(page, '/catalogue/import');
    const word = `Zanzibar${randomUUID().slice(0, 8)}`;
    const rows = [
      // a column that no file had before, so that no mapping is remembered
      `film_id,Title,Major Genre,Mood ${word},Release Date`,
      `${word}-1,${word} the first,Drama,calm,2020-02-03`,
      `${word}-2,${word} the second,Comedy,bright,2021-02-03`,
      `,${word} without an id,Comedy,bright,2021-02-03`,
      `${word}-3,${word} at no time,Comedy,bright,2021-02-31`,
    ];
    const file = { name: 'more films.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\n')) };
    await page.locator('input[type=file]').setInputFiles(file);
    const target = (column: string) => page.getByRole('combobox', { name: `Column ${column} becomes` });
    await expect.poll(() => target('Title').inputValue(), { timeout: 30_000 }).toBe('Title');
    expect(await target('film_id').inputValue()).toBe('Id');
    expect(await target(`Mood ${word}`).inputValue()).toBe('Attribute of the same name');
    await page.getByText('Would be refused').waitFor();
    await page.getByText('Line 4').waitFor();
    await picture(page, 'import-check');
    expect(await accessibilityFindings(page)).toEqual([]);

    await target(`Mood ${word}`).click();
    await page.getByRole('option', { name: 'Tags' }).click();
    await page.getByText('The columns were changed after this check').waitFor();
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByRole('button', { name: 'Import 2 items' }).click();

    await page.waitForURL(/run=/);
    await page.getByText('Refused rows').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download all as CSV' }).click(),
    ]);
    const refused = readFileSync(await download.path(), 'utf8');
    expect(refused).toContain(`${word} without an id`);
    expect(refused).toContain('2021-02-31');

    await page.getByRole('button', { name: 'Import another file' }).click();
    await page.locator('input[type=file]').setInputFiles(file);
    // what was said of these columns is remembered
    await expect.poll(() => target(`Mood ${word}`).inputValue(), { timeout: 30_000 }).toBe('Tags');

    await page.goto(`${consoleUrl()}/catalogue?q=${word}`);
    await page.getByRole('button', { name: `${word} the second` }).click();
    await page.getByRole('dialog').getByText('bright', { exact: true }).waitFor();
  });
});

inBrowser('the preview', () => {
  test('shows what a described visitor would see, and terms that sum to each score', async () => {
    const page = await visit();
    await signIn(page, '/preview');
    await page.getByText('For a stranger').waitFor();
    await page.getByRole('combobox', { name: 'Interests' }).fill('space war with robots');
    await page.keyboard.press('Enter');
    await page.getByText('Matches your interest in “space war with robots”').first().waitFor();
    await settled(page);
    const slot = page.locator('ol > li').first();
    await slot.getByRole('table').waitFor();
    const values = await slot.locator('tbody td:last-child').allTextContents();
    const numbers = values.map((text) => Number(text.replace('−', '-')));
    const terms = numbers.slice(0, -1);
    expect(terms.length).toBeGreaterThan(1);
    // each shown number is rounded to a thousandth
    expect(Math.abs(terms.reduce((sum, value) => sum + value, 0) - (numbers.at(-1) ?? 0))).toBeLessThan(
      0.0005 * numbers.length + 1e-9,
    );

    await page.getByRole('combobox', { name: 'Liked items' }).fill('finding nemo');
    await page.getByRole('option', { name: 'Finding Nemo' }).click();
    await page.getByText('Because you like “Finding Nemo”').first().waitFor();
    expect(page.url()).toContain('liked=');
  });
});

inBrowser('the keyboard', () => {
  test('reaches every page, the help, and any item through the palette', async () => {
    const page = await visit();
    await signIn(page);
    for (const [key, path] of [
      ['c', '/catalogue'],
      ['p', '/preview'],
      ['s', '/system'],
      ['o', '/'],
    ] as const) {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await page.waitForURL((url) => url.pathname === path);
    }
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Search items and commands').waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Search items, pages and commands').fill('finding nemo');
    await page.getByRole('button', { name: /Finding Nemo/ }).waitFor();
    await picture(page, 'palette');
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('heading', { name: 'Finding Nemo' }).waitFor();
  });
});

inBrowser('the keys', () => {
  test('are shown once, work, and stop working when revoked', async () => {
    const page = await visit();
    await signIn(page, '/system');
    const name = `Test ${randomUUID().slice(0, 8)}`;
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByLabel('Name').fill(name);
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Make the key' }).click();
    const secret = (await page.getByRole('dialog').locator('pre').textContent()) ?? '';
    expect(secret).toMatch(/^pk_[\w-]{43}$/);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText(name).waitFor();
    expect(await page.content()).not.toContain(secret);

    const ask = async () =>
      (
        await fetch(demo().local.graphql, {
          method: 'POST',
          headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
          body: '{"query":"{ __typename }"}',
        })
      ).status;
    expect(await ask()).toBe(200);
    await page.getByRole('button', { name: `Revoke the key ${name}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('listitem').filter({ hasText: name }).getByText('Revoked').waitFor();
    await expect.poll(ask, { timeout: 5_000 }).toBe(401);
  });
});
