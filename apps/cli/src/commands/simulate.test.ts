import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../run.js';
import type { PolicyComparison } from '../simulate/compare-policies.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kindling-simulate-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function simulate(...args: string[]) {
  let out = '';
  let remarks = '';
  const code = await run(['simulate', ...args], {
    environment: { url: undefined, key: undefined, workingDirectory: folder },
    out: (text) => {
      out += text;
    },
    remark: (text) => {
      remarks += text;
    },
    isTerminal: false,
    signal: new AbortController().signal,
  });
  return { code, out, remarks };
}
const read = (file: string) => readFileSync(join(folder, file), 'utf8');

describe('kindling simulate', () => {
  test('lets good items graduate, holds the budget, and regrets less than chance; twice the same', async () => {
    const small = [
      '--seeds',
      '1',
      '--items',
      '20',
      '--days',
      '4',
      '--svg',
      'regret.svg',
      '--json',
      'all.json',
    ];
    const { code, out } = await simulate(...small);
    expect(code).toBe(0);
    expect(out).toMatch(/^ +regret/);
    const json = read('all.json');
    const { policies, impressions } = JSON.parse(json) as PolicyComparison;
    const by = Object.fromEntries(policies.map((one) => [one.policy, one]));
    const last = (policy: string) => by[policy]?.regret.at(-1) ?? Number.NaN;
    expect(last('oracle')).toBe(0);
    expect(last('thompson')).toBeLessThan(last('uniform'));
    expect(impressions.length).toBe(by['thompson']?.regret.length);
    for (const { mostOnADay, propensityP } of policies) {
      expect(mostOnADay).toBeLessThanOrEqual(1_500);
      expect(propensityP).toBeGreaterThan(0.001);
    }
    const good = by['thompson']?.good ?? { items: 0, graduated: 0, retired: 1 };
    expect(good.graduated / good.items).toBeGreaterThan(0.5);
    expect(good.retired).toBe(0);
    await simulate(...small);
    expect(read('all.json')).toBe(json);
  }, 60_000);

  test('draws curves that say in words what they show', () => {
    const svg = read('regret.svg');
    expect(svg).toMatch(/<title id="t">.+<\/title>/);
    expect(svg).toMatch(/<desc id="d">.*Kindling \(Thompson\) \d+.*<\/desc>/);
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg.match(/<path class="line /g)).toHaveLength(4);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  test.each([
    [['--days', 'many'], /--days wants a whole number/],
    [['now'], /does not understand "now"/],
  ])('a command line that is not understood ends with 2: %j', async (args, message) => {
    const { code, remarks } = await simulate(...args);
    expect(code).toBe(2);
    expect(remarks).toMatch(message);
  });
});
