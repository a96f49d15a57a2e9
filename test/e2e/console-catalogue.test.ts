import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accessibilityFindings, hasBrowser, picture } from '../stack/browser.js';
import { demoPages } from '../stack/console-pages.js';
import { ConsoleWindows, memberOfDemo, settled, wide } from '../stack/console-window.js';
import { demo } from '../stack/demo-stack.js';

const inBrowser = describe.skipIf(!hasBrowser);

// items of this run alone: other tests count on the demo's films as they are
const word = `Quokka${randomUUID().slice(0, 8)}`;
const id = (number: number) => `${word.toLowerCase()}-${number}`;
const upsert = async () =>
  demo().admin('mutation ($items: [ItemInput!]!) { upsertItems(items: $items) { created } }', {
    items: Array.from({ length: 6 }, (_, at) => ({
      id: id(at),
      title: `${word} number ${at}`,
      categories: ['Marsupials'],
      publishedAt: new Date(Date.now() - 86_400_000),
    })),
  });
const statuses = async () => {
  const { items } = await demo().admin<{
    items: { nodes: { id: string; status: string; tags: string[] }[] };
  }>(`{ items(first: 50, filter: { query: "${word}" }) { nodes { id status tags } } }`);
  return items.nodes;
};

const windows = new ConsoleWindows();
beforeAll(() => windows.open());
beforeEach(upsert);
afterEach(() => windows.closeWindows());
afterAll(async () => {
  await windows.close();
  await demo().admin('mutation ($ids: [ID!]!) { deleteItems(ids: $ids) }', {
    ids: Array.from({ length: 6 }, (_, at) => id(at)),
  });
});

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const map = (page: Page) => page.getByRole('application', { name: /Map of/ });
const bar = (page: Page) => page.getByRole('region', { name: 'Selected items', exact: true });
const edit = (page: Page) => page.getByRole('region', { name: 'Edit of items' });

inBrowser('the map of the catalogue', () => {
  test('is walked by keyboard: each item is named, selected and opened', async () => {
    const page = await windows.signIn(demoPages.map);
    await map(page).focus();
    await page.keyboard.press('ArrowRight');
    const caption = page.getByRole('status').filter({ hasText: ' · ' }).first();
    await caption.waitFor();
    const first = await caption.textContent();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => caption.textContent()).not.toBe(first);
    await page.keyboard.press('Space');
    await bar(page).getByText('1 item selected').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('What the encoder reads').waitFor();
  });

  test('is moved without opening what the pointer ends on', async () => {
    const page = await windows.signIn(demoPages.map);
    await button(page, 'Move the map').click();
    await map(page).focus();
    await page.keyboard.press('ArrowRight');
    const spot = await map(page)
      .locator('xpath=..')
      .locator('[data-side]')
      .evaluate((caption) => ({
        x: Number.parseFloat((caption as HTMLElement).style.left),
        y: Number.parseFloat((caption as HTMLElement).style.top),
      }));
    const box = await map(page).boundingBox();
    if (box === null) throw new Error('the map has no place on the page');
    // away and back: the point is under the pointer again
    await page.mouse.move(box.x + spot.x, box.y + spot.y);
    await page.mouse.down();
    await page.mouse.move(box.x + spot.x + 60, box.y + spot.y, { steps: 4 });
    await page.mouse.move(box.x + spot.x, box.y + spot.y, { steps: 4 });
    await page.mouse.up();
    await settled(page);
    expect(new URL(page.url()).searchParams.get('item')).toBe(null);
    await page.mouse.down();
    await page.mouse.up();
    await page.getByRole('dialog').getByText('What the encoder reads').waitFor();
  });

  test('selects by lasso and by search, and shows the same as a table', async () => {
    const page = await windows.signIn(demoPages.map);
    const box = await map(page).boundingBox();
    if (box === null) throw new Error('the map has no place on the page');
    const corner = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
    await page.mouse.move(...corner(0.2, 0.2));
    await page.mouse.down();
    for (const [x, y] of [
      [0.8, 0.2],
      [0.8, 0.8],
      [0.2, 0.8],
      [0.2, 0.2],
    ] as const)
      await page.mouse.move(...corner(x, y), { steps: 3 });
    await page.mouse.up();
    await bar(page)
      .getByText(/^[\d,]+ items selected$/)
      .waitFor();
    await settled(page);
    await picture(page, 'map-lasso');
    expect(await accessibilityFindings(page)).toEqual([]);

    // what the encoder has read by now stands on the map, as new
    await page.getByLabel('Search and highlight items').fill(word);
    await page.waitForURL((url) => url.searchParams.get('q') === word);
    const found = button(page, 'Select the 6 found');
    await expect
      .poll(
        async () => {
          await page.reload();
          await settled(page);
          return found.count();
        },
        { timeout: 60_000 },
      )
      .toBe(1);
    await found.click();
    await bar(page).getByText('6 items selected').waitFor();
    await page.getByText(`${word} number 3`).waitFor();
    await button(page, 'Show as table').click();
    const total = page.getByRole('row').filter({ hasText: 'All others' });
    expect((await total.locator('td').allTextContents()).slice(2)).toEqual(['6', '6']);
    expect(await accessibilityFindings(page)).toEqual([]);
  });
});

inBrowser('many items', () => {
  const row = (page: Page, number: number) =>
    page.getByRole('checkbox', { name: `Select ${word} number ${number}` });

  test('are selected by checkbox, by range and by filter, hidden, and shown again by undo', async () => {
    const page = await windows.signIn(`/catalogue?q=${word}&sort=TITLE`);
    await row(page, 1).check();
    await row(page, 4).click({ modifiers: ['Shift'] });
    await bar(page).getByText('4 items selected').waitFor();
    await settled(page);
    await picture(page, 'bulk-selected');
    expect(await accessibilityFindings(page)).toEqual([]);
    await button(page, 'Select all 6 that fit').click();
    await bar(page).getByText('6 items selected').waitFor();
    await row(page, 0).uncheck();
    await bar(page).getByText('5 items selected').waitFor();

    await button(page, 'Edit').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('5 items will be looked at').waitFor();
    await picture(page, 'bulk-edit');
    expect(await accessibilityFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Change 5 items' }).click();
    await edit(page).getByText('5 changed, 0 as wanted already, 0 refused').waitFor({ timeout: 30_000 });
    expect((await statuses()).filter(({ status }) => status === 'HIDDEN')).toHaveLength(5);
    await picture(page, 'bulk-done');

    // where somebody else has changed an item meanwhile, undo leaves it alone and says so
    await demo().admin('mutation ($items: [ItemInput!]!) { upsertItems(items: $items) { updated } }', {
      items: [{ id: id(2), title: `${word} number 2`, status: 'HIDDEN', tags: ['mine'] }],
    });
    await edit(page).getByRole('button', { name: 'Undo' }).click();
    await edit(page).getByText('4 changed, 0 as wanted already, 1 refused').waitFor({ timeout: 30_000 });
    await edit(page).getByText('Why items were refused').click();
    await edit(page).getByText('was changed since').waitFor();
    expect((await statuses()).filter(({ status }) => status === 'HIDDEN').map((one) => one.id)).toEqual([
      id(2),
    ]);
    expect(await accessibilityFindings(page)).toEqual([]);
    await edit(page).getByRole('button', { name: 'Dismiss' }).click();
    await edit(page).waitFor({ state: 'detached' });
  });

  test('are deleted after a question that counts them, and brought back', async () => {
    const page = await windows.signIn(`/catalogue?q=${word}`);
    await page.getByRole('checkbox', { name: 'Select all loaded items' }).check();
    await button(page, 'Delete').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('6 items leave every list within seconds').waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await edit(page)
      .getByText(/^6 changed/)
      .waitFor({ timeout: 30_000 });
    await page.getByText('No item fits').waitFor();
    await edit(page).getByRole('button', { name: 'Undo' }).click();
    await button(page, `${word} number 0`).waitFor({ timeout: 30_000 });
    expect(await statuses()).toHaveLength(6);
  });

  test('can be changed by nobody who may only look', async () => {
    const page = await windows.signIn(`/catalogue?q=${word}`, wide, await memberOfDemo('viewer'));
    await row(page, 1).check();
    await bar(page).getByText('1 item selected').waitFor();
    expect(await button(page, 'Edit').count()).toBe(0);
    expect(await button(page, 'Delete').count()).toBe(0);
  });
});

inBrowser('a view of the catalogue', () => {
  test('is saved for the team, opened from the palette, and deleted', async () => {
    const name = `Only ${word}`;
    const page = await windows.signIn(`/catalogue?q=${word}&sort=TITLE`);
    await button(page, 'Views').click();
    await page.getByRole('menuitem', { name: 'Save and manage views' }).click();
    await page.getByRole('dialog').getByLabel('Save these filters as').fill(name);
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    const colleague = await windows.signIn('/', wide, await memberOfDemo('viewer'));
    await colleague.keyboard.press('Control+k');
    await colleague.getByPlaceholder('Search items, pages and commands').fill(name);
    await button(colleague, `View: ${name}`).click();
    await colleague.waitForURL(
      (url) => url.searchParams.get('q') === word && url.searchParams.get('sort') === 'TITLE',
    );
    await button(colleague, `${word} number 0`).waitFor();

    await button(page, 'Views').click();
    await picture(page, 'views');
    await page.getByRole('menuitem', { name }).waitFor();
    await page.getByRole('menuitem', { name: 'Save and manage views' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: `Delete the view ${name}` })
      .click();
    await page
      .getByRole('dialog')
      .getByRole('listitem')
      .filter({ hasText: name })
      .waitFor({ state: 'detached' });
  });
});
