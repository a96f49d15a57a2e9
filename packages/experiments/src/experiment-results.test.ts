import { seededRandom } from '@kindling/domain';
import { describe, expect, test } from 'vitest';
import { experimentDefinitionSchema, metricKeysOf } from './experiment-definition.js';
import { readResults } from './experiment-results.js';
import { adviceSentence, reasonSentence, warningSentence } from './message.js';
import en from './messages/en.json' with { type: 'json' };
import zhCN from './messages/zh-CN.json' with { type: 'json' };
import { noSums, type OutcomeSums } from './outcome-sums.js';
import { presetMetrics } from './preset-metrics.js';

const definitionOf = (fields: object = {}) =>
  experimentDefinitionSchema.parse({
    name: 'Test',
    hypothesis: 'More clicks',
    placements: ['home'],
    variants: ['a', 'b'].map((key) => ({ key, name: key, strategyKey: key })),
    primaryMetric: 'clicks',
    minimumUnitsPerArm: 100,
    plan: { unitsPerArm: 2_000 },
    ...fields,
  });

interface Unit {
  readonly variant: number;
  readonly y: number;
  readonly p?: number;
  readonly f?: number;
  readonly device?: string;
  readonly day?: string;
  readonly heard?: boolean;
  /** Of the second metric, when there is one. */
  readonly other?: number;
}

/** Sums as the roll-ups keep them. */
function sumsOf(units: readonly Unit[], metrics = 1): OutcomeSums[] {
  const sums = new Map<string, OutcomeSums>();
  for (const {
    variant,
    y,
    p = 0,
    f = 0,
    device = 'mobile',
    day = '2026-11-01',
    heard = true,
    other = 0,
  } of units) {
    for (const [dimension, value] of [
      ['all', ''],
      ['device', device],
      ['day', day],
    ] as const) {
      for (let metric = -1; metric < metrics; metric++) {
        const key = `${metric}/${variant}/${dimension}/${value}`;
        const old = sums.get(key) ?? { ...noSums(variant), metric, dimension, value };
        const amount = metric === -1 ? Number(heard) : metric === 0 ? y : other;
        sums.set(key, {
          ...old,
          n: old.n + 1,
          y: old.y + amount,
          yy: old.yy + amount ** 2,
          p: old.p + p,
          pp: old.pp + p ** 2,
          py: old.py + p * amount,
          w: old.w + amount,
          ww: old.ww + amount ** 2,
          f: old.f + f,
          ff: old.ff + f ** 2,
          fy: old.fy + f * amount,
        });
      }
    }
  }
  return [...sums.values()];
}

function unitsOf(
  count: number,
  lift: number,
  fields: (random: () => number) => Partial<Unit> = () => ({}),
): Unit[] {
  const random = seededRandom('units');
  return Array.from({ length: count }, (_, index) => {
    const variant = index % 2;
    const rate = variant === 1 ? 2 * (1 + lift) : 2;
    let y = 0;
    for (let trial = 0; trial < 20; trial++) if (random() < rate / 20) y += 1;
    return { variant, y, ...fields(random) };
  });
}

const read = (units: readonly Unit[], fields: object = {}, more: object = {}, metrics = 1) => {
  const definition = definitionOf(fields);
  const known = new Map(presetMetrics.map((metric) => [metric.key, metric]));
  return readResults(
    {
      definition,
      metrics: metricKeysOf(definition).flatMap((key) => known.get(key) ?? []),
      sums: sumsOf(units, metrics),
      severalArms: 0,
      mergedAcrossArms: 0,
      daysRun: 3,
      isStopped: false,
      horizon: null,
      ...more,
    },
    { fixed: true, bayesian: true },
  );
};

test('a clear lift is found, and the advice is to ship', () => {
  const results = read(unitsOf(4_000, 0.15));
  expect(results.hidden).toBeNull();
  const [comparison] = results.metrics[0]?.comparisons ?? [];
  expect(comparison?.decisive).toMatchObject({ test: 'SEQUENTIAL', adjustment: 'NONE' });
  expect(comparison?.decisive?.low).toBeGreaterThan(0);
  expect(comparison?.significant).toBe(true);
  expect(comparison?.others.map(({ test }) => test)).toEqual(['FIXED', 'BAYESIAN']);
  expect(results.advice).toMatchObject([{ variant: 'b', advice: 'SHIP' }]);
});

test('nothing there: go on, and roll back when the planned time is over', () => {
  expect(read(unitsOf(4_000, 0)).advice).toMatchObject([{ advice: 'GO_ON' }]);
  expect(read(unitsOf(4_000, 0), {}, { daysRun: 14 }).advice).toMatchObject([{ advice: 'ROLL_BACK' }]);
});

test('stopped before it was decided: roll back', () => {
  expect(read(unitsOf(4_000, 0), {}, { isStopped: true }).advice).toMatchObject([
    { advice: 'ROLL_BACK', reasons: [{ code: 'STOPPED' }, { code: 'PRIMARY_UNDECIDED' }] },
  ]);
});

describe('under a fixed horizon', () => {
  const fixed = { stopping: { rule: 'FIXED_HORIZON' }, guardrails: [{ metric: 'rejections', margin: 0.2 }] };
  const at = new Date('2026-12-09T00:00:00Z');
  const random = seededRandom('guarded');
  const guarded = (lift: number, harm: number) =>
    unitsOf(4_000, lift).map((unit) => ({
      ...unit,
      other: Math.floor(5 * random()) + (unit.variant === 1 ? harm : 0),
    }));
  const ahead = { horizon: { at, state: 'AHEAD' } };

  test('nothing is shown or advised before, however clear it is, but to roll harm back', () => {
    const results = read(guarded(0.3, 0), fixed, ahead, 2);
    expect(results).toMatchObject({
      ...{ hidden: 'HORIZON_NOT_REACHED', readsAt: at, metrics: [], overTime: [], slices: [], novelty: [] },
      advice: [{ advice: 'GO_ON', reasons: [{ code: 'HORIZON_NOT_REACHED', date: '2026-12-09 00:00' }] }],
    });
    expect(read(guarded(0.3, 2), fixed, ahead, 2)).toMatchObject({
      hidden: 'HORIZON_NOT_REACHED',
      advice: [{ advice: 'ROLL_BACK', reasons: [{ code: 'GUARDRAIL_HARMED' }, {}] }],
    });
  });

  test('the reading of that date is the t-test, guardrails, too; who never came is told', () => {
    const results = read(guarded(0.05, 0), fixed, { daysRun: 14, horizon: { at, state: 'REACHED' } }, 2);
    const [primary] = results.metrics[0]?.comparisons ?? [];
    expect(primary?.decisive?.test).toBe('FIXED');
    // so small that the sequence, which may be read at any time, would not have found it
    expect(primary?.others.find(({ test }) => test === 'SEQUENTIAL')?.p).toBeGreaterThan(0.05);
    expect(primary?.significant).toBe(true);
    expect(results.advice).toMatchObject([{ advice: 'SHIP' }]);
    expect(results.warnings).toEqual([{ code: 'NOT_PEEK_PROOF', values: {} }]);
    const few = read(guarded(0.06, 0).slice(0, 1_000), fixed, { horizon: { at, state: 'REACHED' } }, 2);
    expect(few.warnings).toContainEqual({
      code: 'FEWER_THAN_PLANNED',
      values: { units: 500, planned: 2_000 },
    });
  });

  test('stopped before it, the numbers are shown and find nothing', () => {
    const results = read(guarded(0.3, 0), fixed, { isStopped: true, horizon: { at, state: 'MISSED' } }, 2);
    expect(results.hidden).toBeNull();
    expect(results.metrics[0]?.comparisons[0]).toMatchObject({ significant: false });
    expect(results.advice).toMatchObject([
      { advice: 'ROLL_BACK', reasons: [{ code: 'STOPPED' }, { code: 'STOPPED_EARLY' }] },
    ]);
  });
});

test('a Bayesian rule decides by the expected loss, also where lower is better', () => {
  const bayesian = { stopping: { rule: 'BAYESIAN', maximumLoss: 0.005 } };
  const results = read(unitsOf(4_000, 0.1), bayesian);
  const [comparison] = results.metrics[0]?.comparisons ?? [];
  expect(comparison).toMatchObject({ significant: true, adjustedP: null, decisive: { test: 'BAYESIAN' } });
  expect(results.advice).toMatchObject([{ advice: 'SHIP', reasons: [{ code: 'LOSS_OF_TAKING_SMALL' }] }]);
  expect(results.warnings.map(({ code }) => code)).toContain('BAYESIAN_RULE');
  const lower = read(unitsOf(4_000, 0.1), { ...bayesian, primaryMetric: 'rejections' });
  const [worse] = lower.metrics[0]?.comparisons ?? [];
  expect(worse?.decisive?.chanceToWin).toBeCloseTo(1 - (comparison?.decisive?.chanceToWin ?? 1), 12);
  expect(worse?.decisive?.expectedLoss).toBeGreaterThan(0.05);
  expect(lower.advice).toMatchObject([{ advice: 'ROLL_BACK', reasons: [{ code: 'LOSS_OF_KEEPING_SMALL' }] }]);
});

test('a metric with a window is read when its own units suffice, not when those of the arm do', () => {
  const units = unitsOf(4_000, 0.15);
  const sums = sumsOf(units).map((row) => (row.metric === 0 ? { ...row, n: 50, y: 40, yy: 90 } : row));
  const results = read(units, { primaryMetric: 'time-to-first-click' }, { sums });
  expect(results.metrics[0]?.comparisons[0]).toMatchObject({ decisive: null, problem: 'TOO_FEW_UNITS' });
  expect(results.advice).toMatchObject([{ advice: 'GO_ON' }]);
});

test('below the minimum no lift is shown, though the units are', () => {
  const results = read(unitsOf(150, 0.5));
  expect(results).toMatchObject({
    hidden: 'MINIMUM_SAMPLE_NOT_REACHED',
    metrics: [],
    overTime: [],
    slices: [],
  });
  expect(results.units.map(({ n }) => n)).toEqual([75, 75]);
  expect(results.advice).toMatchObject([{ advice: 'GO_ON' }]);
});

test('a sample ratio mismatch hides every lift and blocks the advice: overall, in one device, and in what is heard of', () => {
  const units = unitsOf(4_000, 0.2);
  const lost = units.filter(({ variant }, at) => variant === 0 || at % 10 > 1);
  const oneDevice = units.map((unit, at) => ({ ...unit, device: at % 8 < 1 ? 'tv' : 'mobile' }));
  const silent = units.map((unit, at) => ({ ...unit, heard: unit.variant === 0 || at % 4 > 1 }));
  for (const [broken, dimension] of [
    [lost, 'all'],
    [oneDevice, 'device'],
    [silent, 'impressions'],
  ] as const) {
    const results = read(broken);
    expect(results).toMatchObject({ hidden: 'SAMPLE_RATIO_MISMATCH', metrics: [], slices: [], overTime: [] });
    expect(results.sampleChecks.filter(({ mismatch }) => mismatch).map((check) => check.dimension)).toContain(
      dimension,
    );
    expect(results.advice).toMatchObject([{ advice: 'BROKEN' }]);
  }
});

test('with a past, CUPED decides, and its interval is narrower', () => {
  const random = seededRandom('past');
  const units = Array.from({ length: 4_000 }, (_, index) => {
    const liking = Math.floor(10 * random());
    return { variant: index % 2, y: liking + Math.floor(2 * random()) + (index % 2), p: liking };
  });
  const [comparison] = read(units).metrics[0]?.comparisons ?? [];
  expect(comparison?.decisive?.adjustment).toBe('CUPED');
  const plain = comparison?.others.find(
    ({ adjustment, test }) => adjustment === 'NONE' && test === 'SEQUENTIAL',
  );
  const width = (reading: { low: number; high: number } | null | undefined) =>
    (reading?.high ?? 0) - (reading?.low ?? 0);
  expect(width(comparison?.decisive)).toBeLessThan(0.5 * width(plain));
  expect(comparison?.beforeP).toBeGreaterThan(0.001);
});

/** Clicks and impressions, after and before, of people who click more or less; arm 1 has more keen people by chance. */
function ratioSumsOf(before: boolean, device: string | null = null): OutcomeSums[] {
  const random = seededRandom('ratio');
  const sums = new Map<string, OutcomeSums>();
  for (let unit = 0; unit < 4_000; unit++) {
    const variant = unit % 2;
    const isKeen = random() < (variant === 1 ? 0.55 : 0.5);
    const draw = () => {
      const shown = 5 + Math.floor(10 * random());
      let clicks = 0;
      for (let slot = 0; slot < shown; slot++) if (random() < (isKeen ? 0.4 : 0.1)) clicks += 1;
      return [clicks, shown] as const;
    };
    const [y, x] = draw();
    const [p, f] = before ? draw() : [0, 0];
    const places = [['all', ''] as const, ...(device ? [['device', isKeen ? 'tv' : 'mobile'] as const] : [])];
    for (const [dimension, value] of places) {
      for (const metric of [-1, 0]) {
        const key = `${metric}/${variant}/${dimension}/${value}`;
        const old = sums.get(key) ?? { ...noSums(variant), metric, dimension, value };
        const [a, b, c, d] = metric === -1 ? [1, 0, 0, 0] : [y, x, p, f];
        const more = { n: 1, y: a, yy: a * a, x: b, xx: b * b, xy: a * b, p: c, pp: c * c, py: c * a };
        const last = { w: a, ww: a * a, f: d, ff: d * d, fy: d * a, px: c * b, fx: d * b, pf: c * d };
        const added = Object.entries({ ...more, ...last }).map(([name, amount]) => [
          name,
          Number(old[name as keyof OutcomeSums]) + amount,
        ]);
        sums.set(key, { ...old, ...Object.fromEntries(added) });
      }
    }
  }
  return [...sums.values()];
}
const readRatio = (sums: readonly OutcomeSums[], fields: object = {}) => {
  const definition = definitionOf({ primaryMetric: 'click-through', ...fields });
  const metrics = presetMetrics.filter(({ key }) => key === 'click-through');
  const input = {
    definition,
    metrics,
    sums,
    severalArms: 0,
    mergedAcrossArms: 0,
    daysRun: 3,
    isStopped: false,
    horizon: null,
  };
  const found = readResults(input, { fixed: false, bayesian: false }).metrics[0]?.comparisons[0];
  const plain = found?.others.find(({ adjustment }) => adjustment === 'NONE');
  if (!found?.decisive || !plain) throw new Error('there are no two readings');
  return { decisive: found.decisive, plain };
};

test.each([
  ['CUPED', ratioSumsOf(true), {}],
  ['STRATIFIED', ratioSumsOf(false, 'device'), { stratifyBy: 'device' }],
] as const)(
  'a ratio, too: %s takes away what the people of an arm were like before',
  (adjustment, sums, fields) => {
    const { decisive, plain } = readRatio(sums, fields);
    expect(decisive.adjustment).toBe(adjustment);
    expect(decisive.high - decisive.low).toBeLessThan(0.85 * (plain.high - plain.low));
    // there is no effect: the plain lift is the keener people's; a noisy past takes a part of it away, the trait all
    expect(plain.estimate).toBeGreaterThan(0.03);
    expect(Math.abs(decisive.estimate)).toBeLessThan(0.6 * plain.estimate);
  },
);

test('without a past, the arms are brought to one mix of the trait that was settled on', () => {
  const units = unitsOf(4_000, 0.1, (random) => ({ device: random() < 0.3 ? 'tv' : 'mobile' }));
  const [comparison] = read(units, { stratifyBy: 'device' }).metrics[0]?.comparisons ?? [];
  expect(comparison?.decisive?.adjustment).toBe('STRATIFIED');
});

test('a later definition of the primary metric is read beside it, and decides nothing', () => {
  const units = unitsOf(4_000, 0).map((unit) => ({ ...unit, other: unit.y + 3 * unit.variant }));
  const clicks = presetMetrics.filter(({ key }) => key === 'clicks');
  const results = read(
    units,
    {},
    { metrics: [...clicks, ...clicks.map((one) => ({ ...one, version: 2 }))] },
    2,
  );
  expect(results.metrics.map(({ role, metric }) => [role, metric.version])).toEqual([
    ['PRIMARY', 1],
    ['EXPLORATORY', 2],
  ]);
  expect(results.metrics.map(({ comparisons }) => comparisons[0]?.significant)).toEqual([false, true]);
  expect(results.advice).toMatchObject([{ advice: 'GO_ON' }]);
});

test('arms that differed before anybody was exposed are warned of', () => {
  const units = unitsOf(4_000, 0).map((unit, at) => ({ ...unit, p: unit.variant + (at % 3) }));
  expect(read(units).warnings.map(({ code }) => code)).toContain('BEFORE_EXPOSURE_DIFFERENCE');
});

test('a harmed guardrail outweighs a better primary metric', () => {
  const random = seededRandom('harm');
  const units = unitsOf(4_000, 0.2).map((unit) => ({
    ...unit,
    other: Math.floor(5 * random()) + (unit.variant === 1 ? 2 : 0),
  }));
  const guarded = { guardrails: [{ metric: 'rejections', margin: 0.05 }] };
  const results = read(units, guarded, {}, 2);
  expect(results.metrics.find(({ role }) => role === 'GUARDRAIL')?.comparisons[0]?.guardrail).toBe('HARMED');
  expect(results.advice).toMatchObject([{ advice: 'ROLL_BACK' }]);
});

test('over time each point reads the units so far, and the last one equals the plain reading', () => {
  const units = unitsOf(4_000, 0.1).map((unit, at) => ({
    ...unit,
    day: `2026-11-0${1 + Math.floor(at / 1_000)}`,
  }));
  const { overTime, metrics } = read(units);
  expect(overTime.map(({ n }) => n)).toEqual([1_000, 2_000, 3_000, 4_000]);
  expect(overTime.at(-1)?.estimate).toBeCloseTo(metrics[0]?.comparisons[0]?.decisive?.estimate ?? 0, 12);
});

test('over time, too, CUPED takes away what units were like before: the last point is what decides', () => {
  const random = seededRandom('past days');
  const units = Array.from({ length: 4_000 }, (_, index) => {
    const liking = Math.floor(10 * random());
    const day = `2026-11-0${1 + Math.floor(index / 1_000)}`;
    return { variant: index % 2, y: liking + Math.floor(2 * random()) + (index % 2), p: liking, day };
  });
  const { overTime, metrics } = read(units);
  const decisive = metrics[0]?.comparisons[0]?.decisive;
  expect(decisive?.adjustment).toBe('CUPED');
  expect(overTime.at(-1)).toMatchObject({ n: 4_000 });
  expect(overTime.at(-1)?.low).toBeCloseTo(decisive?.low ?? 0, 12);
  expect(overTime.at(-1)?.high).toBeCloseTo(decisive?.high ?? 0, 12);
});

test('a lift of the first day alone is called novelty', () => {
  const random = seededRandom('novelty');
  const units = Array.from({ length: 4_000 }, (_, index) => {
    const f = Math.floor(3 * random()) + (index % 2);
    return { variant: index % 2, y: f + Math.floor(3 * random()), f };
  });
  const results = read(units);
  expect(results.novelty).toMatchObject([{ variant: 'b', fades: true }]);
  expect(results.warnings.map(({ code }) => code)).toContain('NOVELTY_FADES');
});

test('every advice, reason and warning has a sentence in both languages, with its values in it', () => {
  expect(Object.keys(en).sort()).toEqual(Object.keys(zhCN).sort());
  for (const locale of ['en', 'zh-CN'] as const) {
    expect(adviceSentence('SHIP', locale)).not.toBe('');
    const reason = { code: 'SAMPLE_RATIO_MISMATCH', where: 'device tv', p: 0.00001 } as const;
    expect(reasonSentence(reason, locale)).toContain('device tv');
    expect(reasonSentence(reason, locale)).toContain('1.0e-5');
    const warning = { code: 'SHARED_NEW_ITEMS', values: { metric: 'new-item-clicks' } } as const;
    expect(warningSentence(warning, locale)).toContain('new-item-clicks');
    expect(reasonSentence({ code: 'PROFILES_IN_SEVERAL_ARMS', share: 0.023 }, locale)).toContain('2.3 %');
  }
});
