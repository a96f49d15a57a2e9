import { describe, expect, it } from 'vitest';
import { ChoiceFrequencies } from './choice-frequencies.js';
import { choicePolicies } from './choice-policy.js';
import { type ExplorationSimulation, simulateExploration } from './simulate-exploration.js';

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
    const share = (list: typeof items, outcome: string) =>
      list.filter((item) => item.outcome === outcome).length / list.length;
    expect(good.length).toBeGreaterThan(15);
    expect(share(good, 'GRADUATED')).toBeGreaterThanOrEqual(0.9);
    expect(share(good, 'RETIRED')).toBe(0);
    expect(poor.length).toBeGreaterThan(3);
    expect(share(poor, 'GRADUATED')).toBeLessThanOrEqual(0.1);
  });

  it('regrets much less than choosing by chance would, and an oracle regrets nothing', async () => {
    const spend = 5 * settings.impressionsPerDay;
    const at = ({ regret }: ExplorationSimulation) => regret[spend - 1] ?? Number.NaN;
    const short = { ...settings, days: 6 };
    const chance = await simulateExploration({ ...short, policy: 'uniform' });
    const oracle = await simulateExploration({ ...short, policy: 'oracle' });
    expect(at(await simulated)).toBeLessThan(0.75 * at(chance));
    expect(at(oracle)).toBe(0);
  }, 120_000);

  it('expects on day 0 what comes true, roughly', async () => {
    const { calibration } = await simulated;
    expect(calibration.bins.length).toBeGreaterThan(5);
    expect(calibration.calibrationError).toBeLessThan(0.04);
  });

  it('shows items as often as the propensities say that it logs', async () => {
    for (const policy of choicePolicies) {
      const { propensities } = await (policy === 'thompson'
        ? simulated
        : simulateExploration({ ...settings, days: 3, policy }));
      expect(propensities.p).toBeGreaterThan(0.001);
    }
  }, 120_000);
});

describe('the check of choices against their probabilities', () => {
  it('notices probabilities that are a quarter off', () => {
    const frequencies = new ChoiceFrequencies();
    for (let item = 0; item < 20; item++) {
      frequencies.expect(item, item % 2 === 0 ? 125 : 75);
      for (let n = 0; n < 100; n++) frequencies.observe(item);
    }
    expect(frequencies.check().p).toBeLessThan(1e-9);
  });

  it('agrees with tables: 30.14 at 19 degrees is 5 percent', () => {
    const frequencies = new ChoiceFrequencies();
    const deviation = Math.sqrt((30.1435 * 10_000) / 20);
    for (let item = 0; item < 20; item++) {
      frequencies.expect(item, 10_000);
      const times = Math.round(10_000 + (item % 2 === 0 ? deviation : -deviation));
      for (let n = 0; n < times; n++) frequencies.observe(item);
    }
    const { degrees, p } = frequencies.check();
    expect(degrees).toBe(19);
    expect(p).toBeCloseTo(0.05, 2);
  });
});
