import { randomUUID } from 'node:crypto';
import type { BrowserContext, Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accessibilityFindings, hasBrowser, picture } from '../stack/browser.js';
import { ConsoleWindows, settled } from '../stack/console-window.js';
import { demo } from '../stack/demo-stack.js';

const inBrowser = describe.skipIf(!hasBrowser);
const word = `Numbat${randomUUID().slice(0, 8)}`;
const name = word.toLowerCase();
const item = { id: name, title: `${word} alone` };

const windows = new ConsoleWindows();
/** Signed in once for the tests that leave the session alone. */
let shared: BrowserContext;
beforeAll(async () => {
  if (!hasBrowser) return;
  await windows.open();
  shared = (await windows.signIn('/system')).context();
});
/** A page of the console, before anything is asked for where there is no path. */
async function open(path?: string): Promise<Page> {
  const page = await shared.newPage();
  if (path !== undefined) {
    await page.goto(windows.url + path);
    await settled(page);
  }
  return page;
}
beforeEach(() =>
  demo().admin('mutation ($items: [ItemInput!]!) { upsertItems(items: $items) { created } }', {
    items: [item],
  }),
);
afterEach(async () => {
  for (const page of shared?.pages() ?? []) await page.close();
});
afterAll(async () => {
  await windows.close();
  await demo().admin('mutation ($ids: [ID!]!) { deleteItems(ids: $ids) }', { ids: [item.id] });
});

const endpoint = '**/api/admin/graphql';
const asks = (route: Route, ...operations: readonly string[]) =>
  operations.some((operation) => new RegExp(`${operation}\\b`).test(route.request().postData() ?? ''));
const button = (page: Page, label: string) => page.getByRole('button', { name: label, exact: true });
const dialog = (page: Page, title: string) => page.getByRole('dialog', { name: title });
const edit = (page: Page) => page.getByRole('region', { name: 'Edit of items' });
const changed = (page: Page) =>
  edit(page)
    .getByText(/^1 changed/)
    .waitFor({ timeout: 30_000 });
const bulkForm = (page: Page) => dialog(page, 'Change the selected items');

/** Loses what the page asks with these operations, until it is called. */
async function lose(page: Page, ...operations: readonly string[]): Promise<() => Promise<void>> {
  const handler = (route: Route) => (asks(route, ...operations) ? route.abort() : route.fallback());
  await page.route(endpoint, handler);
  return () => page.unroute(endpoint, handler);
}

/** Answers an operation as an API does whose job came to this end. */
const answer = (page: Page, operation: string, data: object) =>
  page.route(endpoint, (route) =>
    asks(route, operation) ? route.fulfill({ json: { data } }) : route.fallback(),
  );

/** The form that changes many items, half filled in. */
async function halfAnEdit(page: Page): Promise<Page> {
  await page.getByRole('checkbox', { name: `Select ${item.title}` }).check();
  await button(page, 'Edit').click();
  const form = bulkForm(page);
  await form.getByRole('combobox', { name: 'Change' }).click();
  await page.getByRole('option', { name: 'Set an attribute' }).click();
  await form.getByLabel('Attribute').fill('shelf');
  await form.getByLabel('Value').fill('twelve');
  await form.getByText('1 item will be looked at').waitFor();
  return page;
}
const typed = async (page: Page) => [
  await bulkForm(page).getByLabel('Attribute').inputValue(),
  await bulkForm(page).getByLabel('Value').inputValue(),
];

async function signInAgain(page: Page): Promise<void> {
  const over = page.getByRole('dialog').filter({ hasText: 'Your session has ended' });
  await over.waitFor();
  const { consoleEmail, consolePassword } = demo().local;
  await over.locator('input[name=email]').fill(consoleEmail);
  await over.locator('input[name=password]').fill(consolePassword);
  await over.locator('button[type=submit]').click();
  await over.waitFor({ state: 'detached' });
}
const endSession = (page: Page) => page.context().clearCookies({ name: 'kindling_session' });

const films = {
  name: `${name}.csv`,
  mimeType: 'text/csv',
  buffer: Buffer.from(`film_id,Title,Nocturnal ${word}\n${name},${item.title},no\n`),
};
const target = (page: Page, column: string) =>
  page.getByRole('combobox', { name: `Column ${column} becomes` });

inBrowser('when the API is lost', () => {
  test('a form says so, keeps what was typed, and works when it is back', async () => {
    const page = await halfAnEdit(await open(`/catalogue?q=${word}`));
    const find = await lose(page, 'mutation EditItems');
    await button(page, 'Change 1 item').click();
    await bulkForm(page).getByRole('alert').waitFor();
    expect(await typed(page)).toEqual(['shelf', 'twelve']);
    expect(await accessibilityFindings(page)).toEqual([]);
    await find();
    await button(page, 'Change 1 item').click();
    await changed(page);
  });

  test('a table says so, and fills when it is asked again; the search stays', async () => {
    const page = await open();
    const find = await lose(page, 'query Items');
    await page.goto(`${windows.url}/catalogue?q=${word}`);
    const alert = page.getByRole('alert').filter({ has: button(page, 'Try again') });
    await alert.waitFor();
    expect(await page.getByRole('textbox', { name: 'Search items' }).inputValue()).toBe(word);
    await find();
    await alert.getByRole('button', { name: 'Try again' }).click();
    await button(page, item.title).waitFor();
  });

  test('with the whole network, panels say so instead of waiting, and fill by themselves when it is back', async () => {
    const page = await open('/catalogue');
    await page.context().setOffline(true);
    await page.getByRole('textbox', { name: 'Search items' }).fill(word);
    await page.getByText('There is no connection to the console’s server').waitFor();
    await page.context().setOffline(false);
    await button(page, item.title).waitFor();
    expect(await page.getByRole('textbox', { name: 'Search items' }).inputValue()).toBe(word);
  });

  test('in the middle of an import, the chosen file and its columns stay', async () => {
    const page = await open('/catalogue/import');
    const find = await lose(page, 'mutation ImportCatalogue');
    await page.locator('input[type=file]').setInputFiles(films);
    const alert = page.getByRole('alert').filter({ has: button(page, 'Try again') });
    await alert.waitFor();
    await find();
    await alert.getByRole('button', { name: 'Try again' }).click();
    await target(page, 'Title').waitFor({ timeout: 30_000 });
    await target(page, `Nocturnal ${word}`).click();
    await page.getByRole('option', { name: 'Tags' }).click();
    const findAgain = await lose(page, 'mutation ImportCatalogue');
    await button(page, 'Check again').click();
    await alert.waitFor();
    expect(await target(page, `Nocturnal ${word}`).inputValue()).toBe('Tags');
    await findAgain();
    await button(page, 'Check again').click();
    await button(page, 'Import 1 item').waitFor({ timeout: 30_000 });
    expect(await target(page, `Nocturnal ${word}`).inputValue()).toBe('Tags');
  });
});

inBrowser('when the API is slow', () => {
  /** Holds every answer back, until it is called. */
  async function hold(page: Page, wanted: (route: Route) => boolean): Promise<() => void> {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(endpoint, async (route) => {
      if (wanted(route)) await held;
      await route.fallback();
    });
    return () => release();
  }

  test('bones stand where rows will be, a note says that it takes long, and the page can be used meanwhile', async () => {
    const page = await open();
    const release = await hold(page, (route) => asks(route, 'query Items'));
    await page.goto(`${windows.url}/catalogue?q=${word}`);
    await page.locator('[role=table][aria-label=Items][aria-busy=true]').waitFor();
    await page.getByText('This takes longer than usual').waitFor();
    await picture(page, 'slow-table');
    await page.getByRole('combobox', { name: 'Order' }).click();
    await page.getByRole('option', { name: 'By title' }).click();
    await page.waitForURL(/sort=TITLE/);
    release();
    await button(page, item.title).waitFor();
    expect(await page.getByText('This takes longer than usual').count()).toBe(0);
  });

  test('nothing moves far on any page when its answers come late', async () => {
    const moved: Record<string, number> = {};
    for (const path of [
      '/',
      '/catalogue',
      '/cold-start?tab=exploration',
      '/experiments',
      '/models',
      '/system',
    ]) {
      const page = await open();
      await page.addInitScript(() => {
        Object.assign(window, { moved: 0 });
        const counter = window as unknown as { moved: number };
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries())
            counter.moved += (entry as unknown as { value: number }).value;
        }).observe({ type: 'layout-shift', buffered: true });
      });
      const release = await hold(page, () => true);
      await page.goto(windows.url + path);
      await page.locator('[aria-busy=true]').first().waitFor();
      release();
      await settled(page);
      moved[path] = await page.evaluate(() => (window as unknown as { moved: number }).moved);
      await page.close();
    }
    console.log(`Cumulative layout shift: ${JSON.stringify(moved)}`);
    // what web vitals call good
    expect(Object.entries(moved).filter(([, value]) => value >= 0.1)).toEqual([]);
  });
});

inBrowser('when the session has ended', () => {
  test('signing in again over the form loses nothing of it, and goes on in the same catalogue', async () => {
    const page = await halfAnEdit(await windows.signIn(`/catalogue?q=${word}`));
    const chosen = demo().local.catalogue;
    await page.evaluate((id) => localStorage.setItem('kindling-catalogue', id), chosen);
    await endSession(page);
    await button(page, 'Change 1 item').click();
    await signInAgain(page);
    expect(await typed(page)).toEqual(['shelf', 'twelve']);
    expect(await page.evaluate(() => localStorage.getItem('kindling-catalogue'))).toBe(chosen);
    await button(page, 'Change 1 item').click();
    await changed(page);
  });

  test('a rule that is half written is written on', async () => {
    const page = await windows.signIn('/cold-start/rule?kind=boost');
    await page.getByRole('textbox', { name: /^Key/ }).fill(`boost-${name}`);
    await endSession(page);
    await page.getByLabel(/^Weight/).fill('0.3');
    await signInAgain(page);
    expect(await page.getByRole('textbox', { name: /^Key/ }).inputValue()).toBe(`boost-${name}`);
    expect(await page.getByLabel(/^Weight/).inputValue()).toBe('0.3');
  });
});

inBrowser('when somebody else was faster', () => {
  const conflict = (page: Page, title: string) => page.getByRole('alert', { name: title });

  test('a view is not overwritten unseen: the conflict is told, the name stays, and replacing is asked for', async () => {
    const view = `Shared ${word}`;
    const page = await open(`/catalogue?q=${word}`);
    await button(page, 'Views').click();
    await page.getByRole('menuitem', { name: 'Save and manage views' }).click();
    const form = dialog(page, 'Save and manage views');
    await form.getByLabel('Save these filters as').fill(view);
    await demo().admin('mutation ($input: ItemViewInput!) { saveItemView(input: $input) { version } }', {
      input: { name: view, expectedVersion: 0, filters: { query: 'theirs' } },
    });
    await form.getByRole('button', { name: 'Save', exact: true }).click();
    await form.getByText(`There is a view "${view}" already`).waitFor();
    expect(await form.getByLabel('Save these filters as').inputValue()).toBe(view);
    await form.getByRole('button', { name: 'Replace', exact: true }).click();
    await form.waitFor({ state: 'detached' });
    const { itemViews } = await demo().admin<{ itemViews: { name: string; filters: object }[] }>(
      '{ itemViews { name filters } }',
    );
    expect(itemViews.find((one) => one.name === view)?.filters).toEqual({ query: word });
    await demo().admin('mutation ($name: String!) { deleteItemView(name: $name) }', { name: view });
  });

  test('an onboarding flow shows their change beside what is typed, and either can be kept', async () => {
    const save = (question: string, expectedVersion: number) =>
      demo().admin(
        'mutation ($config: JSONObject!, $expectedVersion: Int!) { saveOnboardingFlow(config: $config, expectedVersion: $expectedVersion) { version } }',
        {
          config: {
            key: name,
            name: word,
            questions: [{ key: 'mood', text: question, options: ['Calm', 'Loud'] }],
          },
          expectedVersion,
        },
      );
    await save('What is your mood?', 0);
    const page = await open(`/cold-start?tab=onboarding&flow=${name}`);
    const question = page.getByRole('textbox', { name: /^Question/ });
    await question.fill('What is mine?');
    await save('What is theirs?', 1);
    await button(page, 'Save').click();
    const notice = conflict(page, 'Somebody saved this flow before you');
    await notice.getByRole('row', { name: /What is theirs\? What is mine\?/ }).waitFor();
    expect(await question.inputValue()).toBe('What is mine?');
    await picture(page, 'onboarding-conflict');
    expect(await accessibilityFindings(page)).toEqual([]);
    await notice.getByRole('button', { name: 'Take theirs' }).click();
    await notice.waitFor({ state: 'detached' });
    expect(await question.inputValue()).toBe('What is theirs?');
    await question.fill('What is mine?');
    await button(page, 'Save').click();
    await page.getByText('Saved, version 3').waitFor();
  });

  test('an experiment shows their version beside what is typed, and mine becomes the next', async () => {
    const save = (hypothesis: string, expectedVersion: number) =>
      demo().admin('mutation ($input: ExperimentInput!) { createExperiment(input: $input) { key } }', {
        input: {
          key: name,
          expectedVersion,
          name: word,
          hypothesis,
          placements: ['home'],
          variants: [
            { key: 'control', name: 'As it is', strategyKey: 'cold-start' },
            { key: 'newest', name: 'Newest first', strategyKey: 'new-arrivals' },
          ],
          primaryMetric: 'list-clicks',
        },
      });
    await save('At first', 0);
    const page = await open(`/experiments/new?from=${name}`);
    await page.getByLabel('Hypothesis').fill('Mine');
    await save('Theirs', 1);
    await button(page, 'Save as draft').click();
    const notice = conflict(page, 'Somebody saved a version of this experiment before you');
    await notice.getByRole('row', { name: 'hypothesis Theirs Mine' }).waitFor();
    expect(await page.getByLabel('Hypothesis').inputValue()).toBe('Mine');
    await picture(page, 'experiment-conflict');
    expect(await accessibilityFindings(page)).toEqual([]);
    await notice.getByRole('button', { name: 'Save mine over it' }).click();
    await page.waitForURL(`**/experiments/${name}`);
    const { experiment } = await demo().admin<{ experiment: object }>(
      `{ experiment(key: "${name}") { version hypothesis } }`,
    );
    expect(experiment).toEqual({ version: 3, hypothesis: 'Mine' });

    await page.goto(`${windows.url}/experiments/new`);
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(word);
    await page.getByLabel('Hypothesis').fill('Another');
    await page.getByRole('combobox', { name: 'Placements' }).click();
    await page.getByRole('option').locator('visible=true').first().click();
    await page.keyboard.press('Escape');
    for (const arm of ['As it is', 'New']) {
      await page.getByRole('combobox', { name: `Strategy of ${arm}`, exact: true }).click();
      await page.getByRole('option', { name: /Cold-start ladder/ }).click();
    }
    await button(page, 'Save as draft').click();
    await page.getByText('There is an experiment with this key already').waitFor();
    expect(await page.getByLabel('Hypothesis').inputValue()).toBe('Another');
  });
});

inBrowser('when a job has died', () => {
  const id = '00000000-0000-4000-8000-000000000000';

  test('an edit of items says how far it came and why, and offers the way back', async () => {
    const page = await open();
    const died = {
      id,
      edit: { kind: 'DELETE' },
      undoes: null,
      status: 'FAILED',
      total: 40,
      done: 20,
      changed: 20,
      unchanged: 0,
      refused: 0,
      error: 'The worker died 5 times after 20 items: look into its log.',
      canUndo: true,
      refusedItems: [],
    };
    await answer(page, 'query ItemEdit', { itemEdit: died });
    await page.goto(`${windows.url}/catalogue?edit=${id}`);
    await edit(page).getByRole('alert').getByText('The worker died 5 times').waitFor();
    await edit(page).getByText('20 changed').waitFor();
    await edit(page).getByRole('button', { name: 'Undo' }).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
  });

  test('a check of a file says why, and the file and its columns can be tried again', async () => {
    const page = await open('/catalogue/import');
    await page.locator('input[type=file]').setInputFiles(films);
    await target(page, 'Title').waitFor({ timeout: 30_000 });
    await button(page, 'Import 1 item').waitFor({ timeout: 30_000 });
    await target(page, `Nocturnal ${word}`).click();
    await page.getByRole('option', { name: 'Tags' }).click();
    let dies = true;
    await page.route(endpoint, async (route) => {
      if (!dies || !asks(route, 'query ImportRun', 'mutation ImportCatalogue')) return route.fallback();
      const response = await route.fetch();
      const body = await response.text();
      const json = JSON.parse(body.replace(/"status":"\w+"/, '"status":"FAILED"')) as {
        data: Record<string, { error: string | null }>;
      };
      for (const run of Object.values(json.data)) run.error = 'The worker died 5 times at row 1.';
      await route.fulfill({ response, json });
    });
    await button(page, 'Check again').click();
    await page.getByRole('alert').getByText('The worker died 5 times at row 1.').waitFor();
    expect(await target(page, `Nocturnal ${word}`).inputValue()).toBe('Tags');
    dies = false;
    await button(page, 'Check again').click();
    await button(page, 'Import 1 item').waitFor({ timeout: 30_000 });
  });

  test('a training says why it ended, beside the way to start another', async () => {
    const page = await open();
    await page.route(endpoint, async (route) => {
      if (!asks(route, 'query TrainingRuns')) return route.fallback();
      await route.fulfill({
        json: {
          data: {
            trainingRuns: [
              {
                id,
                status: 'FAILED',
                trigger: 'MANUAL',
                stage: 'TRAIN',
                done: 3,
                total: 9,
                attempt: 5,
                faults: 5,
                modelId: null,
                error: 'The worker died 5 times while it trained.',
                requestedBy: 'member:a@example.com',
                note: null,
                createdAt: '2026-11-24T00:00:00.000Z',
                startedAt: '2026-11-24T00:00:01.000Z',
                finishedAt: '2026-11-24T00:10:00.000Z',
              },
            ],
          },
        },
      });
    });
    await page.goto(`${windows.url}/models`);
    await page.getByText('The worker died 5 times while it trained.').waitFor();
    await button(page, 'Start a training').first().waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
  });

  test('a population diff says why it ended; the draft beside it keeps what was typed', async () => {
    const key = `diff-${name}`;
    await demo().admin('mutation ($input: RuleInput!) { saveRule(input: $input) { key } }', {
      input: { key, kind: 'boost', arguments: { weight: 0.1 }, condition: {} },
    });
    const page = await open();
    await answer(page, 'query RulePopulation', {
      populationDiffs: [
        {
          id,
          placement: 'home',
          status: 'FAILED',
          done: 100,
          total: 1_000,
          error: 'The API was restarted.',
          requestedBy: 'member:a@example.com',
          finishedAt: '2026-11-24T00:10:00.000Z',
          result: null,
        },
      ],
    });
    await page.goto(`${windows.url}/cold-start/rule?key=${key}`);
    await page.getByText('The API was restarted.').waitFor();
    const weight = page.getByLabel(/^Weight/);
    await weight.fill('0.4');
    expect(await button(page, 'Compare again').isDisabled()).toBe(true);
    await button(page, 'Save draft').click();
    await button(page, 'Submit for review').waitFor();
    expect(await weight.inputValue()).toBe('0.4');
    expect(await button(page, 'Compare again').isEnabled()).toBe(true);
    await demo().admin(
      'mutation ($changes: [RuleStepInput!]!) { changeRules(changes: $changes, action: ARCHIVE) { key } }',
      { changes: [{ key }] },
    );
  });
});
