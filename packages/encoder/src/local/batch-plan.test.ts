import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planBatches } from './batch-plan.js';

const lengths = fc.array(fc.integer({ min: 1, max: 512 }), { maxLength: 300 });
const limits = fc.record({
  budgetTokens: fc.integer({ min: 1, max: 2048 }),
  maximumPadding: fc.double({ min: 0, max: 0.5, noNaN: true }),
});
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('planBatches', () => {
  it('puts every text in exactly one batch', () => {
    fc.assert(
      fc.property(lengths, limits, (all, limit) => {
        const places = planBatches(all, limit).flat();
        expect(places.sort((a, b) => a - b)).toEqual(all.map((_, place) => place));
      }),
    );
  });

  it('exceeds neither the token budget nor the padding, save for a single text that is longer than the budget', () => {
    fc.assert(
      fc.property(lengths, limits, (all, limit) => {
        for (const batch of planBatches(all, limit)) {
          const own = batch.map((place) => all[place] ?? 0);
          const padded = own.length * Math.max(...own);
          if (own.length > 1) expect(padded).toBeLessThanOrEqual(limit.budgetTokens);
          expect(1 - sum(own) / padded).toBeLessThanOrEqual(limit.maximumPadding + 1e-12);
        }
      }),
    );
  });

  it('starts with the longest texts, so that threads finish together', () => {
    const batches = planBatches([5, 100, 6, 90, 5], { budgetTokens: 200, maximumPadding: 0.2 });
    expect(batches.map((batch) => batch.length)).toEqual([2, 3]);
  });
});
