import { seededRandom } from '@kindling/domain';
import { describe, expect, test } from 'vitest';
import { draftedShare } from './drafted-share.js';
import { experimentDefinitionSchema } from './experiment-definition.js';
import { readResults } from './experiment-results.js';
import { type TeamClicks, teamDraft, winShare } from './interleaving.js';
import { noSums } from './outcome-sums.js';
import { presetMetrics } from './preset-metrics.js';
import type { Horizon } from './stopping-rule.js';

const definition = experimentDefinitionSchema.parse({
  name: 'Screening',
  hypothesis: 'b is liked better',
  kind: 'INTERLEAVING',
  placements: ['home'],
  variants: ['a', 'b'].map((key) => ({ key, name: key, strategyKey: key })),
  primaryMetric: 'win-share',
  minimumUnitsPerArm: 50,
  plan: { unitsPerArm: 500 },
});

/** People who click on what they like, whoever drafted it: `a` ranks the liked items lower than `b` does. */
function play(people: number, likedByA: number, seed: string): TeamClicks[] {
  const random = seededRandom(seed);
  const liked = new Set([1, 3, 5, 7]);
  const b = [1, 3, 5, 7, ...[0, 2, 4, 6, 8, 9]];
  const a = likedByA === 0 ? [8, 9, 1, 0, 2, 4, 6, 3, 5, 7] : b;
  return Array.from({ length: people }, () => {
    const clicks = { a: 0, b: 0 };
    for (const { item, team } of teamDraft({ a, b }, 4, random)) {
      if (liked.has(item) && random() < 0.4) clicks[team] += 1;
    }
    return clicks;
  });
}

function read(
  people: readonly TeamClicks[],
  daysRun = 3,
  slices: readonly { dimension: string; value: string }[] = [],
  horizon: Horizon | null = null,
  fields: object = {},
) {
  const shares = people.flatMap(({ a, b }) => (a + b > 0 ? [Math.round((1e6 * b) / (a + b))] : []));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const everybody = { ...noSums(0), metric: -1, n: people.length, y: people.length };
  const row = { ...noSums(0), n: shares.length, y: sum(shares), yy: sum(shares.map((share) => share ** 2)) };
  return readResults(
    {
      definition: { ...definition, ...fields },
      metrics: presetMetrics.filter(({ key }) => key === 'win-share'),
      sums: [
        everybody,
        row,
        ...slices.map((slice) => ({ ...row, ...slice })),
        ...slices.map((slice) => ({ ...everybody, ...slice })),
      ],
      severalArms: 0,
      mergedAcrossArms: 0,
      daysRun,
      isStopped: false,
      horizon,
    },
    { fixed: true, bayesian: false },
  );
}

test('a ranking that puts what is liked first wins, by the same numbers as the people one by one', () => {
  const people = play(400, 0, 'better');
  const results = read(people);
  const [reading] = results.interleaving;
  const plain = winShare(people, 0.05);
  expect(reading?.winShare).toBeCloseTo(plain?.estimate ?? 0, 6);
  expect(reading?.fixed?.p).toBeCloseTo(plain?.p ?? 1, 6);
  expect(reading?.low).toBeGreaterThan(0.5);
  expect(results.advice).toMatchObject([
    { variant: 'b', advice: 'TEST', reasons: [{ code: 'WIN_SHARE_BETTER' }] },
  ]);
  expect(results.warnings.map(({ code }) => code)).toEqual(['SCREENING_ONLY']);
});

test('one ranking against itself: undecided while it runs, and dropped at the end of the plan', () => {
  const people = play(400, 1, 'same');
  expect(read(people).advice).toMatchObject([
    { advice: 'GO_ON', reasons: [{ code: 'WIN_SHARE_UNDECIDED' }] },
  ]);
  expect(read(people, 14).advice).toMatchObject([{ advice: 'ROLL_BACK' }]);
});

test('a ranking against itself is called different in at most 5 % of 1,000 screenings, however often it is looked at', () => {
  let crossed = 0;
  for (let run = 0; run < 1_000; run++) {
    const people = play(300, 1, `run ${run}`);
    const isEver = [100, 200, 300].some(
      (count) => (read(people.slice(0, count)).interleaving[0]?.p ?? 1) < 0.05,
    );
    if (isEver) crossed += 1;
  }
  expect(crossed / 1_000).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / 1_000));
});

test('people who all say the same are not nothing: many of them decide, and two do not', () => {
  const same = (count: number) => read(Array.from({ length: count }, () => ({ a: 0, b: 2 })));
  expect(same(200).interleaving[0]?.low).toBeGreaterThan(0.5);
  expect(same(200).advice).toMatchObject([{ advice: 'TEST' }]);
  const silent = Array.from({ length: 200 }, (_, at) => ({ a: 0, b: at < 2 ? 1 : 0 }));
  expect(read(silent).advice).toMatchObject([{ advice: 'GO_ON' }]);
});

test('too few people are not read', () => {
  expect(read(play(60, 0, 'few'))).toMatchObject({ hidden: 'MINIMUM_SAMPLE_NOT_REACHED', interleaving: [] });
});

test('is read by trait, too: units of one that are everybody say what everybody says', () => {
  const results = read(play(200, 0, 'slices'), 3, [
    { dimension: 'device', value: 'mobile' },
    { dimension: 'coldness', value: 'COLD' },
  ]);
  const [whole] = results.interleaving;
  expect(results.interleavingSlices).toEqual([
    { dimension: 'coldness', value: 'COLD', reading: { ...whole, adjustedP: null } },
    { dimension: 'device', value: 'mobile', reading: { ...whole, adjustedP: null } },
  ]);
});

describe('what stands for the sample ratio', () => {
  /** People who see the first slots of drafted lists; `lost` of the events about the second ranking's items never come. */
  function seen(people: number, lost: number, seed: string) {
    const random = seededRandom(seed);
    const [a, b] = [
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      [5, 3, 8, 1, 9, 0, 2, 7, 4, 6],
    ];
    const shares = Array.from({ length: people }, () => {
      const slots = teamDraft({ a: a ?? [], b: b ?? [] }, 8, random).slice(0, 1 + Math.floor(8 * random()));
      const kept = slots.filter(({ team }) => team === 'a' || random() >= lost);
      return kept.length === 0
        ? []
        : [Math.round((1e6 * kept.filter(({ team }) => team === 'b').length) / kept.length)];
    }).flat();
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const y = sum(shares);
    return { ...noSums(0), metric: 1, n: shares.length, y, yy: sum(shares.map((share) => share ** 2)) };
  }
  const withDraft = (row: ReturnType<typeof seen>, fields: object = {}) =>
    readResults(
      {
        definition: { ...definition, ...fields },
        metrics: [...presetMetrics.filter(({ key }) => key === 'win-share'), draftedShare],
        sums: [
          { ...noSums(0), metric: -1, n: 400, y: 400 },
          { ...noSums(0), metric: 0, n: 300, y: 0.7e6 * 300, yy: 0.7e12 * 300 },
          row,
        ],
        ...{ severalArms: 0, mergedAcrossArms: 0, daysRun: 3, isStopped: false, horizon: null },
      },
      { fixed: false, bayesian: false },
    );

  test('half of the slots that people see are of either ranking: at most one check in a thousand says otherwise', () => {
    let broken = 0;
    for (let run = 0; run < 1_000; run++) {
      if (withDraft(seen(60, 0, `fair ${run}`)).hidden !== null) broken += 1;
    }
    expect(broken).toBeLessThanOrEqual(4);
    const { sampleChecks, interleaving } = withDraft(seen(400, 0, 'fair'));
    expect(sampleChecks).toMatchObject([{ dimension: 'drafted', mismatch: false }]);
    expect(interleaving.map(({ metric }) => metric.key)).toEqual(['win-share']);
  });

  test('events of one ranking that get lost hide the shares and block the advice', () => {
    expect(withDraft(seen(400, 0.3, 'lost'))).toMatchObject({
      hidden: 'SAMPLE_RATIO_MISMATCH',
      interleaving: [],
      advice: [{ advice: 'BROKEN', reasons: [{ code: 'DRAFT_NOT_EVEN', where: 'drafted' }] }],
    });
  });
});

test('under a fixed horizon shares are hidden until then, and read by the t-test', () => {
  const people = play(400, 0, 'better');
  const at = new Date('2026-12-15T00:00:00Z');
  const fixed = { stopping: { rule: 'FIXED_HORIZON', maximumLoss: 0.0025 } };
  expect(read(people, 3, [], { at, state: 'AHEAD' }, fixed)).toMatchObject({
    hidden: 'HORIZON_NOT_REACHED',
    readsAt: at,
    interleaving: [],
    advice: [{ advice: 'GO_ON', reasons: [{ code: 'HORIZON_NOT_REACHED' }] }],
  });
  const results = read(people, 14, [], { at, state: 'REACHED' }, fixed);
  const [reading] = results.interleaving;
  expect(reading).toMatchObject({ test: 'FIXED' });
  expect(reading?.p).toBeCloseTo(winShare(people, 0.05)?.p ?? 1, 6);
  expect(results.advice).toMatchObject([{ advice: 'TEST' }]);
});
