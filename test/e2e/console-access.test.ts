import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFindings, hasBrowser, picture } from '../stack/browser.js';
import { ConsoleWindows, locales, memberOfDemo, settled, wide } from '../stack/console-window.js';
import { demo } from '../stack/demo-stack.js';

const windows = new ConsoleWindows();
const inBrowser = describe.skipIf(!hasBrowser);
beforeAll(() => windows.open());
afterEach(() => windows.closeWindows());
afterAll(() => windows.close());

const inviteMutation =
  'mutation ($input: InvitationInput!) { inviteMember(input: $input) { token invitation { id } } }';
/** A link that has not been used. */
async function invitationLink(email: string): Promise<string> {
  const { inviteMember } = await demo().admin<{ inviteMember: { token: string } }>(inviteMutation, {
    input: { email, role: 'EXPERIMENTER' },
  });
  return `/invitation#${inviteMember.token}`;
}

inBrowser('members', () => {
  test('are invited by a link that is shown once, come in with it, and are sent away again at once', async () => {
    const email = `nora-${randomUUID().slice(0, 8)}@kindling.local`;
    const password = randomUUID();
    const admin = await windows.signIn('/system?tab=members');
    await admin.getByText('Local admin').first().waitFor();
    await admin.getByRole('button', { name: 'Invite somebody' }).click();
    const dialog = admin.getByRole('dialog');
    await dialog.getByLabel('Email').fill(email);
    await dialog.getByRole('radio', { name: 'Merchandiser' }).check();
    await picture(admin, 'access-invite');
    expect(await accessibilityFindings(admin)).toEqual([]);
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    const link = (await dialog.locator('pre').textContent())?.trim() ?? '';
    expect(link).toMatch(/\/invitation#[\w-]{43}$/);
    await picture(admin, 'access-invitation-link');
    await dialog.getByRole('button', { name: 'I have copied it' }).click();
    await admin.getByText(email).waitFor();
    expect(await admin.content()).not.toContain(link.split('#')[1]);

    const guest = await windows.window(wide);
    await guest.goto(link);
    await guest.getByText(`as Merchandiser, with the address ${email}`).waitFor();
    await picture(guest, 'access-invitation');
    expect(await accessibilityFindings(guest)).toEqual([]);
    await guest.getByLabel('Your name').fill('Nora New');
    await guest.getByRole('textbox', { name: 'Choose a password' }).fill('short');
    await guest.getByRole('button', { name: 'Accept and sign in' }).click();
    await guest.getByText('is shorter than 12 characters').waitFor();
    expect(await guest.getByLabel('Your name').inputValue()).toBe('Nora New');
    await guest.getByRole('textbox', { name: 'Choose a password' }).fill(password);
    await guest.getByRole('button', { name: 'Accept and sign in' }).click();
    await guest.getByRole('button', { name: 'Account' }).waitFor();

    const again = await windows.window(wide);
    await again.goto(link);
    await again.getByText('unknown, was used or withdrawn, or has expired').waitFor();

    await admin.reload();
    await admin.getByRole('button', { name: 'Manage Nora New' }).click();
    await admin.getByRole('menuitem', { name: 'Experimenter' }).click();
    await admin.getByText('Nora New is now: Experimenter').waitFor();
    await admin.getByRole('button', { name: 'Manage Nora New' }).click();
    await admin.getByRole('menuitem', { name: 'Where they are signed in' }).click();
    await admin
      .getByRole('dialog')
      .getByText(/^Chrome \d+, Linux$/)
      .waitFor();
    expect(await accessibilityFindings(admin)).toEqual([]);
    await admin.getByRole('button', { name: 'Sign them out everywhere' }).click();
    await admin.getByText('They are signed in nowhere.').waitFor();
    await admin.keyboard.press('Escape');
    await guest.goto(`${windows.url}/system`);
    const ended = guest.getByRole('dialog', { name: 'Your session has ended' });
    await ended.locator('input[name=email]').fill(email);
    await ended.locator('input[name=password]').fill(password);
    await ended.locator('button[type=submit]').click();
    await ended.waitFor({ state: 'detached' });
    await guest.getByRole('button', { name: 'Account' }).getByText('Experimenter').waitFor();

    await admin.getByRole('button', { name: 'Manage Nora New' }).click();
    await admin.getByRole('menuitem', { name: 'Suspend' }).click();
    await admin.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
    await admin.getByText('Suspended', { exact: true }).waitFor();

    await guest.goto(`${windows.url}/catalogue`);
    await guest.getByText('Your session has ended').first().waitFor();
  });

  test('cannot lose their last administrator, and the page says so', async () => {
    const page = await windows.signIn('/system?tab=members');
    await page.getByRole('button', { name: 'Manage Local admin' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('is the last administrator of this catalogue').waitFor();
    await picture(page, 'access-last-admin');
    expect(await accessibilityFindings(page)).toEqual([]);
  });

  test.each(['viewer', 'merchandiser', 'experimenter'] as const)(
    'that are %s see who works here, no control, and are refused by the API all the same',
    async (role) => {
      const page = await windows.signIn('/system', wide, await memberOfDemo(role));
      await page.getByText('Local admin').first().waitFor();
      expect(await page.getByRole('tab').allTextContents()).toEqual(['Members', 'Jobs', 'Dead letters']);
      expect(await page.getByRole('button', { name: /Manage|Invite|New key|Add/ }).count()).toBe(0);
      const codes = await page.evaluate(
        async (queries) => {
          const ask = async (query: string) => {
            const response = await fetch('/api/admin/graphql', {
              method: 'POST',
              headers: { 'content-type': 'application/json', 'apollo-require-preflight': 'console' },
              body: JSON.stringify({ query }),
            });
            return ((await response.json()) as { errors?: { extensions: { code: string } }[] }).errors?.[0]
              ?.extensions.code;
          };
          return Promise.all(queries.map(ask));
        },
        [
          '{ invitations { nodes { id } } }',
          '{ keys { id } }',
          '{ webhooks { id } }',
          'mutation { suspendMember(memberId: "x") { id } }',
          'mutation { inviteMember(input: { email: "a@b.example", role: ADMIN }) { token } }',
        ],
      );
      expect(codes).toEqual(Array(5).fill('FORBIDDEN'));
    },
  );

  test('change their own password, which ends their other sessions and not this one', async () => {
    const member = await memberOfDemo('viewer');
    const here = await windows.signIn('/account', wide, member);
    const there = await windows.signIn('/account', wide, member);
    await here.reload();
    await here.getByRole('button', { name: /^End the session/ }).waitFor();
    await here.getByRole('textbox', { name: 'Your password of now' }).fill('not my password');
    await here.getByRole('textbox', { name: 'New password' }).fill('a much longer password');
    await here.getByRole('button', { name: 'Change the password' }).click();
    await here.getByText('This is not your password of now').waitFor();
    expect(await here.getByRole('textbox', { name: 'New password' }).inputValue()).toBe(
      'a much longer password',
    );
    await here.getByRole('textbox', { name: 'Your password of now' }).fill(member.password);
    await here.getByRole('button', { name: 'Change the password' }).click();
    await here.getByText('Your password is changed').waitFor();
    await here.getByRole('button', { name: /^End the session/ }).waitFor({ state: 'detached' });
    await there.reload();
    await there.getByText('Your session has ended').first().waitFor();
    await settled(here);
    expect(await accessibilityFindings(here)).toEqual([]);
  });

  test.each(locales)(
    'are invited by a page that is accessible, fits and complains of nothing, in %s',
    async (locale) => {
      const guest = await windows.window({ ...wide, locale });
      const link = await invitationLink(`guest-${locale}-${randomUUID().slice(0, 8)}@kindling.local`);
      expect(await windows.findingsOf(guest, { invitation: link }, locale)).toEqual([]);
      await guest.locator('input[name=name]').waitFor();
    },
  );
});

inBrowser('signing in', () => {
  test('offers no provider where none is set up', async () => {
    const page = await windows.window(wide);
    const asked = page.waitForResponse(async (response) =>
      (response.request().postData() ?? '').includes('SignInOptions'),
    );
    await page.goto(`${windows.url}/sign-in`);
    expect(await (await asked).json()).toEqual({ data: { signInOptions: { provider: null } } });
    await settled(page);
    expect(await page.getByRole('link').count()).toBe(0);
  });
});
