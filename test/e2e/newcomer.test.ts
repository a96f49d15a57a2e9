import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFindings, hasBrowser, picture } from '../stack/browser.js';
import { ConsoleWindows, settled } from '../stack/console-window.js';
import { demo } from '../stack/demo-stack.js';
import { until } from '../stack/stack.js';

const inBrowser = describe.skipIf(!hasBrowser);
const rule = 'a-first-rule';
const experiment = 'my-first-experiment';

const windows = new ConsoleWindows();
beforeAll(() => windows.open());
afterEach(() => windows.closeWindows());
afterAll(async () => {
  await windows.close();
  // other tests follow: the demo's lists are as they were
  await demo().admin(`mutation { changeRules(changes: [{ key: "${rule}" }], action: ARCHIVE) { key } }`);
  const { experiments } = await demo().admin<{ experiments: { key: string; status: string }[] }>(
    '{ experiments { key status } }',
  );
  if (experiments.some(({ key, status }) => key === experiment && status === 'RUNNING')) {
    await demo().admin(
      `mutation { stopExperiment(key: "${experiment}", reason: "the test is over") { key } }`,
    );
  }
});

/** Tab by Tab, as somebody without a mouse: what cannot be reached by it fails. */
async function reach(page: Page, control: Locator): Promise<void> {
  await control.waitFor();
  for (let presses = 0; presses < 150; presses++) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`150 presses of Tab do not reach ${control}`);
}

async function press(page: Page, control: Locator): Promise<void> {
  await reach(page, control);
  await page.keyboard.press('Enter');
}

async function type(page: Page, field: Locator, text: string): Promise<void> {
  await reach(page, field);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(text);
}

/** Opens a list of choices and goes down to one of them. */
async function choose(page: Page, field: Locator, option: RegExp): Promise<void> {
  await reach(page, field);
  await page.keyboard.press('ArrowDown');
  await page.getByRole('option', { name: option }).first().waitFor();
  for (let presses = 0; presses < 50; presses++) {
    const marked = page.locator('[role=option][data-combobox-selected]');
    if ((await marked.count()) > 0 && option.test((await marked.first().textContent()) ?? '')) break;
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
}

const firstItem = async () =>
  (
    await demo().query<{ recommendations: { nodes: { id: string }[] } }>(
      '{ recommendations(subject: { interests: ["a newcomer"] }, first: 1) { nodes { id } } }',
    )
  ).recommendations.nodes[0]?.id;

inBrowser('a newcomer', () => {
  test('gets from the sign-in to a published rule and a started experiment by what is on the screen, without a mouse', async () => {
    const page = await windows.signIn('/');
    await page.getByRole('heading', { name: 'Set up this catalogue' }).waitFor();
    await page.getByText('4 of 6 steps done').waitFor();
    await picture(page, 'newcomer-overview');
    expect(await accessibilityFindings(page)).toEqual([]);

    await press(page, page.getByRole('link', { name: 'Write a rule' }));
    await page.waitForURL('**/cold-start');
    await settled(page);
    await press(page, page.getByRole('link', { name: /New rule|first rule/ }).first());
    await press(page, page.getByRole('button', { name: /^Pin/ }));
    await type(page, page.getByRole('textbox', { name: /^Key/ }), rule);
    const item = page.getByRole('combobox', { name: /^Item/ });
    await type(page, item, 'finding nemo');
    await page.getByRole('option', { name: 'Finding Nemo' }).waitFor();
    await choose(page, item, /^Finding Nemo/);
    await type(page, page.getByLabel(/^Slot/), '1');
    await page.getByRole('list', { name: 'With this draft' }).getByText('Finding Nemo').waitFor();
    await press(page, page.getByRole('button', { name: 'Save draft', exact: true }));
    await page.waitForURL(new RegExp(`key=${rule}`));
    await press(page, page.getByRole('button', { name: 'Submit for review', exact: true }));
    await press(page, page.getByRole('button', { name: 'Publish', exact: true }));
    await page.getByText('Acts now').waitFor();
    await until(async () => (await firstItem()) === 'finding-nemo-2003');

    await press(page, page.getByRole('link', { name: 'Overview', exact: true }).first());
    await page.getByText('5 of 6 steps done').waitFor();
    await press(page, page.getByRole('link', { name: 'Plan an experiment' }));
    await page.waitForURL('**/experiments');
    await settled(page);
    await press(page, page.getByRole('link', { name: 'New experiment' }).first());
    await type(page, page.getByRole('textbox', { name: 'Name', exact: true }), 'My first experiment');
    await type(page, page.getByLabel('Hypothesis'), 'New things are clicked more');
    await choose(page, page.getByRole('combobox', { name: 'Placements' }), /^Home page/);
    await page.keyboard.press('Escape');
    for (const [arm, strategy] of [
      ['As it is', /^Cold-start ladder/],
      ['New', /^New arrivals/],
    ] as const) {
      await choose(page, page.getByRole('combobox', { name: `Strategy of ${arm}`, exact: true }), strategy);
    }
    await press(page, page.getByRole('button', { name: 'Save as draft' }));
    await page.waitForURL(`**/experiments/${experiment}`);
    await press(page, page.getByRole('button', { name: 'Start', exact: true }));
    await press(page, page.getByRole('dialog').getByRole('button', { name: 'Start', exact: true }));
    await page.getByText('Collecting: no lift is shown yet').waitFor();

    await press(page, page.getByRole('link', { name: 'Overview', exact: true }).first());
    await page.getByRole('heading', { name: 'Experiments that need somebody' }).waitFor();
    await page.getByText('Set up this catalogue').waitFor({ state: 'detached' });
  }, 300_000);
});
