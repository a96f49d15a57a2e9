import { seededRandom } from '@kindling/domain';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFindings, hasBrowser, picture } from '../stack/browser.js';
import { experimentPages } from '../stack/console-pages.js';
import { ConsoleWindows, locales, memberOfDemo, settled } from '../stack/console-window.js';
import { demo } from '../stack/demo-stack.js';
import { until } from '../stack/stack.js';

const windows = new ConsoleWindows();
const inBrowser = describe.skipIf(!hasBrowser);
const key = 'newest-in-the-console';
const placement = 'console-spot';
const clickRate: Readonly<Record<string, number>> = { control: 0.2, treatment: 0.5 };
const random = seededRandom('console visitors');

beforeAll(async () => {
  await windows.open();
  await demo().admin(
    `mutation { savePlacement(input: { key: "${placement}", expectedVersion: 0, name: "Console spot", kind: PERSONAL, strategyKey: "cold-start" }) { key } }`,
  );
  // every process hears of a new placement within a moment
  await until(() =>
    listOf('probe').then(
      () => true,
      () => false,
    ),
  );
}, 60_000);
afterEach(() => windows.closeWindows());
afterAll(() => windows.close());

interface List {
  readonly recommendationId: string;
  readonly experiment: { readonly variant: string; readonly version: number } | null;
  readonly nodes: readonly { readonly id: string }[];
}
const listOf = async (profileId: string, context: object = {}): Promise<List> =>
  (
    await demo().query<{ recommendations: List }>(
      `query ($subject: SubjectInput!, $context: ContextInput) { recommendations(placement: "${placement}", subject: $subject, context: $context, first: 8) {
         recommendationId experiment { variant version } nodes { id } } }`,
      { subject: { profileId }, context },
    )
  ).recommendations;

/** Visitors ask for a list, see it, and click; `loses` drops the events of an arm on their way. */
async function visit(prefix: string, count: number, loses: (variant: string) => boolean): Promise<void> {
  const events: object[] = [];
  for (let number = 0; number < count; number++) {
    const profileId = `${prefix}-${number}`;
    const { recommendationId, nodes, experiment } = await listOf(profileId);
    const variant = experiment?.variant ?? 'control';
    if (loses(variant)) continue;
    for (const [slot, { id: itemId }] of nodes.entries()) {
      const event = { profileId, itemId, recommendationId };
      events.push({ ...event, id: `${profileId}-seen-${slot}`, type: 'IMPRESSION' });
      if (random() < (clickRate[variant] ?? 0))
        events.push({ ...event, id: `${profileId}-click-${slot}`, type: 'CLICK' });
    }
  }
  for (let from = 0; from < events.length; from += 500) {
    await demo().query('mutation ($events: [EventInput!]!) { trackEvents(events: $events) { accepted } }', {
      events: events.slice(from, from + 500),
    });
  }
}

const runs = (version: number) => until(async () => (await listOf('probe')).experiment?.version === version);

inBrowser('the experiments', () => {
  test('from the first idea over a broken split to a decision that changes the placement', async () => {
    await visit('before', 60, () => false);
    const page = await windows.signIn('/experiments/new');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Newest in the console');
    await page.getByRole('button', { name: 'Save as draft' }).click();
    await page.getByText('Say what you expect, and why').waitFor();
    await page.getByText('Choose at least one placement').waitFor();
    await page.getByLabel('Hypothesis').fill('People come for what is new');
    await page.getByRole('combobox', { name: 'Placements' }).click();
    await page.getByRole('option', { name: 'Console spot' }).click();
    await page.keyboard.press('Escape');
    for (const [arm, strategy] of [
      ['As it is', /Cold-start ladder/],
      ['New', /New arrivals/],
    ] as const) {
      await page.getByRole('combobox', { name: `Strategy of ${arm}`, exact: true }).click();
      await page.getByRole('option', { name: strategy }).click();
    }
    // the plan follows the traffic of the placement: 60 visitors and the probe
    await page.getByText('from 61 units').waitFor();
    await page.getByRole('button', { name: 'Take these days and units over' }).click();
    expect(
      Number((await page.getByLabel('Units an arm', { exact: true }).inputValue()).replace(/\D/g, '')),
    ).toBeGreaterThan(100);
    await page.getByLabel('Units an arm', { exact: true }).fill('80');
    await page.getByRole('button', { name: 'More settings' }).click();
    await page.getByLabel('Least units an arm').fill('30');
    await settled(page);
    await picture(page, 'experiment-new');
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save as draft' }).click();
    await page.waitForURL(`**/experiments/${key}`);
    await page.getByText('Not started').waitFor();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByText('Collecting: no lift is shown yet').waitFor();
    await runs(1);

    await visit('broken', 160, (variant) => variant === 'treatment');
    await page
      .getByRole('alert')
      .getByText('The split is broken: no lift is shown')
      .waitFor({ timeout: 60_000 });
    expect(await page.getByRole('heading', { name: 'Results' }).count()).toBe(0);
    expect(await page.getByText('Lift over time').count()).toBe(0);
    await picture(page, 'experiment-broken');
    expect(await accessibilityFindings(page)).toEqual([]);
    // it waits for somebody: the overview says so, and leads there
    await page.goto(windows.url);
    const waiting = page.getByRole('listitem').filter({ hasText: 'Newest in the console' });
    await waiting.getByText('Split broken').waitFor();
    await settled(page);
    await picture(page, 'overview-attention');
    await waiting.getByRole('link', { name: 'Newest in the console' }).click();
    await page.waitForURL(`**/experiments/${key}`);
    await page.getByRole('button', { name: 'Decide' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('radio', { name: 'New', exact: true }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Stop' }).click();
    await dialog.getByRole('textbox').fill('events of one arm were lost');
    await dialog.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('link', { name: 'Next version' }).click();
    await page.getByRole('button', { name: 'Save as draft' }).click();
    await page.waitForURL(`**/experiments/${key}`);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await dialog.getByRole('button', { name: 'Start', exact: true }).click();
    await runs(2);
    await visit('repaired', 160, () => false);
    await page.getByText('New: Ship it').waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Show as table: Lift of every metric' }).click();
    const table = page.getByRole('region', { name: 'Lift of every metric' });
    await table.getByRole('row', { name: /Clicks on the experiment’s lists.*Better/ }).waitFor();
    await page.getByText('One look at the end').click();
    await page.waitForURL(/reading=fixed/);
    await page.getByText('for one look at a time fixed beforehand').waitFor();
    await page.getByText('Always valid', { exact: true }).click();
    await page.getByRole('button', { name: 'Show as chart: Lift of every metric' }).click();

    const ask = () =>
      demo().admin<{ experiment: { ramp: number; killed: boolean } }>(
        `{ experiment(key: "${key}") { ramp killed } }`,
      );
    await page.getByRole('combobox', { name: 'Let in' }).selectOption('0.5');
    await expect.poll(async () => (await ask()).experiment.ramp).toBe(0.5);
    await page.getByRole('switch', { name: 'Kill switch' }).click();
    await dialog.getByRole('button', { name: 'Switch off' }).click();
    await expect.poll(async () => (await ask()).experiment.killed).toBe(true);
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('switch', { name: 'Kill switch' }).click();
    await expect.poll(async () => (await ask()).experiment.killed).toBe(false);
    await page.getByRole('button', { name: 'Make a pass' }).click();
    const pass = (await page.locator('pre').textContent())?.match(/"(.+)"/)?.[1];
    const shown = await listOf('a tester', { forcedVariant: pass });
    expect(shown.experiment?.variant).toBe('treatment');

    await page.getByRole('button', { name: 'Decide' }).click();
    await dialog.getByRole('button', { name: 'Decide' }).click();
    await dialog.getByText('Say why, in a few words').waitFor();
    await dialog.getByLabel('Reason').fill('more clicks, nothing harmed');
    await dialog.getByRole('button', { name: 'Decide' }).click();
    await page.getByText('Decided: go on with “New”').waitFor();
    const { placements } = await demo().admin<{ placements: { key: string; strategyKey: string }[] }>(
      '{ placements { key strategyKey } }',
    );
    expect(placements).toContainEqual({ key: placement, strategyKey: 'new-arrivals' });
    await page.goto(`${windows.url}/experiments?show=over`);
    await page.getByText('Decided for “New”').waitFor();
  }, 600_000);

  test('of other kinds are written in the form, with what an arm has besides its strategy', async () => {
    await demo().admin(
      `mutation { saveRule(input: { key: "console-draft", kind: "filter", expectedRevision: 0, arguments: { keeps: "others" },
         condition: { items: { matches: { field: "categories", in: ["Horror"] } } } }) { key } }`,
    );
    const page = await windows.signIn('/experiments/new');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('New');
    await page.getByLabel('Hypothesis').fill('What is liked is found by itself');
    await page.getByRole('combobox', { name: 'Kind' }).selectOption('BANDIT');
    await page.getByLabel('Least share of an arm').fill('10');
    await page.getByLabel('Minutes between rounds').fill('30');
    expect(await page.getByRole('combobox', { name: 'Stopping rule' }).count()).toBe(0);
    await page.getByRole('combobox', { name: 'Placements' }).click();
    await page.getByRole('option', { name: 'Console spot' }).click();
    await page.keyboard.press('Escape');
    for (const arm of ['As it is', 'New']) {
      await page.getByRole('combobox', { name: `Strategy of ${arm}`, exact: true }).click();
      await page.getByRole('option', { name: /Cold-start ladder/ }).click();
    }
    await page.getByRole('button', { name: 'Rules, size and fallback of New' }).click();
    await page.getByRole('combobox', { name: 'Drafts switched on' }).last().click();
    await page.getByRole('option', { name: 'console-draft' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('textbox', { name: 'Slots of a list' }).last().fill('5');
    await page.getByRole('combobox', { name: 'Fallback strategies' }).last().click();
    await page.getByRole('option', { name: 'New arrivals' }).click();
    await page.keyboard.press('Escape');
    await page.getByText('3 set').waitFor();
    await settled(page);
    await picture(page, 'experiment-bandit-new');
    expect(await accessibilityFindings(page)).toEqual([]);
    // the page for a new experiment has the address of this key
    await page.getByRole('button', { name: 'Save as draft' }).click();
    await page.getByText('is reserved').first().waitFor();
    await page.getByRole('textbox', { name: 'Key' }).fill('console-bandit');
    await page.getByRole('button', { name: 'Save as draft' }).click();
    await page.waitForURL('**/experiments/console-bandit');
    await page.getByText('every 30 minutes, no arm below 10%').waitFor();
    await page.getByText('switched on: console-draft · 5 slots · falls back to new-arrivals').waitFor();
    await settled(page);
    await picture(page, 'experiment-bandit-draft');
    await page.setViewportSize({ width: 390, height: 844 });
    await picture(page, 'experiment-bandit-draft-390');

    await page.getByRole('link', { name: 'Change the draft' }).click();
    await page.getByRole('combobox', { name: 'Kind' }).selectOption('INTERLEAVING');
    expect(await page.getByRole('heading', { name: 'Guardrails' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Add an arm' }).count()).toBe(0);
    await settled(page);
    await picture(page, 'experiment-interleaving-new-390');
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('combobox', { name: 'Stopping rule' }).selectOption('FIXED_HORIZON');
    await page.getByText('Nothing is shown before the planned days are over').waitFor();
    await page.getByRole('button', { name: 'Save as draft' }).click();
    await page.waitForURL('**/experiments/console-bandit');
    await page.getByText('Interleaving: lists drafted from two rankings').waitFor();
    await page.getByText('Fixed horizon: once, at the end').waitFor();
    const { experiment } = await demo().admin<{ experiment: object }>(
      '{ experiment(key: "console-bandit") { kind primaryMetric stopping { rule } variants { rulesOn size fallback } } }',
    );
    expect(experiment).toEqual({
      kind: 'INTERLEAVING',
      primaryMetric: 'win-share',
      stopping: { rule: 'FIXED_HORIZON' },
      variants: [
        { rulesOn: [], size: null, fallback: null },
        { rulesOn: ['console-draft'], size: 5, fallback: ['new-arrivals'] },
      ],
    });
  }, 180_000);

  test('can be looked at by a viewer, who is offered nothing that would be refused', async () => {
    const page = await windows.signIn('/experiments', undefined, await memberOfDemo('viewer'));
    await page.getByRole('link', { name: 'Newest in the console' }).click();
    await page.getByText('What was set up').waitFor();
    await settled(page);
    const actions = /New experiment|Start|Stop|Decide|Next version|Make a pass/;
    expect(await page.getByRole('main').getByRole('button', { name: actions }).count()).toBe(0);
    expect(await page.getByRole('main').getByRole('link', { name: actions }).count()).toBe(0);
    await page.goto(`${windows.url}/experiments/new`);
    await page.getByText('Your role may look at experiments').waitFor();
    expect(await page.getByRole('button', { name: 'Save as draft' }).count()).toBe(0);
  });

  test.each(locales)('have pages that are accessible, fit and complain of nothing, in %s', async (locale) => {
    expect(await windows.findings(experimentPages(key), locale)).toEqual([]);
  });

  test('load at most 350 KB of gzipped JavaScript at the first visit', async () => {
    const page = await windows.signIn('/experiments');
    expect(await windows.heavyPages(page, experimentPages(key))).toEqual([]);
  });
});
