import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFindings, hasBrowser, picture } from '../stack/browser.js';
import { ConsoleWindows, fillCredentials, settled, wide } from '../stack/console-window.js';
import { demo } from '../stack/demo-stack.js';

const inBrowser = describe.skipIf(!hasBrowser);
const windows = new ConsoleWindows();
beforeAll(() => windows.open());
afterEach(() => windows.closeWindows());
afterAll(() => windows.close());

const admin = () => ({ email: demo().local.consoleEmail, password: demo().local.consolePassword });

inBrowser('signing in', () => {
  test('leads to the page that was asked for, and says clearly when the password is wrong', async () => {
    const page = await windows.window(wide);
    await page.goto(`${windows.url}/catalogue?q=robot`);
    await fillCredentials(page, { ...admin(), password: 'not the password' });
    await page.getByText('Email and password do not fit together').waitFor();
    await fillCredentials(page, admin());
    await page.waitForURL(`${windows.url}/catalogue?q=robot`);
    await page.getByRole('button', { name: 'I, Robot' }).waitFor();
  });

  test('again, when a session ends under an open page, keeps what was typed', async () => {
    const page = await windows.signIn('/preview');
    await page.getByLabel('Profile id').fill('somebody');
    await page.context().clearCookies({ name: 'kindling_session' });
    await page.getByRole('combobox', { name: 'Interests' }).fill('robots');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Your session has ended').waitFor();
    await fillCredentials(page, admin());
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.getByLabel('Profile id').inputValue()).toBe('somebody');
    await page.getByText('Matches your interest in “robots”').first().waitFor();
  });

  test('is asked of nobody by another site: the gateway refuses foreign origins and bare posts', async () => {
    const send = (headers: Record<string, string>) =>
      fetch(`${windows.url}/api/admin/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{"query":"{ me { email } }"}',
      });
    const lock = { 'apollo-require-preflight': 'test' };
    expect((await send({ ...lock, origin: 'https://evil.example' })).status).toBe(403);
    expect((await send({ origin: windows.url })).status).toBe(403);
    expect((await send({ ...lock, origin: windows.url })).status).toBe(200);
    expect((await fetch(`${windows.url}/api/graphql`, { method: 'POST', headers: lock })).status).toBe(404);
  });
});

inBrowser('a page', () => {
  test('shows one failed panel as such, with its request, and the rest of the page', async () => {
    const page = await windows.signIn('/');
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
  test('is walked by j and k, selected from and opened without a pointer', async () => {
    const page = await windows.signIn('/catalogue?sort=TITLE');
    const focused = () =>
      page.evaluate(() => document.activeElement?.closest('[aria-rowindex]')?.getAttribute('aria-rowindex'));
    await page.getByRole('row').nth(1).getByRole('button').first().focus();
    for (const [key, row] of [
      ['j', '3'],
      ['j', '4'],
      ['k', '3'],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(focused).toBe(row);
    }
    await page.keyboard.press('x');
    await page.getByText('1 item selected').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('What the encoder reads').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('is searched, filtered and sorted in its address, and its last row can be reached', async () => {
    const page = await windows.signIn('/catalogue');
    await page.keyboard.press('/');
    await page.keyboard.type('star wars');
    await page.waitForURL(/q=star(\+|%20)wars/);
    await page.getByRole('button', { name: 'Star Wars Ep. II: Attack of the Clones' }).click();
    await page.getByRole('dialog').getByText('What the encoder reads').waitFor();
    await page.keyboard.press('Escape');
    await page.goto(`${windows.url}/catalogue?sort=TITLE`);
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
    const page = await windows.signIn('/catalogue/import');
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

    await page.goto(`${windows.url}/catalogue?q=${word}`);
    await page.getByRole('button', { name: `${word} the second` }).click();
    await page.getByRole('dialog').getByText('bright', { exact: true }).waitFor();
  });
});

inBrowser('the preview', () => {
  test('shows what a described visitor would see, and terms that sum to each score', async () => {
    const page = await windows.signIn('/preview');
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
    const page = await windows.signIn('/');
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
  test('are shown once, work, are rotated without a gap, and stop working when revoked', async () => {
    const page = await windows.signIn('/system');
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

    const ask = async (key: string) =>
      (
        await fetch(demo().local.graphql, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: '{"query":"{ __typename }"}',
        })
      ).status;
    expect(await ask(secret)).toBe(200);
    const manage = page.getByRole('button', { name: `Manage the key ${name}` });
    await manage.click();
    await page.getByRole('menuitem', { name: 'Rotate' }).click();
    await page.getByRole('dialog').getByText('The old one goes on for 24 hours').waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
    const next = (await page.getByRole('dialog').locator('pre').textContent()) ?? '';
    expect(next).toMatch(/^pk_[\w-]{43}$/);
    await picture(page, 'key-rotated');
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await expect.poll(() => manage.count()).toBe(2);
    expect([await ask(secret), await ask(next)]).toEqual([200, 200]);

    // the first of the two is the older one
    await manage.first().click();
    await page.getByRole('menuitem', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('listitem').filter({ hasText: name }).getByText('Revoked').waitFor();
    await expect.poll(() => ask(secret), { timeout: 5_000 }).toBe(401);
    expect(await ask(next)).toBe(200);
  });
});
