import { seededRandom } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { doublyRobust } from './doubly-robust.js';
import { inversePropensity } from './inverse-propensity.js';
import type { ModelledChoice } from './logged-choice.js';
import { overlap } from './overlap.js';
import { selfNormalised } from './self-normalised.js';

/** Five items of known rates, shown by `logging`; asked about `target`. */
const rates = [0.02, 0.05, 0.1, 0.2, 0.04];
const logging = [0.4, 0.3, 0.15, 0.1, 0.05];
const upTo = logging.map((_, item) => logging.slice(0, item + 1).reduce((sum, share) => sum + share, 0));
const target = [0.05, 0.05, 0.3, 0.5, 0.1];
const truth = rates.reduce((sum, rate, item) => sum + rate * (target[item] ?? 0), 0);

function simulate(
  seed: number,
  lists: number,
  policy = target,
  model = (rate: number) => rate,
): ModelledChoice[] {
  const random = seededRandom(seed);
  return Array.from({ length: lists }, (_, list) => {
    const draw = random();
    const item = Math.max(
      0,
      upTo.findIndex((share) => draw < share),
    );
    const rate = rates[item] ?? 0;
    return {
      list: `${list}`,
      propensity: logging[item] ?? 1,
      target: policy[item] ?? 0,
      reward: random() < rate ? 1 : 0,
      expectedLogged: model(rate),
      expectedTarget: rates.reduce((sum, one, index) => sum + model(one) * (policy[index] ?? 0), 0),
    };
  });
}

describe('off-policy estimators', () => {
  const estimators = { inversePropensity, selfNormalised, doublyRobust };
  it.each(Object.entries(estimators))('%s covers the known truth about as often as 95 %%', (_, estimate) => {
    let covered = 0;
    let sum = 0;
    const runs = 200;
    for (let seed = 0; seed < runs; seed++) {
      const { mean, low, high } = estimate(simulate(seed, 2_000));
      sum += mean;
      if (low <= truth && truth <= high) covered++;
    }
    expect(covered / runs).toBeGreaterThan(0.91);
    expect(sum / runs).toBeCloseTo(truth, 2);
  });

  it('doubly robust is right with a wrong model, and narrower than IPS with a good one', () => {
    const wrong = doublyRobust(simulate(1, 40_000, target, () => 0.5));
    expect(wrong.low).toBeLessThan(truth);
    expect(wrong.high).toBeGreaterThan(truth);
    const choices = simulate(2, 5_000);
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    expect(width(doublyRobust(choices))).toBeLessThan(width(inversePropensity(choices)));
  });

  it('counts lists, not slots: repeating every slot of a list changes no interval', () => {
    const choices = simulate(3, 2_000);
    const twice = inversePropensity([...choices, ...choices]);
    const once = inversePropensity(choices);
    expect(twice.low).toBeCloseTo(once.low, 12);
    expect(twice.high).toBeCloseTo(once.high, 12);
  });

  it('says nothing against a log that shows what the strategy would', () => {
    expect(overlap(simulate(4, 5_000)).warnings).toEqual([]);
    const same = overlap(simulate(4, 5_000, logging));
    expect(same.effectiveChoices).toBe(5_000);
  });

  it('warns when the log never shows what the strategy would', () => {
    const blind = simulate(5, 5_000).map((choice) => ({
      ...choice,
      target: choice.propensity > 0.2 ? 0.1 : 0,
    }));
    expect(overlap(blind).warnings).toContain('TARGET_NOT_COVERED');
    expect(overlap(blind.map((choice) => ({ ...choice, target: 0 }))).warnings).toContain(
      'FEW_EFFECTIVE_CHOICES',
    );
  });

  it('warns when a single choice decides', () => {
    const [first, ...rest] = simulate(6, 2_000, logging);
    if (!first) throw new Error('nothing was simulated');
    const heavy = [{ ...first, propensity: 0.0005, target: 1 }, ...rest];
    expect(overlap(heavy).warnings).toContain('LARGE_WEIGHT');
  });

  it('refuses a propensity that cannot be', () => {
    const choice = { list: 'a', target: 1, reward: 0 };
    expect(() => inversePropensity([{ ...choice, propensity: 0 }])).toThrow(/in \(0, 1\]/);
  });
});
