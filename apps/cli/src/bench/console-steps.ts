import { chromium, type Locator, type Page } from 'playwright-core';
import { type InteractionTimes, recordInteractions, timeInteractions } from './interaction-times.js';

export interface ConsoleAccess {
  readonly url: string;
  /** Of the browser's program. */
  readonly browser: string;
  readonly email: string;
  readonly password: string;
}

/** As fast as somebody types who knows how. */
const typing = { delay: 60 };

/** Works in the console as somebody does, and tells what each thing took. A window of 1440 x 900, nothing throttled. */
export async function useConsole(access: ConsoleAccess): Promise<Readonly<Record<string, InteractionTimes>>> {
  const browser = await chromium.launch({
    executablePath: access.browser,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run'],
  });
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
    const page = await context.newPage();
    await recordInteractions(page);
    await page.goto(`${access.url}/catalogue`);
    await page.locator('input[name=email]').fill(access.email);
    await page.locator('input[name=password]').fill(access.password);
    await page.locator('form button[type=submit]').click();
    await page.waitForURL('**/catalogue');
    const go = async (path: string) => {
      await page.goto(access.url + path);
      await page.waitForLoadState('networkidle');
    };
    const time: Time = (interactions, act) => timeInteractions(browser, page, interactions, act);
    return {
      ...(await useTable(page, go, time)),
      ...(await useRule(page, go, time)),
      ...(await useMap(page, go, time)),
    };
  } finally {
    await browser.close();
  }
}

type Go = (path: string) => Promise<void>;
type Time = (interactions: number, act: () => Promise<void>) => Promise<InteractionTimes>;

async function useTable(page: Page, go: Go, time: Time) {
  await go('/catalogue');
  const table = page.getByRole('table', { name: 'Items' });
  await table.getByRole('button').first().waitFor();
  const search = page.getByRole('textbox', { name: 'Search items' });
  const choose = async (name: string, option: string) => {
    await page.getByRole('combobox', { name }).click();
    await page.getByRole('option', { name: option }).click();
  };
  const words = 'kalo miren tas';
  return {
    'table: search': await time(words.length + 1, async () => {
      await search.click();
      await page.keyboard.type(words, typing);
    }),
    'table: clear the search': await time(words.length, async () => {
      for (const _ of words) await page.keyboard.press('Backspace', typing);
    }),
    'table: sort and filter': await time(6, async () => {
      await choose('Order', 'By title');
      await choose('Status', 'Active');
      await choose('Order', 'Newest first');
    }),
    'table: scroll by wheel': await time(0, async () => {
      await table.hover();
      for (let turn = 0; turn < 60; turn++) await page.mouse.wheel(0, 400);
    }),
    'table: walk by keyboard': await time(60, async () => {
      await table.getByRole('button').first().focus();
      for (let step = 0; step < 60; step++) await page.keyboard.press('j', { delay: 20 });
    }),
    'table: select, and a range': await time(2, async () => {
      const boxes = table.getByRole('checkbox');
      await boxes.nth(2).click();
      await boxes.nth(9).click({ modifiers: ['Shift'] });
    }),
    'table: open and close an item': await time(2, async () => {
      await table.getByRole('row').nth(6).getByRole('button').click();
      await page.getByRole('dialog').getByText('What the encoder reads').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }),
  };
}

async function useRule(page: Page, go: Go, time: Time) {
  await go('/cold-start/rule?kind=boost');
  const weight = page.getByLabel(/^Weight/);
  await page.getByRole('textbox', { name: /^Key/ }).fill('bench');
  await weight.fill('0.1');
  await page.getByRole('list', { name: 'With this draft' }).getByRole('listitem').first().waitFor();
  await page.waitForLoadState('networkidle');
  return {
    'rule: type an argument': await time(12, async () => {
      await weight.click();
      await page.keyboard.press('Control+a', typing);
      await page.keyboard.type('0.35', typing);
      await page.waitForLoadState('networkidle');
      await page.keyboard.press('Control+a', typing);
      await page.keyboard.type('0.5', typing);
    }),
    'rule: step an argument by arrow keys': await time(20, async () => {
      for (let step = 0; step < 20; step++) await page.keyboard.press('ArrowUp', typing);
    }),
    'rule: move through the form by Tab': await time(20, async () => {
      for (let step = 0; step < 20; step++) await page.keyboard.press('Tab', { delay: 20 });
    }),
    'rule: add a visitor': await time(12, async () => {
      await page.getByRole('button', { name: 'Add a visitor', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox').first().waitFor();
      await page.keyboard.type('kalo miren', typing);
      await page.keyboard.press('Enter');
      await dialog.getByRole('button', { name: 'Add a visitor' }).click();
      await dialog.waitFor({ state: 'detached' });
    }),
  };
}

async function useMap(page: Page, go: Go, time: Time) {
  await go('/catalogue?view=map');
  const map = page.getByRole('application', { name: /Map of/ });
  await map.waitFor({ timeout: 120_000 });
  await page.waitForLoadState('networkidle');
  return {
    'map: point at items': await time(0, () => along(map, page, 60)),
    'map: lasso': await time(1, () => drag(map, page)),
    'map: clear the selection': await time(1, () =>
      page.getByRole('button', { name: 'Clear the selection' }).click(),
    ),
    'map: zoom by wheel': await time(0, async () => {
      await map.hover();
      for (let turn = 0; turn < 20; turn++) await page.mouse.wheel(0, -60);
    }),
    'map: pan': await time(2, async () => {
      await page.getByRole('button', { name: 'Move the map' }).click();
      await drag(map, page);
    }),
    'map: walk by keyboard': await time(30, async () => {
      await map.focus();
      for (let step = 0; step < 30; step++) await page.keyboard.press('ArrowRight', { delay: 30 });
    }),
    'map: search': await time(5, async () => {
      await page.getByLabel('Search and highlight items').click();
      await page.keyboard.type('kalo', typing);
    }),
  };
}

async function along(map: Locator, page: Page, steps: number): Promise<void> {
  const { x, y, width, height } = await boxOf(map);
  for (let step = 0; step < steps; step++)
    await page.mouse.move(x + (width * (step + 1)) / (steps + 2), y + height / 2);
}

/** Around the middle of the map, in a hundred small moves. */
async function drag(map: Locator, page: Page): Promise<void> {
  const { x, y, width, height } = await boxOf(map);
  const at = (turn: number) =>
    [x + width * (0.5 + 0.3 * Math.cos(turn)), y + height * (0.5 + 0.3 * Math.sin(turn))] as const;
  await page.mouse.move(...at(0));
  await page.mouse.down();
  for (let step = 1; step <= 100; step++) await page.mouse.move(...at((step / 100) * 2 * Math.PI));
  await page.mouse.up();
}

async function boxOf(map: Locator) {
  const box = await map.boundingBox();
  if (box === null) throw new Error('the map has no place on the page');
  return box;
}
