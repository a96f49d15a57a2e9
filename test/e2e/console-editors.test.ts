import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFindings, hasBrowser, picture } from '../stack/browser.js';
import { demoPages } from '../stack/console-pages.js';
import { ConsoleWindows, memberOfDemo, settled, wide } from '../stack/console-window.js';
import { demo } from '../stack/demo-stack.js';

const inBrowser = describe.skipIf(!hasBrowser);
// things of this run alone: other tests count on the demo's as they are
const run = randomUUID().slice(0, 8);

const windows = new ConsoleWindows();
beforeAll(() => windows.open());
afterEach(() => windows.closeWindows());
afterAll(() => windows.close());

const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true });
const saved = (page: Page, version: number) => page.getByText(`Saved, version ${version}`).waitFor();
const alertOf = (page: Page, name: string) => page.getByRole('alert', { name });

inBrowser('the editors of cold start', () => {
  test('show a viewer everything, and let them change nothing', async () => {
    const viewer = await memberOfDemo('viewer');
    for (const path of [demoPages.strategy, demoPages.placement, demoPages.segment]) {
      const page = await windows.signIn(path, wide, viewer);
      await page.getByRole('form').waitFor();
      expect(await page.getByRole('form').getByRole('textbox').first().isDisabled()).toBe(true);
      expect(await save(page).count()).toBe(0);
      await windows.closeWindows();
    }
  });
});

inBrowser('a strategy', () => {
  test('is begun from a ready-made one, changed by its form, and keeps every version', async () => {
    const page = await windows.signIn(demoPages.strategies);
    await page.getByRole('button', { name: 'New strategy' }).click();
    await page.getByRole('button', { name: /^News / }).click();
    await page.getByLabel('Name').fill(`Fresh ${run}`);
    expect(await page.getByRole('textbox', { name: 'Key' }).inputValue()).toBe(`fresh-${run}`);
    await page.getByText('Trust in evidence').click();
    const liked = page.getByLabel('Items told as liked');
    await liked.fill('2');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('Enter a number from 0 to 1').waitFor();
    await liked.fill('0.5');
    await page.getByRole('button', { name: 'Create' }).click();
    await saved(page, 1);
    await page.getByText('Nothing. Give it to a placement').waitFor();

    await page.getByText('Trust in evidence').click();
    await page.getByLabel('Items told as liked').fill('0.4');
    await page.getByText('1 changed').waitFor();
    await save(page).click();
    await saved(page, 2);
    const versions = page.locator('section').filter({ hasText: 'Each save is one' });
    await versions.getByText('Trust in evidence › Items told as liked').waitFor();
    await versions.getByRole('button', { name: 'Fill version 1 into the form' }).click();
    await save(page).click();
    await saved(page, 3);
    const { strategyVersions } = await demo().admin<{
      strategyVersions: { version: number; config: { trust: { liked: number } } }[];
    }>('query ($key: String!) { strategyVersions(key: $key) { version config } }', { key: `fresh-${run}` });
    expect(strategyVersions.map(({ config }) => config.trust.liked)).toEqual([0.5, 0.4, 0.5]);
  });

  test('that somebody else saved meanwhile shows both sides, and loses nothing that is typed', async () => {
    const key = `twice-${run}`;
    const saveIt = (expectedVersion: number, freshness: number) =>
      demo().admin('mutation ($input: StrategyInput!) { saveStrategy(input: $input) { version } }', {
        input: { key, name: 'Twice', expectedVersion, config: { weights: { freshness } } },
      });
    await saveIt(0, 0.1);
    const page = await windows.signIn(`/cold-start?tab=strategies&key=${key}`);
    await page.getByText('Other weights').click();
    await page.getByLabel('Freshness', { exact: true }).fill('0.3');
    await saveIt(1, 0.2);
    await save(page).click();
    const notice = alertOf(page, 'Somebody saved this strategy before you');
    await notice.getByText('0.2').waitFor();
    await notice.getByText('0.3').waitFor();
    await notice.scrollIntoViewIfNeeded();
    await picture(page, 'strategy-conflict');
    expect(await accessibilityFindings(page)).toEqual([]);
    await notice.getByRole('button', { name: 'Save mine over it' }).click();
    await saved(page, 3);
  });
});

inBrowser('a placement', () => {
  const key = `shelf-${run}`;

  test('is made, and its chain is ordered by dragging and by position alike', async () => {
    for (const name of ['one', 'two'])
      await demo().admin('mutation ($input: StrategyInput!) { saveStrategy(input: $input) { version } }', {
        input: { key: `${name}-${run}`, name: `Link ${name} ${run}`, expectedVersion: 0, config: {} },
      });
    const page = await windows.signIn(demoPages.placements);
    await page.getByRole('button', { name: 'New placement' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'New placement' }).click();
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('Fill this in').waitFor();
    await page.getByLabel('Name').fill(`Shelf ${run}`);
    await page.getByLabel('Slots').fill('6');
    const add = async (name: string) => {
      await page.getByRole('combobox', { name: 'Add a strategy to fall back to' }).click();
      await page.getByRole('option', { name }).click();
    };
    for (const name of [`Link one ${run}`, `Link two ${run}`, 'New arrivals']) await add(name);
    const chain = page.getByRole('list', { name: 'What answers' });
    const links = async () =>
      (await chain.getByRole('listitem').allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
    await page
      .getByRole('combobox', { name: 'Position of New arrivals' })
      .selectOption({ label: 'Position 2' });
    expect((await links())[1]).toContain('New arrivals');
    await chain
      .getByRole('listitem')
      .filter({ hasText: `Link two ${run}` })
      .getByTitle('Drag to another place')
      .dragTo(chain.getByRole('listitem').filter({ hasText: 'New arrivals' }));
    expect((await links())[1]).toContain(`Link two ${run}`);
    await settled(page);
    await picture(page, 'placement-chain');
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create' }).click();
    await saved(page, 1);
    const { placements } = await demo().admin<{
      placements: { key: string; size: number; fallback: string[] }[];
    }>('{ placements { key size fallback } }');
    expect(placements.find((one) => one.key === key)).toMatchObject({
      size: 6,
      fallback: [`two-${run}`, 'new-arrivals', `one-${run}`],
    });
  });

  test('that somebody else saved meanwhile shows both sides', async () => {
    const page = await windows.signIn(`/cold-start?tab=placements&key=${key}`);
    await page.getByLabel('Slots').fill('8');
    await demo().admin('mutation ($input: PlacementInput!) { savePlacement(input: $input) { version } }', {
      input: {
        key,
        name: 'Theirs',
        kind: 'PERSONAL',
        strategyKey: 'cold-start',
        size: 7,
        expectedVersion: 1,
      },
    });
    await save(page).click();
    const notice = alertOf(page, 'Somebody saved this placement before you');
    await notice.getByText('Theirs', { exact: true }).last().waitFor();
    await notice.getByRole('button', { name: 'Take theirs' }).click();
    expect(await page.getByLabel('Slots').inputValue()).toBe('7');
  });
});

inBrowser('what nobody needs any more', () => {
  test('goes after a question, and comes back by undo: a placement, and a strategy that it no longer uses', async () => {
    const placement = `spare-${run}`;
    const strategy = `spare-${run}`;
    await demo().admin('mutation ($input: StrategyInput!) { saveStrategy(input: $input) { version } }', {
      input: { key: strategy, name: `Spare strategy ${run}`, expectedVersion: 0, config: {} },
    });
    await demo().admin('mutation ($input: PlacementInput!) { savePlacement(input: $input) { version } }', {
      input: {
        key: placement,
        name: `Spare shelf ${run}`,
        kind: 'PERSONAL',
        strategyKey: strategy,
        size: 4,
        expectedVersion: 0,
      },
    });
    const keys = async (of: 'placements' | 'strategies') =>
      (await demo().admin<Record<string, { key: string }[]>>(`{ ${of} { key } }`))[of]?.map(({ key }) => key);

    // a strategy that is in use stays, and the refusal names what uses it
    const page = await windows.signIn(`/cold-start?tab=strategies&key=${strategy}`);
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Put away' }).click();
    await dialog.getByRole('button', { name: 'Put away' }).click();
    await dialog.getByText(`placement "${placement}"`).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    await page.goto(`${windows.url}/cold-start?tab=placements&key=${placement}`);
    await page.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByText('Whoever asks for it gets no list any more').waitFor();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText(`“Spare shelf ${run}” is gone.`).waitFor();
    expect(await keys('placements')).not.toContain(placement);
    await picture(page, 'placement-deleted');
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText(`“Spare shelf ${run}” is back.`).waitFor();
    expect(await keys('placements')).toContain(placement);

    await page.getByRole('link', { name: `Spare shelf ${run}` }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText(`“Spare shelf ${run}” is gone.`).waitFor();
    await page.goto(`${windows.url}/cold-start?tab=strategies&key=${strategy}`);
    await page.getByRole('button', { name: 'Put away' }).click();
    await dialog.getByRole('button', { name: 'Put away' }).click();
    await page.getByText(`“Spare strategy ${run}” is gone.`).waitFor();
    expect(await keys('strategies')).not.toContain(strategy);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText(`“Spare strategy ${run}” is back.`).waitFor();
    expect(await keys('strategies')).toContain(strategy);
  });
});

inBrowser('a segment', () => {
  test.each([
    ['en', 'Coldness: Cold', 'In words: Coldness: Cold'],
    ['zh-CN', '冷热：冷', '即：冷热：冷'],
  ] as const)(
    'that every catalogue has says in words who is in it, in %s',
    async (locale, listed, edited) => {
      const page = await windows.signIn(demoPages.segments, { ...wide, locale });
      await page.getByText(listed, { exact: true }).waitFor();
      await page.goto(windows.url + demoPages.segment);
      await page.getByText(edited, { exact: true }).waitFor();
      expect(await page.getByText('COLD', { exact: true }).count()).toBe(0);
    },
  );

  test('tells how many people it is about while it is written, and who would miss it when it goes', async () => {
    const page = await windows.signIn(demoPages['segment-new']);
    await page.getByText('Add a condition to see how many it is about.').waitFor();
    await page.getByLabel('Name').fill(`Buyers ${run}`);
    await page.getByRole('button', { name: 'Add a condition' }).click();
    await page.getByRole('combobox', { name: 'Field' }).fill('eventCount');
    await page.getByRole('combobox', { name: 'Comparison' }).click();
    await page.getByRole('option', { name: 'at least' }).click();
    await page.getByLabel('Number').fill('1');
    await page.getByText(/of [\d,]+ known (person|people)/).waitFor();
    await page.getByText('In words: Events ≥ 1').waitFor();
    await settled(page);
    await picture(page, 'segment-size');
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create' }).click();
    await saved(page, 1);
    await page.waitForURL((url) => url.searchParams.has('key'));
    await page.getByText('No rule acts for it yet.').waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('No rule acts for it.').waitFor();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText(`“Buyers ${run}” is gone.`).waitFor();
    const listed = page.getByRole('link', { name: `Buyers ${run}` });
    // the list is asked for anew
    await listed.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await listed.waitFor();
  });

  test('says what is wrong with a condition that could never be true', async () => {
    const page = await windows.signIn(demoPages['segment-new']);
    await page.getByLabel('Name').fill('Nobody');
    await page.getByRole('button', { name: 'Add a condition' }).click();
    await page.getByRole('combobox', { name: 'Field' }).fill('colour');
    const values = page.getByRole('combobox', { name: 'Values' });
    await values.fill('red');
    await values.press('Enter');
    await page.getByText('The condition is not finished yet.').waitFor();
    await page.getByRole('button', { name: 'Create' }).click();
    await page
      .getByRole('form')
      .locator('p')
      .filter({ hasText: /field|Invalid/i })
      .first()
      .waitFor();
    expect(new URL(page.url()).searchParams.get('key')).toBe(null);
  });
});
