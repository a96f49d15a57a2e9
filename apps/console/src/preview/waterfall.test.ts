import fc from 'fast-check';
import { expect, it } from 'vitest';
import { waterfall, waterfallRange } from './waterfall';

const ledger = fc.array(
  fc.record({ term: fc.constant('a'), value: fc.double({ min: -5, max: 5, noNaN: true }) }),
  { minLength: 1 },
);

it('ends where the terms sum to, each bar beginning where the last one ended', () => {
  fc.assert(
    fc.property(ledger, (terms) => {
      const bars = waterfall(terms);
      expect(bars.at(-1)?.to).toBe(terms.reduce((sum, { value }) => sum + value, 0));
      bars.slice(1).forEach((bar, index) => {
        expect(bar.from).toBe(bars[index]?.to);
      });
    }),
  );
});

it('gives a range that holds every bar and zero, and is never empty', () => {
  fc.assert(
    fc.property(fc.array(ledger), (ledgers) => {
      const all = ledgers.map(waterfall);
      const [low, high] = waterfallRange(all);
      expect(high).toBeGreaterThan(low);
      expect(low).toBeLessThanOrEqual(0);
      for (const { from, to } of all.flat()) {
        expect(Math.min(from, to)).toBeGreaterThanOrEqual(low);
        expect(Math.max(from, to)).toBeLessThanOrEqual(high);
      }
    }),
  );
});
