import { type ItemNumber, itemNumber, seededRandom } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { ClickModel } from './click-model.js';
import { estimateStrategy, type ReplayedSlot } from './estimate-strategy.js';

const rates = new Map([1, 2, 3, 4].map((n) => [itemNumber(n), 0.04 * n]));
const atRank = [1, 0.5];
const item = (n: number) => itemNumber(n);

/** Lists of two: 1 and 2 stand in their places, and with the probability 1/2 item 3 or 4 in the second. */
function log(seed: number, lists: number, target: readonly ItemNumber[]): ReplayedSlot[] {
  const random = seededRandom(seed);
  return Array.from({ length: lists }, (_, list) => {
    const draw = random();
    const second = draw < 0.5 ? item(2) : draw < 0.8 ? item(3) : item(4);
    const propensity = draw < 0.5 ? 0.5 : draw < 0.8 ? 0.3 : 0.2;
    return [item(1), second].map((shown, index) => ({
      list: `${list}`,
      rank: index + 1,
      item: shown,
      propensity: index === 0 ? 1 : propensity,
      clicked: random() < (rates.get(shown) ?? 0) * (atRank[index] ?? 0),
      target: target[index] ?? null,
    }));
  }).flat();
}
const truth = (target: readonly ItemNumber[]) =>
  target.reduce((sum, one, index) => sum + (rates.get(one) ?? 0) * (atRank[index] ?? 0), 0) / 2;

describe('the estimate of a strategy from a log of another one', () => {
  it('finds what a strategy would bring that the log has seen, by all three estimators', () => {
    const target = [item(1), item(4)];
    const estimate = estimateStrategy(log(1, 20_000, target));
    for (const { low, high } of [
      estimate.inversePropensity,
      estimate.selfNormalised,
      estimate.doublyRobust,
    ]) {
      expect(low).toBeLessThan(truth(target));
      expect(high).toBeGreaterThan(truth(target));
    }
    expect(estimate.observed.mean).toBeLessThan(estimate.inversePropensity.mean);
    expect(estimate.overlap.warnings).toEqual([]);
  });

  it('covers the truth about as often as 95 % by the doubly robust estimate, whose model has not seen the slot', () => {
    const target = [item(1), item(3)];
    let covered = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { doublyRobust } = estimateStrategy(log(seed, 1_500, target));
      if (doublyRobust.low <= truth(target) && truth(target) <= doublyRobust.high) covered++;
    }
    expect(covered / 200).toBeGreaterThan(0.9);
  });

  it('warns of a strategy that shows what the log never did', () => {
    const { overlap } = estimateStrategy(log(2, 3_000, [item(9), item(8)]));
    expect(overlap.warnings).toContain('TARGET_NOT_COVERED');
    expect(overlap.effectiveChoices).toBe(0);
  });

  it('is exact for the strategy that was shown without chance', () => {
    const shown = log(3, 500, []).map((slot) => ({ ...slot, propensity: 1, target: slot.item }));
    const { observed, inversePropensity } = estimateStrategy(shown);
    expect(inversePropensity).toEqual(observed);
  });
});

describe('the click model', () => {
  it('is the product of rank and item, drawn towards what all do when little was seen', () => {
    const slots = log(4, 30_000, []);
    const model = new ClickModel(slots);
    expect(model.expected(item(1), 1)).toBeCloseTo(0.04, 2);
    expect(model.expected(item(4), 2)).toBeCloseTo(0.08, 2);
    expect(new ClickModel([]).expected(item(1), 1)).toBe(0);
    expect(model.expected(item(77), 1)).toBeCloseTo(model.expected(item(1), 1), 2);
  });
});
