import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditActions } from '@kindling/storage';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, listen, picture } from '../stack/browser.js';
import {
  consoleRoutes,
  demoPages,
  evaluationPages,
  experimentPages,
  modelPages,
  outsidePages,
} from '../stack/console-pages.js';
import { ConsoleWindows, locales, memberOfDemo, settled, wide } from '../stack/console-window.js';
import { root } from '../stack/stack.js';

const inBrowser = describe.skipIf(!hasBrowser);
const windows = new ConsoleWindows();
beforeAll(() => windows.open());
afterEach(() => windows.closeWindows());
afterAll(() => windows.close());

describe('the pages that tests open in both themes, both languages and at both widths', () => {
  test('are all that the console has', () => {
    const opened = [
      demoPages,
      outsidePages,
      experimentPages('[key]'),
      modelPages('[id]'),
      evaluationPages('[id]'),
    ]
      .flatMap((pages) => Object.values<string>(pages))
      .map((path) => path.replace(/[?#].*$/, ''));
    expect(consoleRoutes().length).toBeGreaterThan(10);
    expect(consoleRoutes().filter((route) => !opened.includes(route))).toEqual([]);
  });
});

inBrowser('every page', () => {
  test.each(locales)(
    'is accessible, fits and complains of nothing, light and dark, at 1440 and 390 px, in %s',
    async (locale) => {
      const guest = await windows.window({ ...wide, locale });
      expect(await windows.findingsOf(guest, outsidePages, locale)).toEqual([]);
      // the browser itself complains of the answer 404
      const { 'not-found': missing, ...pages } = demoPages;
      expect(await windows.findings(pages, locale)).toEqual([]);
      const complaint = 'Failed to load resource: the server responded with a status of 404 (Not Found)';
      expect(await windows.findings({ missing }, locale)).toEqual([complaint]);
    },
    1_200_000,
  );

  test.each(['/cold-start', '/system'])('of %s with tabs is opened with each of them', async (path) => {
    const page = await windows.signIn(path);
    const ids = await page.getByRole('tab').evaluateAll((tabs) => tabs.map(({ id }) => id));
    const opened = Object.values<string>(demoPages).filter(
      (one) => /^[^?]+\?tab=[a-z-]+$/.test(one) && one.startsWith(path),
    );
    expect(ids.length).toBeGreaterThan(3);
    expect(ids.map((id) => id.replace(/^.*-tab-/, `${path}?tab=`)).sort()).toEqual(opened.sort());
  });

  test.each(['viewer', 'merchandiser', 'experimenter'] as const)(
    'opens for a %s without a failed panel, and asks the API for nothing that is refused',
    async (role) => {
      const page = await windows.signIn('/', wide, await memberOfDemo(role));
      const complaints = listen(page);
      const { 'not-found': _, ...pages } = demoPages;
      const alerts: string[] = [];
      for (const [id, path] of Object.entries(pages)) {
        await page.goto(windows.url + path);
        await settled(page);
        await picture(page, `role-${role}-${id}`);
        for (const text of await page.locator('main [role=alert]').allTextContents())
          alerts.push(`${id}: ${text}`);
      }
      expect([...alerts, ...complaints]).toEqual([]);
    },
    600_000,
  );

  test('loads at most 350 KB of gzipped JavaScript at the first visit', async () => {
    const guest = await windows.window(wide);
    expect(await windows.heavyPages(guest, outsidePages)).toEqual([]);
    const page = await windows.signIn('/');
    expect(await windows.heavyPages(page, demoPages)).toEqual([]);
  }, 600_000);
});

describe('the audit log', () => {
  test.each(locales)('has words for everything that is recorded, in %s', (locale) => {
    const file = join(root, `apps/console/src/messages/${locale}.json`);
    const { actions } = (
      JSON.parse(readFileSync(file, 'utf8')) as {
        audit: { actions: Record<string, Record<string, string> | undefined> };
      }
    ).audit;
    const without = auditActions.filter((action) => {
      const [noun = '', verb = ''] = action.split('.');
      return actions[noun]?.[verb] === undefined;
    });
    expect(without).toEqual([]);
  });
});
