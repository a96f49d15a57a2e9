import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFindings, hasBrowser, picture } from '../stack/browser.js';
import { evaluationPages, modelPages } from '../stack/console-pages.js';
import { ConsoleWindows, locales, memberOfDemo, settled } from '../stack/console-window.js';
import { demo } from '../stack/demo-stack.js';

const windows = new ConsoleWindows();
const inBrowser = describe.skipIf(!hasBrowser);
const models = () =>
  demo()
    .admin<{ models: { id: string; number: number; status: string }[] }>('{ models { id number status } }')
    .then((answer) => answer.models);

const evaluations = () =>
  demo()
    .admin<{ evaluations: { id: string; status: string }[] }>('{ evaluations { id status } }')
    .then((answer) => answer.evaluations);
/** Of the newest model, and of the evaluation that has something to show. */
const pages = async () => {
  const [model] = await models();
  const judged = (await evaluations()).find(({ status }) => status === 'SUCCEEDED');
  return { ...modelPages(model?.id ?? ''), ...evaluationPages(judged?.id ?? '') };
};

beforeAll(() => windows.open());
afterEach(() => windows.closeWindows());
afterAll(async () => {
  await windows.close();
  // other tests follow: lists are made without a model again
  const active = (await models()).find(({ status }) => status === 'ACTIVE');
  if (active !== undefined) {
    await demo().admin(
      'mutation ($from: ID!) { rollBackModel(from: $from, reason: "the test is over") { id } }',
      { from: active.id },
    );
  }
});

inBrowser('the models', () => {
  test('from an empty page to a version that serves, with its training as it goes, and back to none', async () => {
    const page = await windows.signIn('/models');
    await page.getByText('No model yet').waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Start a training' }).first().click();
    await page.getByRole('dialog').getByLabel('Note').fill('the first of all');
    await page.getByRole('dialog').getByLabel('Judge simpler methods, too').check();
    await page.getByRole('dialog').getByRole('button', { name: 'Start a training' }).click();
    const going = page.getByRole('progressbar');
    await going.waitFor();
    await page.getByText('The first training is under way').waitFor();
    await page.locator('[aria-current=step]').waitFor();
    await picture(page, 'models-training');
    expect(await accessibilityFindings(page)).toEqual([]);

    // nothing is reloaded: the stream, and slow polling, bring the end
    await page.getByRole('heading', { name: 'Serving now' }).waitFor({ timeout: 500_000 });
    await page.getByRole('link', { name: 'Version 1' }).first().click();
    await page.getByRole('heading', { name: 'Model version 1' }).waitFor();
    await settled(page);
    await page.getByText('Difference in NDCG@20 to no model').waitFor();
    await page.getByRole('combobox', { name: 'Metric' }).selectOption({ label: 'Recall @20' });
    await page.waitForURL(/metric=recall/);
    await page.getByRole('button', { name: 'Show as table: Recall @20 by slice' }).click();
    const table = page.getByRole('region', { name: 'Recall @20 by slice' }).getByRole('table');
    expect(await table.getByRole('row').count()).toBeGreaterThanOrEqual(3);
    expect(await table.getByRole('row').nth(1).textContent()).toMatch(
      /New items0\.\d{3} \(0\.\d{3} to 0\.\d{3}\)/,
    );
    await page.getByText('Events read').waitFor();
    await page.getByRole('button', { name: 'Show as table: NDCG @20 by method' }).click();
    const methods = page.getByRole('region', { name: 'NDCG @20 by method' }).getByRole('table');
    for (const method of ['This version', 'popularity', 'item-kNN']) {
      expect(await methods.getByRole('row').filter({ hasText: method }).count()).toBeGreaterThan(0);
    }
    await page.getByRole('button', { name: 'Show as chart: NDCG @20 by method' }).click();
    await picture(page, 'model-baselines');
    expect(await accessibilityFindings(page)).toEqual([]);

    await page.goto(`${windows.url}/models`);
    await page.getByRole('button', { name: 'Roll back' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Roll back' }).click();
    await dialog.getByText('Say why, in a few words').waitFor();
    await dialog.getByLabel('Reason').fill('a look at lists without it');
    await dialog.getByRole('button', { name: 'Roll back' }).click();
    await page.getByText('No model serves').waitFor();
    expect((await models()).map(({ status }) => status)).toEqual(['RETIRED']);

    await page.getByRole('link', { name: 'Version 1' }).first().click();
    await page.getByRole('button', { name: 'Let it serve' }).click();
    await dialog.getByRole('textbox').fill('it was better after all');
    await picture(page, 'model-activate');
    expect(await accessibilityFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Let it serve' }).click();
    await page.getByText('Serving', { exact: true }).waitFor();
    expect((await models()).map(({ status }) => status)).toEqual(['ACTIVE']);
    await page.goto(`${windows.url}/models`);
    await page.getByRole('listitem').filter({ hasText: 'it was better after all' }).waitFor();
  }, 600_000);

  test('an evaluation is asked for, watched as it goes and read by lead, by method and by what is known', async () => {
    const page = await windows.signIn('/models');
    await page.getByText('No evaluation yet').waitFor();
    await page.getByRole('button', { name: 'Start an evaluation' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('checkbox', { name: 'New items', exact: true }).uncheck();
    await dialog.getByRole('checkbox', { name: 'New people' }).uncheck();
    await dialog.getByText('Choose at least one').waitFor();
    await dialog.getByRole('checkbox', { name: 'New people' }).check();
    await dialog.getByLabel('Repetitions').fill('1');
    await dialog.getByLabel('People, at most').fill('80');
    await picture(page, 'evaluation-start');
    expect(await accessibilityFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Start an evaluation' }).click();
    await page.getByRole('heading', { name: 'Evaluation under way' }).waitFor();
    await page.locator('[aria-current=step]').waitFor();
    await picture(page, 'evaluation-running');
    expect(await accessibilityFindings(page)).toEqual([]);

    // its own page shows the results when they are there, without being reloaded
    await page.getByRole('link', { name: 'New people' }).click();
    await page.getByText('Nothing judged yet').waitFor();
    await page.getByRole('heading', { name: 'How far Kindling is ahead' }).waitFor({ timeout: 500_000 });
    await page.getByRole('heading', { name: 'What it cost' }).waitFor();
    await page.getByRole('button', { name: 'Show as table: Lead over each method in NDCG @20' }).click();
    const lead = page.getByRole('region', { name: 'Lead over each method in NDCG @20' }).getByRole('row');
    // eight baselines, Kindling without a model, and the head
    expect(await lead.count()).toBe(10);
    const cells = await lead.filter({ hasText: 'Random order' }).getByRole('cell').allTextContents();
    expect(cells[1]).toMatch(/^[+−-]?\d\.\d{3} \([+−-]?\d\.\d{3} to [+−-]?\d\.\d{3}\)$/);
    expect(cells[2]).toMatch(/^p (< )?[01](\.\d+)?$/);
    expect(['Ahead', 'Behind', 'May be chance']).toContain(cells[3]);
    await page.getByRole('button', { name: 'Show as chart: Lead over each method in NDCG @20' }).click();
    await page.getByRole('combobox', { name: 'Metric' }).selectOption({ label: 'Recall @20' });
    await page.waitForURL(/metric=recall/);
    await page.getByRole('button', { name: 'Show as table: Recall @20 by method' }).click();
    const methods = page.getByRole('region', { name: 'Recall @20 by method' }).getByRole('row');
    expect(await methods.count()).toBe(11);
    await page.getByRole('button', { name: /^Show as table: New people: NDCG @20 by what is known/ }).click();
    const parts = page.getByRole('region', { name: /^New people: NDCG @20/ }).getByRole('rowheader');
    expect(await parts.allTextContents()).toContain('3 events');
  }, 600_000);

  test('an evaluation can be cancelled, and its page says that nothing was judged', async () => {
    const page = await windows.signIn('/models');
    await page.getByRole('button', { name: 'Start an evaluation' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start an evaluation' }).click();
    await page.getByRole('button', { name: 'Cancel evaluation' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel evaluation' }).click();
    const ended = page.getByRole('listitem').filter({ hasText: 'Cancelled' });
    await ended.getByRole('link', { name: 'New items and New people' }).click();
    await page.getByText('Nothing was judged').waitFor();
    await page.goto(`${windows.url}/models/evaluations/no-such`);
    await page.getByText('No such evaluation').waitFor();
  });

  test('are trained by themselves when somebody says so, and by the hour that was chosen', async () => {
    const settings = () =>
      demo()
        .admin<{ trainingSettings: object }>('{ trainingSettings { nightlyHour afterEvents windowDays } }')
        .then((answer) => answer.trainingSettings);
    const before = await settings();
    const page = await windows.signIn('/models');
    await page.getByRole('combobox', { name: 'Every night at' }).selectOption('');
    await page.getByLabel('After so many new events').fill('5000');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect.poll(settings).toMatchObject({ nightlyHour: null, afterEvents: 5_000 });
    await page.reload();
    await expect.poll(() => page.getByRole('combobox', { name: 'Every night at' }).inputValue()).toBe('');
    await demo().admin(
      'mutation ($input: TrainingSettingsInput!) { saveTrainingSettings(input: $input) { windowDays } }',
      { input: before },
    );
  });

  test('can be looked at by a viewer, who is offered nothing that would be refused', async () => {
    const page = await windows.signIn('/models', undefined, await memberOfDemo('viewer'));
    await page.getByRole('heading', { name: 'Serving now' }).waitFor();
    expect(
      await page.getByRole('button', { name: /Start a training|Start an evaluation|Roll back/ }).count(),
    ).toBe(0);
    await page.getByRole('link', { name: 'Version 1' }).first().click();
    await page.getByText('How good it is').waitFor();
    expect(await page.getByRole('button', { name: 'Let it serve' }).count()).toBe(0);
  });

  test.each(locales)(
    'have pages that are accessible, fit and complain of nothing, in %s',
    async (locale) => {
      expect(await windows.findings(await pages(), locale)).toEqual([]);
    },
    300_000,
  );

  test('load at most 350 KB of gzipped JavaScript at the first visit', async () => {
    const page = await windows.signIn('/models');
    expect(await windows.heavyPages(page, await pages())).toEqual([]);
  });
});
