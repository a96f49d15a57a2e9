import { describe, expect, it } from 'vitest';
import { simulateExploration } from './simulate-exploration.js';

const settings = {
  seed: 11,
  newItems: 100,
  days: 20,
  impressionsPerDay: 1_500,
  listsPerDay: 4_500,
  processes: 3,
} as const;
const simulated = simulateExploration({ ...settings, policy: 'thompson' });

describe('a simulation with known truth: 100 new items', () => {
  it('spends the budget of each day to the impression, with several processes', async () => {
    const { spent } = await simulated;
    for (const day of spent) expect(day).toBeLessThanOrEqual(settings.impressionsPerDay);
    expect(spent.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => settings.impressionsPerDay));
  }, 120_000);

  it('lets the good items graduate, and retires poor ones, hardly ever the other way round', async () => {
    const { items, catalogueRate } = await simulated;
    const good = items.filter(({ trueRate }) => trueRate >= 1.2 * catalogueRate);
    const poor = items.filter(({ trueRate }) => trueRate < 0.4 * catalogueRate);
    const share = (list: typeof items, state: string) =>
      list.filter((item) => item.state === state).length / list.length;
    expect(good.length).toBeGreaterThan(15);
    expect(share(good, 'GRADUATED')).toBeGreaterThanOrEqual(0.9);
    expect(share(good, 'RETIRED')).toBe(0);
    expect(poor.length).toBeGreaterThan(3);
    expect(share(poor, 'GRADUATED')).toBeLessThanOrEqual(0.1);
  });

  it('regrets much less than choosing by chance would', async () => {
    const { regret } = await simulated;
    const chance = await simulateExploration({ ...settings, policy: 'uniform' });
    const atEqualSpend = Math.min(regret.length, chance.regret.length, 5 * settings.impressionsPerDay) - 1;
    expect(regret[atEqualSpend]).toBeLessThan(0.75 * (chance.regret[atEqualSpend] ?? 0));
  }, 120_000);

  it('expects on day 0 what comes true, roughly', async () => {
    const { calibration } = await simulated;
    expect(calibration.bins.length).toBeGreaterThan(5);
    expect(calibration.calibrationError).toBeLessThan(0.04);
  });
});
