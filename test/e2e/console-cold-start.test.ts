import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFindings, hasBrowser, picture } from '../stack/browser.js';
import { ConsoleWindows, memberOfDemo, wide } from '../stack/console-window.js';
import { demo } from '../stack/demo-stack.js';

const inBrowser = describe.skipIf(!hasBrowser);

const windows = new ConsoleWindows();
beforeAll(() => windows.open());
afterEach(() => windows.closeWindows());
afterAll(() => windows.close());

inBrowser('exploration', () => {
  test('is decided by hand with a reason that is shown, by those who may', async () => {
    const page = await windows.signIn('/cold-start?tab=exploration&state=ON_TRIAL');
    const retire = page.getByRole('button', { name: /^Retire: / }).first();
    const name = (await retire.getAttribute('aria-label'))?.replace('Retire: ', '') ?? '';
    await retire.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Retire' }).click();
    await dialog
      .getByText(/say why|reason/i)
      .first()
      .waitFor();
    await dialog.getByLabel(/Reason/).fill('No longer sold');
    expect(await accessibilityFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Retire' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.goto(`${windows.url}/cold-start?tab=exploration&state=RETIRED`);
    await page.getByText('No longer sold').first().waitFor();

    // as it was
    await page.getByRole('button', { name: `Try again: ${name}` }).click();
    await dialog.getByLabel(/Reason/).fill('It is sold again');
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await dialog.waitFor({ state: 'detached' });

    const viewer = await windows.signIn('/cold-start?tab=exploration', wide, await memberOfDemo('viewer'));
    await viewer.getByText(name, { exact: true }).first().waitFor();
    expect(await viewer.getByRole('button', { name: /^Retire: / }).count()).toBe(0);
  });
});

inBrowser('the onboarding builder', () => {
  test('shows questions on a phone as they are written, in the order they are moved to, before they are saved', async () => {
    const page = await windows.signIn('/cold-start?tab=onboarding');
    await page.getByRole('button', { name: 'Add to Questions' }).click();
    await page.getByRole('textbox', { name: /^Key/ }).fill('mood');
    await page.getByRole('textbox', { name: /^Question/ }).fill('What are you in the mood for?');
    const answers = page.getByRole('combobox', { name: /^Answers/ });
    await answers.fill('Laughing');
    await answers.press('Enter');
    const phone = page.locator('section').filter({ hasText: 'On a phone' });
    await phone.getByText('What are you in the mood for?').waitFor();
    await phone.getByText('Laughing').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Fill this in').waitFor();
    await answers.fill('Thinking');
    await answers.press('Enter');
    await picture(page, 'onboarding-written');
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Discard' }).click();
    await phone.getByText('Do you like this?').waitFor();
    const { onboardingFlows } = await demo().admin<{ onboardingFlows: { version: number }[] }>(
      '{ onboardingFlows { version } }',
    );
    expect(onboardingFlows[0]?.version).toBe(0);
  });
});

inBrowser('the preview', () => {
  test('replays a list that somebody was shown', async () => {
    const { recommendations } = await demo().query<{ recommendations: { recommendationId: string } }>(
      '{ recommendations(placement: "home", subject: { interests: ["submarine"] }) { recommendationId } }',
    );
    const page = await windows.signIn(`/preview?view=past&replay=${recommendations.recommendationId}`);
    await page.getByText(/The replay (gives|differs)/).waitFor();
    await page.getByRole('list', { name: 'As logged' }).getByRole('listitem').first().waitFor();
    await page.getByLabel('Id of a list that was shown').fill('nothing');
    await page.getByText('There is no logged list').waitFor();
  });

  test('sets two lists of a visitor side by side: by another strategy, and at another placement', async () => {
    const page = await windows.signIn('/preview?view=compare&interests=space+war+with+robots');
    const lists = page.getByRole('list', { name: /, version \d+$/ });
    await lists.nth(1).waitFor();
    expect(await lists.nth(0).getByRole('listitem').count()).toBe(10);
    // the placement's own strategy is not among those to compare it with
    const [own, other] = await Promise.all(
      [0, 1].map(async (place) => (await lists.nth(place).getAttribute('aria-label')) ?? ''),
    );
    expect(own).not.toBe(other);
    expect(own?.split(':')[0]).toBe(other?.split(':')[0]);
    const titles = () => lists.nth(1).getByRole('listitem').allTextContents();
    const before = await titles();
    await page.getByRole('combobox', { name: 'Compare with' }).click();
    await page.getByRole('option', { name: 'Trending now' }).click();
    await page.waitForURL(/with=/);
    await page.getByRole('list', { name: /^Trending now: .*, version \d+$/ }).waitFor();
    await expect.poll(titles).not.toEqual(before);
  });
});

inBrowser('the overview', () => {
  test('marks what simulated visitors did', async () => {
    const page = await windows.signIn('/');
    const figures = page.locator('section').filter({ hasText: 'The catalogue in numbers' });
    await figures
      .getByText(/simulated$/)
      .nth(1)
      .waitFor();
  });
});
