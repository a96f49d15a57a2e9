import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFindings, hasBrowser, picture } from '../stack/browser.js';
import { ConsoleWindows, memberOfDemo, settled, wide } from '../stack/console-window.js';
import { demo } from '../stack/demo-stack.js';

const inBrowser = describe.skipIf(!hasBrowser);
// sorts after the rules of other tests, and is told apart from those of an earlier run
const run = randomUUID().slice(0, 8);
const pinned = `pin-${run}`;
const other = `rival-${run}`;

const windows = new ConsoleWindows();
beforeAll(() => windows.open());
afterEach(() => windows.closeWindows());
afterAll(async () => {
  await windows.close();
  // the demo's lists are as they were: what was published acts no more
  await demo().admin(
    `mutation Leave($changes: [RuleStepInput!]!) {
    changeRules(changes: $changes, action: ARCHIVE) { key }
  }`,
    { changes: [pinned, other].map((key) => ({ key })) },
  );
});

const rulePath = (key: string) => `/cold-start/rule?key=${key}`;
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const firstTitles = async (): Promise<string[]> => {
  const { recommendations } = await demo().query<{
    recommendations: { nodes: { id: string }[] };
  }>(
    `{ recommendations(placement: "home", subject: { interests: ["rules of ${run}"] }, first: 3) { nodes { id } } }`,
  );
  return recommendations.nodes.map(({ id }) => id);
};

inBrowser('a rule', () => {
  test('is written with its errors at their fields, and shows before and after while it is typed', async () => {
    const page = await windows.signIn('/cold-start');
    await page
      .getByRole('link', { name: /New rule|first rule/ })
      .first()
      .click();
    await button(page, /^Pin/).click();
    await page.getByText('The lists appear when the rule is complete').waitFor();
    await button(page, 'Save draft').click();
    await page.getByText('Fill this in').first().waitFor();
    await page.getByRole('textbox', { name: /^Key/ }).fill('Not A Key');
    await page.getByText('This does not fit what is asked here').waitFor();
    await page.getByRole('textbox', { name: /^Key/ }).fill(pinned);
    await page.getByRole('combobox', { name: /^Item/ }).fill('finding nemo');
    await page.getByRole('option', { name: 'Finding Nemo' }).click();
    await page.getByLabel(/^Slot/).fill('1');
    const after = page.getByRole('list', { name: 'With this draft' });
    await after.getByText('Finding Nemo').waitFor();
    expect(await after.getByRole('listitem').first().textContent()).toContain('Finding Nemo');
    await settled(page);
    await picture(page, 'rule-new');
    expect(await accessibilityFindings(page)).toEqual([]);

    await button(page, 'Add a visitor').click();
    await page.getByRole('dialog').getByLabel('Interests').fill('space war with robots');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Add a visitor' }).click();
    await page.getByRole('tab', { name: /space war with robots/ }).waitFor();
    await after.getByText('Finding Nemo').waitFor();
    expect(decodeURIComponent(page.url())).toMatch(/space.war.with.robots/);

    await button(page, 'Save draft').click();
    await page.waitForURL(new RegExp(`key=${pinned}`));
    await button(page, 'Submit for review').waitFor();
    // a draft acts on nobody
    expect(await firstTitles()).not.toContain('finding-nemo-2003');
  });

  test('is handed in, sent back with a reason, published, and acts in the next request', async () => {
    const page = await windows.signIn(rulePath(pinned));
    await button(page, 'Submit for review').click();
    await button(page, 'Send back').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Send back' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('Slot 1 is taken on Mondays');
    await page.getByRole('dialog').getByRole('button', { name: 'Send back' }).click();
    await page.getByText('Slot 1 is taken on Mondays').waitFor();
    await button(page, 'Submit for review').click();
    await button(page, 'Publish').click();
    await page.getByText('Acts now').waitFor();
    await expect.poll(async () => (await firstTitles())[0], { timeout: 5_000 }).toBe('finding-nemo-2003');
  });

  test('that somebody else saved meanwhile shows their change, and nothing typed is lost', async () => {
    const page = await windows.signIn(rulePath(pinned));
    await page.getByLabel(/^Slot/).fill('3');
    const { rule } = await demo().admin<{ rule: { revision: number } }>(
      'query Rule($key: String!) { rule(key: $key) { revision } }',
      { key: pinned },
    );
    await demo().admin(`mutation Save($input: RuleInput!) { saveRule(input: $input) { revision } }`, {
      input: {
        key: pinned,
        kind: 'pin',
        priority: 7,
        arguments: { itemId: 'finding-nemo-2003', position: 2 },
        expectedRevision: rule.revision,
      },
    });
    await button(page, 'Save draft').click();
    const conflict = page.getByRole('alert').filter({ hasText: 'Somebody saved this rule before you' });
    await conflict.waitFor();
    await conflict.getByRole('row', { name: /arguments.position 2 3/ }).waitFor();
    await conflict.getByRole('row', { name: /priority 7/ }).waitFor();
    expect(await page.getByLabel(/^Slot/).inputValue()).toBe('3');
    await picture(page, 'rule-conflict');
    expect(await accessibilityFindings(page)).toEqual([]);
    await button(page, 'Save mine over it').click();
    await conflict.waitFor({ state: 'detached' });
    await button(page, 'Submit for review').waitFor();
    // what was published acts on beside the draft
    expect((await firstTitles())[0]).toBe('finding-nemo-2003');
  });

  test('is rolled back to what was published before', async () => {
    const page = await windows.signIn(rulePath(pinned));
    await button(page, 'Submit for review').click();
    await button(page, 'Publish').click();
    await expect.poll(async () => (await firstTitles())[2], { timeout: 5_000 }).toBe('finding-nemo-2003');
    await button(page, /^Roll back to revision/)
      .first()
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
    await expect.poll(async () => (await firstTitles())[0], { timeout: 5_000 }).toBe('finding-nemo-2003');
  });

  test('names the rule it is in conflict with, and can be moved before it by position', async () => {
    await demo().admin(`mutation Save($input: RuleInput!) { saveRule(input: $input) { revision } }`, {
      input: { key: other, kind: 'pin', priority: -5, arguments: { itemId: 'toy-story-1995', position: 1 } },
    });
    const page = await windows.signIn(`/cold-start?rule=${run}`);
    const row = page
      .getByRole('listitem')
      .filter({ has: page.getByRole('link', { name: other, exact: true }) });
    await row
      .getByRole('link', { name: `See ${pinned}` })
      .first()
      .waitFor();
    await picture(page, 'rules');
    expect(await accessibilityFindings(page)).toEqual([]);
    const position = async (key: string) => {
      const { rules } = await demo().admin<{ rules: { key: string; priority: number; status: string }[] }>(
        '{ rules(first: 100) { key priority status } }',
      );
      const order = rules
        .filter(({ status }) => status !== 'ARCHIVED')
        .sort((a, b) => b.priority - a.priority || (a.key < b.key ? -1 : 1));
      return order.findIndex((one) => one.key === key);
    };
    expect(await position(other)).toBeGreaterThan(await position(pinned));
    await button(page, `Move ${other} to a position`).click();
    await page.getByRole('dialog').getByLabel('Position').fill('1');
    await page.getByRole('dialog').getByText('These priorities change').waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Save as drafts' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await position(other)).toBe(0);
    await row
      .getByRole('link', { name: `See ${pinned}` })
      .first()
      .click();
    await page.waitForURL(new RegExp(`key=${pinned}`));
  });

  test('is compared for everybody at each placement it acts at, or at the one that is chosen', async () => {
    const key = `everywhere-${run}`;
    const condition = { placements: ['home', 'new-arrivals'] };
    await demo().admin('mutation ($input: RuleInput!) { saveRule(input: $input) { key } }', {
      input: { key, kind: 'boost', arguments: { weight: 0.2 }, condition },
    });
    const page = await windows.signIn(rulePath(key));
    const panel = page.locator('section').filter({ hasText: 'over up to 1,000 real and described visitors' });
    const at = panel.getByRole('combobox', { name: 'Where it is compared' });
    const names = (await at.getByRole('option').allTextContents()).slice(1);
    expect(names).toHaveLength(2);
    expect(await at.locator('option:checked').textContent()).toBe('All 2 placements');
    await button(page, 'Compare').click();
    await panel.getByText('Lists that change').nth(1).waitFor({ timeout: 60_000 });
    for (const name of names) await panel.getByRole('heading', { name }).waitFor();
    await picture(page, 'rule-population');
    expect(await accessibilityFindings(page)).toEqual([]);
    const diffs = async () =>
      (
        await demo().admin<{ populationDiffs: { placement: string }[] }>(
          'query ($key: String!) { populationDiffs(ruleKey: $key) { placement } }',
          { key },
        )
      ).populationDiffs.map(({ placement }) => placement);
    expect((await diffs()).sort()).toEqual(['home', 'new-arrivals']);
    await at.selectOption('new-arrivals');
    await button(page, 'Compare again').click();
    await expect.poll(async () => (await diffs()).filter((one) => one === 'new-arrivals').length).toBe(2);
    expect(await diffs()).toHaveLength(3);
  });

  test('takes a step together with others, with a note that stands in the history of each', async () => {
    const keys = ['first', 'second'].map((name) => `bulk-${name}-${run}`);
    for (const key of keys)
      await demo().admin('mutation ($input: RuleInput!) { saveRule(input: $input) { key } }', {
        input: { key, kind: 'boost', arguments: { weight: 0.2 }, condition: {} },
      });
    const page = await windows.signIn('/cold-start?rule=bulk-');
    for (const key of keys) await page.getByRole('checkbox', { name: `Select ${key}` }).check();
    const bar = page.getByRole('region', { name: 'Selected rules' });
    await bar.getByRole('button', { name: 'Archive' }).click();
    const dialog = page.getByRole('dialog', { name: 'Archive: 2 rules' });
    await dialog.getByLabel('Note').fill('The season is over');
    expect(await accessibilityFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Archive' }).click();
    await dialog.waitFor({ state: 'detached' });
    for (const key of keys) {
      const { ruleHistory } = await demo().admin<{
        ruleHistory: { nodes: { action: string; note: string | null }[] };
      }>('query ($key: String!) { ruleHistory(key: $key) { nodes { action note } } }', { key });
      expect(ruleHistory.nodes[0]).toEqual({ action: 'ARCHIVE', note: 'The season is over' });
    }
  });

  test('is seen by a viewer, who can change nothing, and archived by a merchandiser', async () => {
    const viewer = await windows.signIn(rulePath(pinned), wide, await memberOfDemo('viewer'));
    await viewer.getByText('Your role may look, not change').waitFor();
    await viewer.getByRole('list', { name: 'With this draft' }).getByText('Finding Nemo').waitFor();
    expect(await viewer.getByLabel(/^Slot/).isDisabled()).toBe(true);
    expect(await button(viewer, /Archive|Publish|Submit for review|Roll back/).count()).toBe(0);

    const merchandiser = await windows.signIn(rulePath(pinned), wide, await memberOfDemo('merchandiser'));
    await button(merchandiser, 'Archive').click();
    await merchandiser.getByText('Archived', { exact: true }).first().waitFor();
    await expect
      .poll(async () => (await firstTitles()).includes('finding-nemo-2003'), { timeout: 5_000 })
      .toBe(false);
    await merchandiser.goto(`${windows.url}/cold-start?rule=${pinned}`);
    await merchandiser.getByText('No rule fits').waitFor();
  });
});
