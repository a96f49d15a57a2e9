import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accessibilityFindings, hasBrowser, picture, scriptBytes, type View } from '../stack/browser.js';
import { ConsoleWindows, locales, memberOfDemo, settled, wide } from '../stack/console-window.js';
import { demo } from '../stack/demo-stack.js';

const views = locales.flatMap((locale): View[] => [
  { ...wide, locale },
  { width: 390, theme: 'dark', locale },
]);
const inBrowser = describe.skipIf(!hasBrowser);

// an item of this run alone: other tests count on the demo's films as they are
const word = `wombat${randomUUID().slice(0, 8)}`;
const made = [word, `${word}-new`];
const stored = {
  id: word,
  title: `The ${word}`,
  description: 'A quiet film about an animal that digs.',
  categories: ['Marsupials'],
  tags: ['slow'],
  attributes: { year: 1998, code: '007' },
  price: 12,
  currency: 'EUR',
  publishedAt: new Date(Date.now() - 86_400_000).toISOString(),
};
const upsert = (items: readonly object[]) =>
  demo().admin('mutation ($items: [ItemInput!]!) { upsertItems(items: $items) { rejected { message } } }', {
    items,
  });
const itemOf = async (id: string) =>
  (
    await demo().admin<{ item: { title: string; price: number; tags: string[]; attributes: object } | null }>(
      'query ($id: ID!) { item(id: $id) { title price tags attributes } }',
      { id },
    )
  ).item;

const windows = new ConsoleWindows();
beforeAll(() => windows.open());
beforeEach(() => upsert([stored]));
afterEach(() => windows.closeWindows());
afterAll(async () => {
  await windows.close();
  await demo().admin('mutation ($ids: [ID!]!) { deleteItems(ids: $ids) }', { ids: made });
});

const path = `/catalogue?item=${word}`;
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const form = (page: Page) => page.getByRole('form');
/** The item with its form open. */
const editing = async (page: Page) => {
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^(Edit|编辑)$/ })
    .click();
  await form(page).waitFor();
  await expect
    .poll(() => form(page).evaluate((element) => element.contains(document.activeElement)))
    .toBe(true);
  return form(page);
};

inBrowser('the form of an item', () => {
  test.each(views)('is accessible and fits: $width px, $theme, $locale', async (view) => {
    const page = await windows.signIn(path, view);
    await editing(page);
    await settled(page);
    await picture(page, `item-form-${view.width}-${view.theme}-${view.locale}`);
    expect(await accessibilityFindings(page)).toEqual([]);
    // back to reading: the focus is where it was before the form
    await page.getByRole('button', { name: /^(Cancel|取消)$/ }).click();
    const edit = page.getByRole('dialog').getByRole('button', { name: /^(Edit|编辑)$/ });
    await expect.poll(() => edit.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.getByRole('button', { name: /^(Show who changed what|查看谁改了什么)$/ }).click();
    await settled(page);
    await page
      .getByRole('listitem')
      .filter({ hasText: /Made|创建/ })
      .last()
      .scrollIntoViewIfNeeded();
    await picture(page, `item-history-${view.width}-${view.theme}-${view.locale}`);
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)).toBe(false);
  });

  test('costs nothing before somebody edits: the item page loads at most 350 KB of gzipped JavaScript', async () => {
    const page = await windows.signIn('/');
    const bytes = await scriptBytes(page.context(), windows.url + path);
    console.log(`JavaScript of the item page's first visit: ${Math.round(bytes / 1_000)} KB gzipped`);
    expect(bytes).toBeLessThanOrEqual(350_000);
  });

  test('names what is wrong at each field, saves what is right, and takes it back', async () => {
    const page = await windows.signIn(path);
    const fields = await editing(page);
    await fields.getByLabel('Title').fill('');
    await fields.getByLabel('Price').fill('-3');
    await fields.getByLabel('Currency').fill('EU');
    await fields.getByLabel('Address', { exact: true }).fill('shop.example');
    await fields.getByRole('button', { name: 'Save' }).click();
    for (const problem of [
      'Fill this in',
      'Enter a number from 0',
      'Enter a code of three letters, such as EUR',
    ])
      await fields.getByText(problem).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('title');
    await picture(page, 'item-form-problems');
    expect(await accessibilityFindings(page)).toEqual([]);

    await fields.getByLabel('Title').fill(`Another ${word}`);
    await fields.getByLabel('Price').fill('15.5');
    await fields.getByLabel('Currency').fill('usd');
    await fields.getByLabel('Address', { exact: true }).fill('https://shop.example/it');
    await fields.getByLabel('Value of year').fill('2001');
    await fields.getByRole('button', { name: 'Add an attribute' }).click();
    await page.keyboard.type('colour');
    await fields.getByLabel('Value of colour').fill('brown');
    await fields.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved. Lists follow within seconds.').waitFor();
    expect(await itemOf(word)).toEqual({
      title: `Another ${word}`,
      price: 15.5,
      tags: ['slow'],
      attributes: { year: 2001, code: '007', colour: 'brown' },
    });
    await button(page, 'Undo').click();
    await page.getByText('It is as it was before.').waitFor();
    expect(await itemOf(word)).toMatchObject({
      title: stored.title,
      price: 12,
      attributes: stored.attributes,
    });
  });

  test('shows both sides when somebody was quicker, and saves mine beside theirs', async () => {
    const page = await windows.signIn(path);
    const fields = await editing(page);
    await fields.getByLabel('Title').fill(`Mine ${word}`);
    await upsert([{ ...stored, title: `Theirs ${word}`, price: 20 }]);
    await fields.getByRole('button', { name: 'Save' }).click();
    const notice = page.getByRole('alert', { name: 'Somebody saved this item before you' });
    await notice.getByText(`Theirs ${word}`).waitFor();
    await notice.getByText(`Mine ${word}`).waitFor();
    await notice.scrollIntoViewIfNeeded();
    await picture(page, 'item-conflict');
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await fields.getByLabel('Title').inputValue()).toBe(`Mine ${word}`);
    await notice.getByRole('button', { name: 'Save mine over it' }).click();
    await page.getByText('Saved. Lists follow within seconds.').waitFor();
    // the price is theirs: nobody changed it here
    expect(await itemOf(word)).toMatchObject({ title: `Mine ${word}`, price: 20 });
  });

  test('loses nothing that is typed: not when the item is deleted meanwhile, not when it is closed', async () => {
    const page = await windows.signIn(path);
    const fields = await editing(page);
    await fields.getByLabel('Title').fill(`Kept ${word}`);
    await demo().admin('mutation ($ids: [ID!]!) { deleteItems(ids: $ids) }', { ids: [word] });
    await fields.getByRole('button', { name: 'Save' }).click();
    await fields.getByText(/it was deleted/).waitFor();
    expect(await fields.getByLabel('Title').inputValue()).toBe(`Kept ${word}`);
    await page.keyboard.press('Escape');
    const question = page.getByRole('dialog', { name: 'Leave without saving?' });
    await question.waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await question.getByRole('button', { name: 'Cancel' }).click();
    expect(await fields.getByLabel('Title').inputValue()).toBe(`Kept ${word}`);
    await page.keyboard.press('Escape');
    await question.getByRole('button', { name: 'Discard' }).click();
    await form(page).waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('item')).toBe(null);
  });

  test('its history tells who changed what, and puts back what a change overwrote', async () => {
    await upsert([{ ...stored, price: 19, tags: ['slow', 'quiet'] }]);
    const page = await windows.signIn(path);
    await button(page, 'Show who changed what').click();
    const change = page.getByRole('listitem').filter({ hasText: 'Changed: ' }).first();
    await change.getByText('slow, quiet').waitFor();
    await change.getByText(/^key sk_/).waitFor();
    await change.getByRole('button', { name: /^Put back what was before/ }).click();
    const fields = form(page);
    expect(await fields.getByLabel('Price').inputValue()).toBe('12');
    await fields.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved. Lists follow within seconds.').waitFor();
    expect(await itemOf(word)).toMatchObject({ price: 12, tags: ['slow'] });
  });

  test('a new item is written by hand; an id that is taken says so', async () => {
    const page = await windows.signIn('/catalogue');
    await button(page, 'New item').click();
    const fields = form(page);
    await fields.getByLabel(/^Id\b/).fill(word);
    await fields.getByLabel('Title').fill('By hand');
    await fields.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('alert', { name: 'There is an item of this id already' }).waitFor();
    await fields.getByLabel(/^Id\b/).fill(`${word}-new`);
    await fields.getByRole('button', { name: 'Create' }).click();
    await page.waitForURL((url) => url.searchParams.get('item') === `${word}-new`);
    expect((await itemOf(`${word}-new`))?.title).toBe('By hand');
  });

  test('is not offered to a viewer, who sees the item and its history', async () => {
    const page = await windows.signIn(path, wide, await memberOfDemo('viewer'));
    await button(page, 'Show who changed what').click();
    await page.getByText('Made').first().waitFor();
    expect(await page.getByRole('dialog').getByRole('button', { name: 'Edit' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: /^Put back/ }).count()).toBe(0);
    await page.keyboard.press('Escape');
    expect(await button(page, 'New item').count()).toBe(0);
  });
});
