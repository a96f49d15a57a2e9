import { expect, test } from 'vitest';
import { banditArms } from './bandit-arms.js';
import { addBanditSlices, type BanditSlice } from './bandit-slices.js';
import { experimentDefinitionSchema } from './experiment-definition.js';
import { readResults } from './experiment-results.js';
import { noSums, type OutcomeSums } from './outcome-sums.js';
import { presetMetrics } from './preset-metrics.js';

const definition = experimentDefinitionSchema.parse({
  name: 'Bandit',
  hypothesis: 'One of them is best',
  kind: 'BANDIT',
  placements: ['home'],
  variants: ['a', 'b'].map((key) => ({ key, name: key, strategyKey: key })),
  primaryMetric: 'click-conversion',
  minimumUnitsPerArm: 100,
});
const conversion = presetMetrics.filter(({ key }) => key === 'click-conversion');
const metric = conversion[0] as (typeof conversion)[number];

/** Units and clicks by variant and day. */
function sumsOf(cells: readonly [variant: number, day: string, n: number, clicks: number][]): OutcomeSums[] {
  return cells.flatMap(([variant, day, n, y]) =>
    [
      { dimension: 'day', value: day },
      { dimension: 'all', value: '' },
    ].flatMap((place) => [
      { ...noSums(variant), ...place, metric: -1, n, y: n },
      { ...noSums(variant), ...place, metric: 0, n, y, yy: y },
    ]),
  );
}
const added = (sums: readonly OutcomeSums[]): OutcomeSums[] => {
  const groups = new Map<string, OutcomeSums>();
  for (const row of sums) {
    const name = JSON.stringify([row.metric, row.variant, row.dimension, row.value]);
    const old = groups.get(name);
    groups.set(name, old ? { ...old, n: old.n + row.n, y: old.y + row.y, yy: old.yy + row.yy } : row);
  }
  return [...groups.values()];
};

test('an arm is not credited with the days on which it had most of the traffic', () => {
  // the same rates in both arms: 40 % on the good day, 10 % on the bad one; b has most of the good day
  const sums = added(
    sumsOf([
      [0, '2026-11-01', 900, 90],
      [1, '2026-11-01', 100, 10],
      [0, '2026-11-02', 100, 40],
      [1, '2026-11-02', 900, 360],
    ]),
  );
  const [a, b] = banditArms(definition, metric, sums);
  expect(a?.mean).toBeCloseTo(0.25, 12);
  expect(b?.mean).toBeCloseTo(0.25, 12);
});

const read = (
  sums: readonly OutcomeSums[],
  rounds: readonly { shares: number[]; units: number[]; slices?: readonly BanditSlice[] }[] = [],
) =>
  readResults(
    {
      definition,
      metrics: conversion,
      sums,
      severalArms: 0,
      mergedAcrossArms: 0,
      daysRun: 2,
      isStopped: false,
      horizon: null,
      rounds: rounds.map((round, at) => ({ slices: [], ...round, round: at, startedAt: new Date(0) })),
    },
    { fixed: true, bayesian: true },
  );

test('the best arm is shipped by its chance, and no interval is given, not even when it is asked for', () => {
  const sums = added(
    sumsOf([
      [0, '2026-11-01', 500, 50],
      [1, '2026-11-01', 500, 100],
    ]),
  );
  const results = read(sums, [{ shares: [0.5, 0.5], units: [500, 500] }]);
  expect(results).toMatchObject({ hidden: null, metrics: [], slices: [], overTime: [] });
  expect(results.bandit?.arms[1]?.chanceToBeBest).toBeGreaterThan(0.99);
  expect(results.advice).toMatchObject([
    { variant: 'b', advice: 'SHIP', reasons: [{ code: 'LIKELY_BEST' }] },
  ]);
  expect(results.warnings.map(({ code }) => code)).toEqual(['ADAPTIVE_SHARES']);
});

test('those who came are held against the shares of their round: uneven arms are as planned, a leak is not', () => {
  const sums = added(
    sumsOf([
      [0, '2026-11-01', 300, 30],
      [1, '2026-11-01', 1_100, 200],
    ]),
  );
  const planned = [
    { shares: [0.5, 0.5], units: [200, 200] },
    { shares: [0.1, 0.9], units: [100, 900] },
    { shares: [0.1, 0.9], units: [] },
  ];
  expect(read(sums, planned).hidden).toBeNull();
  const leaking = [
    { shares: [0.5, 0.5], units: [200, 200] },
    { shares: [0.1, 0.9], units: [100, 400] },
  ];
  const broken = read(sums, leaking);
  expect(broken).toMatchObject({ hidden: 'SAMPLE_RATIO_MISMATCH', bandit: null });
  expect(broken.advice).toMatchObject([{ advice: 'BROKEN' }]);
});

test('a fault on one device is seen though everybody together are split as planned', () => {
  const sums = added(
    sumsOf([
      [0, '2026-11-01', 1_000, 100],
      [1, '2026-11-01', 1_000, 110],
    ]),
  );
  const slicesOf = (mobile: number[], desktop: number[]) =>
    addBanditSlices(
      [],
      [
        { dimension: 'device', value: 'mobile', units: mobile },
        { dimension: 'device', value: 'desktop', units: desktop },
      ],
      [0.5, 0.5],
    );
  const round = (slices: readonly BanditSlice[]) => [{ shares: [0.5, 0.5], units: [1_000, 1_000], slices }];
  expect(read(sums, round(slicesOf([510, 490], [490, 510]))).hidden).toBeNull();
  const broken = read(sums, round(slicesOf([600, 400], [400, 600])));
  expect(broken.hidden).toBe('SAMPLE_RATIO_MISMATCH');
  expect(broken.advice[0]?.reasons).toMatchObject([{ where: 'device desktop' }, { where: 'device mobile' }]);
});
