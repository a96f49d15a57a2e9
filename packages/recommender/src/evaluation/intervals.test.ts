import { seededRandom } from '@kindling/domain';
import { expect, it } from 'vitest';
import { bootstrapP, intervalOf, meanOf, meansOf, resamples } from './bootstrap.js';
import { holm } from './holm.js';

it('raises p-values by the number of comparisons that are left, never out of order', () => {
  expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  expect(holm([0.5, 0.9])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});

it('covers the truth in about 95 of 100 samples of people', () => {
  const random = seededRandom('coverage');
  let covered = 0;
  for (let run = 0; run < 200; run++) {
    const values = [Float64Array.from({ length: 80 }, () => random())];
    const { low, high } = intervalOf(meanOf(values), meansOf(values, resamples([80], 200, random)));
    if (low <= 0.5 && 0.5 <= high) covered++;
  }
  expect(covered).toBeGreaterThan(178);
  expect(covered).toBeLessThan(200);
});

it('is wider when splits differ than when only people do', () => {
  const draws = resamples([50, 50, 50], 500, seededRandom(1));
  const flat = [0.5, 0.5, 0.5].map((level) =>
    Float64Array.from({ length: 50 }, (_, at) => level + (at % 2) / 10),
  );
  const spread = [0.3, 0.5, 0.7].map((level) =>
    Float64Array.from({ length: 50 }, (_, at) => level + (at % 2) / 10),
  );
  const width = (values: Float64Array[]) => {
    const { low, high } = intervalOf(meanOf(values), meansOf(values, draws));
    return high - low;
  };
  expect(width(spread)).toBeGreaterThan(3 * width(flat));
});

it('finds a small difference that all people share, and none where there is none', () => {
  const random = seededRandom(2);
  const draws = resamples([100], 400, random);
  const a = Float64Array.from({ length: 100 }, () => random());
  const b = a.map((value) => value + 0.01);
  const same = a.map((value, at) => value + (at % 2 === 0 ? 0.01 : -0.01));
  const pOf = (one: Float64Array) =>
    bootstrapP(meansOf([one.map((value, at) => value - (a[at] ?? 0))], draws));
  expect(pOf(b)).toBeLessThan(0.01);
  expect(pOf(same)).toBeGreaterThan(0.1);
});
