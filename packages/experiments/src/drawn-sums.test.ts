import { seededRandom } from '@kindling/domain';
import { expect, test } from 'vitest';
import { baselineOf } from './baseline.js';
import { SumsSampler } from './drawn-sums.js';

const random = seededRandom('population');
/** Most are small, a few are a hundred times as large. */
const units = Float64Array.from(
  { length: 10_000 },
  () => Math.exp(1.3 * random()) + (random() < 0.01 ? 100 : 0),
);
const values = Array.from(units, (y) => ({ y, x: 1 }));
const mean = units.reduce((sum, unit) => sum + unit, 0) / units.length;
const variance = units.reduce((sum, unit) => sum + (unit - mean) ** 2, 0) / units.length;
const third = units.reduce((sum, unit) => sum + (unit - mean) ** 3, 0) / units.length;

test.each([50, 400, 5_000, 100_000])(
  'sums of %i units have the mean, the variance and the ties between sum and squares of sums that are drawn unit by unit',
  (n) => {
    const sampler = new SumsSampler(baselineOf(values, false).distances, n);
    const draws = Array.from({ length: 20_000 }, () => sampler.draw(n, random));
    const average = (of: (draw: (typeof draws)[number]) => number) =>
      draws.reduce((sum, draw) => sum + of(draw), 0) / draws.length;
    const [sum, squares] = [average((draw) => draw.sum), average((draw) => draw.squares)];
    // in standard errors of the mean of all draws: five of them
    expect(Math.abs(sum) / Math.sqrt((n * variance) / draws.length)).toBeLessThan(5);
    expect(Math.abs(squares / (n * variance) - 1)).toBeLessThan(0.02);
    expect(Math.abs(average((draw) => draw.sum ** 2) / (n * variance) - 1)).toBeLessThan(0.06);
    // covariance of sum and squares: n times the third central moment
    const tie = average((draw) => draw.sum * draw.squares) - sum * squares;
    expect(Math.abs(tie / (n * third) - 1)).toBeLessThan(0.08);
  },
);
