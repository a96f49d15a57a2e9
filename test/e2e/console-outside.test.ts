import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFindings, hasBrowser, picture } from '../stack/browser.js';
import { ConsoleWindows, locales, settled, wide } from '../stack/console-window.js';
import { readyFolder } from '../stack/ready-folder.js';
import { root, Stack, until } from '../stack/stack.js';

/** An installation that works with others: it may call receivers on this machine, and a provider signs its people in. */
const inBrowser = describe.skipIf(!hasBrowser);
const person = { sub: randomUUID(), email: 'cora@corp.example', email_verified: true, name: 'Cora Corp' };
const received: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
const receiver = createServer(async (request, response) => {
  let body = '';
  for await (const piece of request) body += piece;
  received.push({ headers: request.headers, body });
  response.writeHead(204).end();
});
let provider: ChildProcess | undefined;
let stack: Stack;
const windows = new ConsoleWindows(() => stack.local);

beforeAll(async () => {
  if (!hasBrowser) return;
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const fixture = join(root, 'apps/api/src/oidc/provider-process.fixture.ts');
  provider = spawn(process.execPath, ['--import', 'tsx', fixture, JSON.stringify(person)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [issuer] = (await once(provider.stdout ?? provider, 'data')) as [Buffer];
  stack = await Stack.start({
    flags: ['--no-demo'],
    dataDir: await readyFolder(),
    env: {
      WEBHOOK_PRIVATE_TARGETS: 'true',
      OIDC_ISSUER: String(issuer).trim(),
      OIDC_CLIENT_ID: 'kindling-console',
      OIDC_CLIENT_SECRET: 'a secret of the client',
      OIDC_NAME: 'Corp',
    },
  });
  await windows.open();
});
afterEach(() => windows.closeWindows());
afterAll(async () => {
  await windows.close();
  await stack?.stopAndForget();
  provider?.kill();
  receiver.close();
});

inBrowser('a webhook', () => {
  test('is added, tested, seen to arrive, and sent again, and its receiver can tell that it is ours', async () => {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const page = await windows.signIn('/system?tab=webhooks');
    await page.getByText('Nobody is told of changes yet').waitFor();
    await picture(page, 'webhooks-none');
    await page.getByRole('button', { name: 'Add a webhook' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Address').fill('ftp://127.0.0.1/hook');
    await dialog.getByLabel('Note (optional)').fill('The shop');
    await dialog.getByRole('button', { name: 'Add it' }).click();
    await dialog.getByText('is not an https:// address without a user name').waitFor();
    await dialog.getByText('Choose at least one').waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await picture(page, 'webhooks-refused');
    await dialog.getByLabel('Address').fill(url);
    await dialog.getByRole('checkbox', { name: 'Imports that end' }).check();
    await dialog.getByRole('button', { name: 'Add it' }).click();
    const shown = page.getByRole('dialog', { name: 'The secret of this webhook' });
    const secret = (await shown.locator('pre').textContent())?.trim() ?? '';
    expect(await accessibilityFindings(page)).toEqual([]);
    await picture(page, 'webhooks-secret');
    await shown.getByRole('button', { name: 'I have copied it' }).click();
    await shown.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(secret);

    await page.getByRole('button', { name: `Manage ${url}` }).click();
    await page.getByRole('menuitem', { name: 'Send a test' }).click();
    const log = page.getByRole('region', { name: `Log of ${url}` });
    await log.getByText('Delivered').waitFor();
    await log.getByText('answered 204').waitFor();
    await picture(page, 'webhooks-log');
    await log.getByRole('button', { name: 'Send again: A test' }).click();
    await until(() => received.length === 2);
    await log.getByText('Delivered').waitFor();

    const fileId = await stack.upload('items.csv', 'id,title\n1,One robot\n');
    const start = 'mutation ($input: ImportInput!) { importCatalogue(input: $input) { id } }';
    await stack.admin(start, { input: { fileId } });
    await log.getByText('import.finished').waitFor();
    await until(() => received.length === 3);
    expect(received.map(({ body }) => JSON.parse(body).type)).toEqual([
      'webhook.test',
      'webhook.test',
      'import.finished',
    ]);
    const [first, again, news] = received.map(({ headers }) => headers['webhook-id']);
    expect(again).toBe(first);
    expect(news).not.toBe(first);
    for (const { headers, body } of received) {
      const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
      const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
      const signature = createHmac('sha256', key).update(text).digest('base64');
      expect(headers['webhook-signature']).toBe(`v1,${signature}`);
    }
  });

  test.each(locales)(
    'has a page that is accessible, fits and complains of nothing, in %s',
    async (locale) => {
      expect(await windows.findings({ 'webhooks-one': '/system?tab=webhooks' }, locale)).toEqual([]);
    },
  );
});

inBrowser('signing in by a provider', () => {
  test('is offered, says why it let nobody in, and lets in whom an administrator has invited', async () => {
    const page = await windows.window(wide);
    await page.goto(`${windows.url}/catalogue`);
    await page.getByRole('link', { name: 'Sign in with Corp' }).click();
    await page.getByText('Nobody has invited you yet').waitFor();
    expect(new URL(page.url()).origin).toBe(windows.url);
    expect(await accessibilityFindings(page)).toEqual([]);
    await picture(page, 'provider-not-invited');

    const invite = 'mutation ($input: InvitationInput!) { inviteMember(input: $input) { token } }';
    await stack.admin(invite, { input: { email: person.email, role: 'MERCHANDISER' } });
    await page.goto(`${windows.url}/catalogue/import`);
    await page.getByRole('link', { name: 'Sign in with Corp' }).click();
    await page.waitForURL(`${windows.url}/catalogue/import`);
    await settled(page);
    await page.getByRole('button', { name: 'Account' }).getByText('Cora Corp').waitFor();
    await page.getByRole('button', { name: 'Account' }).getByText('Merchandiser').waitFor();
  });

  test('brings back, in another tab, a session that ended under an open page, which keeps what was typed', async () => {
    const page = await windows.window(wide);
    await page.goto(`${windows.url}/preview`);
    await page.getByRole('link', { name: 'Sign in with Corp' }).click();
    await page.waitForURL(`${windows.url}/preview`);
    await settled(page);
    await page.getByLabel('Profile id').fill('somebody');
    await page.context().clearCookies({ name: 'kindling_session' });
    await page.getByRole('combobox', { name: 'Interests' }).fill('robots');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    const opened = page.context().waitForEvent('page');
    await dialog.getByRole('link', { name: 'Sign in with Corp' }).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await picture(page, 'provider-ended');
    await dialog.getByRole('link', { name: 'Sign in with Corp' }).click();
    await (await opened).getByRole('button', { name: 'Account' }).waitFor();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.getByLabel('Profile id').inputValue()).toBe('somebody');
  });

  test.each(locales)(
    'has a page that is accessible, fits and complains of nothing, in %s',
    async (locale) => {
      const page = await windows.window({ ...wide, locale });
      const pages = { provider: '/sign-in?problem=provider-unavailable' };
      expect(await windows.findingsOf(page, pages, locale)).toEqual([]);
      await page.locator('a[href^="/api/admin/oidc/start"]').waitFor();
    },
  );
});
