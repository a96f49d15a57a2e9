import { seededRandom } from '@kindling/domain';
import { expect, test } from 'vitest';
import { bayesianReading, defaultPrior } from './bayes.js';
import { confidenceSequence, sequenceMultiplier } from './confidence-sequence.js';
import { cupedEstimate, pooledTheta } from './cuped.js';
import { compareArms, type Effect } from './effect.js';
import { meanEstimate, unitVariance } from './estimate.js';
import { guardrail } from './guardrail.js';
import { meanSums, proportionSums } from './moments.js';
import { benjaminiHochberg, holm } from './multiple-testing.js';
import { normal } from './normal.js';
import { postStratify } from './post-stratification.js';
import { minimumDetectableLift, powerOfLift } from './power.js';
import { chiSquareTail, sampleRatio, sampleRatioByDimension } from './sample-ratio.js';
import { welchTest } from './welch.js';
import { pooledCap, winsorize } from './winsorize.js';

const effect: Effect = { difference: 0.04, standardError: 0.01, n: 4_000, degreesOfFreedom: 3_998 };

test('an interval and its p agree on whether zero is left out, for every test and side', () => {
  for (let shift = -40; shift <= 40; shift++) {
    const one = { ...effect, difference: shift / 1_000 };
    for (const alternative of ['two-sided', 'greater', 'less'] as const) {
      const readings = [
        welchTest(one, { alpha: 0.05, alternative }),
        confidenceSequence(one, { alpha: 0.05, alternative, tuningSampleSize: 5_000 }),
      ];
      for (const { interval, p } of readings) {
        const [low, high] = interval;
        const leavesOut = (low !== null && low > 0) || (high !== null && high < 0);
        expect(p < 0.05, `${alternative} ${shift}`).toBe(leavesOut);
      }
    }
  }
});

test('the sequence is always wider than the fixed interval, and tightest near its tuning size', () => {
  const widths = [100, 1_000, 10_000, 100_000].map((n) => sequenceMultiplier(n, 0.05, 1_000));
  expect(Math.min(...widths)).toBe(widths[1]);
  expect(Math.min(...widths)).toBeGreaterThan(1.96);
});

test('tiny p-values keep their digits', () => {
  expect(welchTest({ ...effect, difference: 0.2 }, { alpha: 0.05 }).p).toBeGreaterThan(0);
  expect(welchTest({ ...effect, difference: 0.2 }, { alpha: 0.05 }).p).toBeLessThan(1e-60);
  expect(chiSquareTail(200, 1)).toBeGreaterThan(0);
});

test('chi-square tails agree with published tables', () => {
  // Abramowitz and Stegun, table 26.8
  for (const [x, degrees, p] of [
    [3.84146, 1, 0.05],
    [5.99146, 2, 0.05],
    [11.3449, 3, 0.01],
    [18.4668, 4, 0.001],
    [29.5883, 10, 0.001],
  ] as const) {
    expect(chiSquareTail(x, degrees)).toBeCloseTo(p, 6);
  }
});

test('arms that are planned to get nobody do not change the sample ratio of the others', () => {
  const two = [1_000, 1_200].map((users) => ({ users, weight: 0.5 }));
  // published among GrowthBook's own tests of its sample ratio check
  expect(sampleRatio(two).p).toBeCloseTo(0.000020079, 9);
  expect(sampleRatio([...two, { users: 900, weight: 0 }])).toEqual(sampleRatio(two));
  expect(sampleRatio([{ users: 900, weight: 1 }]).p).toBe(1);
});

test('a mismatch that hides in the total shows in its dimension', () => {
  const arms = (a: number, b: number) => [
    { users: a, weight: 1 },
    { users: b, weight: 1 },
  ];
  expect(sampleRatio(arms(5_000, 5_000)).mismatch).toBe(false);
  const slices = sampleRatioByDimension([
    { dimension: 'device', value: 'phone', arms: arms(2_800, 2_200) },
    { dimension: 'device', value: 'desktop', arms: arms(2_200, 2_800) },
    { dimension: 'locale', value: 'en', arms: arms(5_000, 5_000) },
  ]);
  expect(slices.map(({ mismatch }) => mismatch)).toEqual([true, true, false]);
});

test('CUPED keeps the difference and takes away the variance that the past explains', () => {
  const random = seededRandom('cuped');
  const arm = (lift: number) => {
    const sums = { n: 20_000, y: 0, yy: 0, x: 0, xx: 0, xy: 0 };
    for (let unit = 0; unit < sums.n; unit++) {
      const x = 5 + normal(random);
      const y = x + 0.5 * normal(random) + lift;
      sums.y += y;
      sums.yy += y * y;
      sums.x += x;
      sums.xx += x * x;
      sums.xy += x * y;
    }
    return {
      post: meanSums(sums.n, sums.y, sums.yy),
      pre: meanSums(sums.n, sums.x, sums.xx),
      products: sums.xy,
    };
  };
  const [a, b] = [arm(0), arm(0.05)];
  const theta = pooledTheta(a, b);
  expect(theta).toBeCloseTo(1, 1);
  const adjusted = { a: cupedEstimate(a, theta), b: cupedEstimate(b, theta) };
  expect(unitVariance(adjusted.a) / unitVariance(meanEstimate(a.post))).toBeCloseTo(0.2, 1);
  const result = compareArms(adjusted.a, adjusted.b, 'absolute');
  expect(result.ok && Math.abs(result.effect.difference - 0.05) < 4 * result.effect.standardError).toBe(true);
});

test('post-stratification removes a chance imbalance between strata', () => {
  // the same means in each stratum, but arm b happens to have more of the rich one
  const poor = { a: meanSums(600, 600, 1_200), b: meanSums(400, 400, 800) };
  const rich = { a: meanSums(400, 4_000, 40_800), b: meanSums(600, 6_000, 61_200) };
  const { a, b } = postStratify([poor, rich]);
  expect(a.value).toBeCloseTo(b.value, 12);
  const result = compareArms(a, b, 'relative');
  const plain = compareArms(
    meanEstimate(meanSums(1_000, 4_600, 42_000)),
    meanEstimate(meanSums(1_000, 6_400, 62_000)),
    'relative',
  );
  expect(result.ok && plain.ok && result.effect.standardError < plain.effect.standardError / 2).toBe(true);
});

test('strata too thin to have a variance are pooled, and no unit is lost', () => {
  const thin = { a: meanSums(1, 1, 1), b: meanSums(0, 0, 0) };
  const thick = { a: meanSums(50, 100, 300), b: meanSums(50, 120, 400) };
  const { a, b } = postStratify([thin, thick]);
  expect([a.n, b.n]).toEqual([51, 50]);
});

test('says why arms cannot be compared', () => {
  const some = meanEstimate(proportionSums(100, 10));
  expect(compareArms(some, meanEstimate(proportionSums(1, 0)), 'absolute')).toEqual({
    ok: false,
    problem: 'EMPTY_ARM',
  });
  const zero = meanEstimate(proportionSums(100, 0));
  expect(compareArms(zero, some, 'relative')).toEqual({ ok: false, problem: 'BASELINE_IS_ZERO' });
  expect(compareArms(zero, zero, 'absolute')).toEqual({ ok: false, problem: 'NO_VARIANCE' });
});

test('a guardrail is safe only when a loss beyond the margin is excluded', () => {
  const options = { margin: 0.02, harm: 'decrease', alpha: 0.05, tuningSampleSize: 5_000 } as const;
  const verdict = (difference: number, standardError: number) =>
    guardrail({ ...effect, difference, standardError }, options).verdict;
  expect(verdict(0, 0.004)).toBe('SAFE');
  expect(verdict(0, 0.02)).toBe('UNDECIDED');
  expect(verdict(-0.06, 0.005)).toBe('HARMED');
  expect(
    guardrail({ ...effect, difference: 0.06, standardError: 0.005 }, { ...options, harm: 'increase' })
      .verdict,
  ).toBe('HARMED');
});

test('Benjamini-Hochberg never corrects more than Holm, and both keep the order', () => {
  const p = [0.04, 0.001, 0.03, 0.2, 0.012];
  const [strict, mild] = [holm(p), benjaminiHochberg(p)];
  for (const [at, raw] of p.entries()) {
    expect(mild[at]).toBeGreaterThanOrEqual(raw);
    expect(strict[at]).toBeGreaterThanOrEqual(mild[at] ?? 0);
  }
  expect(holm([])).toEqual([]);
});

test('the default prior shrinks a lift that is too good to be true', () => {
  const wild = { difference: 1, standardError: 0.5 };
  const flat = bayesianReading(wild, { alpha: 0.05, prior: null });
  const sober = bayesianReading(wild, { alpha: 0.05, prior: defaultPrior });
  expect(flat.estimate).toBe(1);
  expect(sober.estimate).toBeCloseTo(0.09 / (0.09 + 0.25), 12);
  expect(sober.chanceToWin).toBeLessThan(flat.chanceToWin);
});

test('power at the minimum detectable lift is the power that was asked for', () => {
  for (const tuningSampleSize of [null, 5_000]) {
    const plan = { mean: 2, variance: 9, unitsPerArm: 5_000, alpha: 0.05, tuningSampleSize };
    const lift = minimumDetectableLift(plan, 0.8) ?? Number.NaN;
    expect(powerOfLift(plan, lift)).toBeCloseTo(0.8, 5);
  }
  const hopeless = { mean: 0.1, variance: 9, unitsPerArm: 100, alpha: 0.05, tuningSampleSize: null };
  expect(minimumDetectableLift(hopeless, 0.8)).toBeNull();
});

test('the cap comes from all units of all arms and cuts the tail alone', () => {
  const values = Array.from({ length: 1_001 }, (_, at) => at);
  expect(pooledCap(values)).toBeCloseTo(999, 9);
  expect([5, 5_000].map((value) => winsorize(value, 999))).toEqual([5, 999]);
  expect(winsorize(7, pooledCap([]))).toBe(7);
});
