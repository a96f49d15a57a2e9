import { confidenceSequence } from './confidence-sequence.js';
import { type Advice, horizonReason, type Reason } from './decision.js';
import { draftedShare, draftedShareChecks } from './drafted-share.js';
import { unitVariance } from './estimate.js';
import {
  type Dimension,
  dimensions,
  type ExperimentDefinition,
  metricKeysOf,
} from './experiment-definition.js';
import { winShareTest } from './interleaving.js';
import type { Metric } from './metric.js';
import type { ReadingOptions } from './metric-result.js';
import { benjaminiHochberg } from './multiple-testing.js';
import { noSums, type OutcomeSums, plainEstimate } from './outcome-sums.js';
import { topValues } from './sample-check.js';
import { type Horizon, hiddenOf, overOf } from './stopping-rule.js';

/** Mean share, over those who clicked at all, of the clicks on slots that the second ranking drafted. */
export interface InterleavingReading {
  readonly metric: Metric;
  readonly role: 'PRIMARY' | 'SECONDARY' | 'EXPLORATORY';
  /** Units that said something: with a click on a drafted slot. */
  readonly n: number;
  readonly winShare: number;
  /** By which low, high and p are: that of the stopping rule. */
  readonly test: 'SEQUENTIAL' | 'FIXED';
  /** Null while fewer than two units say something, like p. */
  readonly low: number | null;
  readonly high: number | null;
  readonly p: number | null;
  /** Of secondary metrics, by Benjamini-Hochberg; else p. */
  readonly adjustedP: number | null;
  /** One-sample t-test, for one look at the end; null unless it was asked for. */
  readonly fixed: { readonly low: number; readonly high: number; readonly p: number } | null;
}

/** The primary metric among units of one trait. Many slices find something by chance: to learn from. */
export interface InterleavingSlice {
  readonly dimension: Dimension;
  readonly value: string;
  readonly reading: InterleavingReading;
}

interface InterleavingInput {
  readonly definition: ExperimentDefinition;
  readonly metrics: readonly Metric[];
  readonly sums: readonly OutcomeSums[];
  readonly daysRun: number;
  readonly isStopped: boolean;
  readonly horizon: Horizon | null;
}

/** Everybody sees lists of both rankings, so there are no arms to be compared: every unit is its own control. */
export function readInterleaving(input: InterleavingInput, options: Pick<ReadingOptions, 'fixed'>) {
  const { definition, metrics, sums, horizon } = input;
  const { alpha, minimumUnitsPerArm, plan, variants } = definition;
  const all = sums.filter(({ dimension }) => dimension === 'all');
  const n = all.find(({ metric }) => metric === -1)?.n ?? 0;
  const read = metrics.flatMap((metric, at) =>
    metric.key === draftedShare.key
      ? []
      : [readingOf(definition, metric, at, all.find((row) => row.metric === at) ?? noSums(0), options)],
  );
  const others = read.filter(({ role, p }) => role !== 'PRIMARY' && p !== null);
  const adjusted = benjaminiHochberg(others.map(({ p }) => p ?? 1));
  const readings = read.map((reading) => {
    const place = others.indexOf(reading);
    return { ...reading, adjustedP: place < 0 ? reading.p : (adjusted[place] ?? null) };
  });
  const checks = draftedShareChecks(metrics, sums);
  const isLarge = n >= 2 * minimumUnitsPerArm;
  const hidden = hiddenOf(
    checks.some(({ mismatch }) => mismatch),
    isLarge,
    horizon,
  );
  const primary = readings[0];
  const say = (advice: Advice['advice'], ...reasons: Reason[]) => [
    { variant: variants[1]?.key ?? '', advice, reasons },
  ];
  const over = overOf(input, plan.days);
  const open = (...reasons: Reason[]) =>
    over === null ? say('GO_ON', ...reasons) : say('ROLL_BACK', { code: over }, ...reasons);
  const advice = (): readonly (Advice & { readonly variant: string })[] => {
    if (hidden === 'SAMPLE_RATIO_MISMATCH') {
      const broken = checks.filter(({ mismatch }) => mismatch);
      return say(
        'BROKEN',
        ...broken.map(({ dimension, value, p }) => {
          const where = `${dimension} ${value}`.trim();
          return { code: 'DRAFT_NOT_EVEN', where, p } as const;
        }),
      );
    }
    const notRead = horizonReason(horizon);
    if (notRead) return open(notRead);
    if (!isLarge || primary === undefined) return open({ code: 'MINIMUM_SAMPLE_NOT_REACHED' });
    const { winShare, p } = primary;
    if (p === null || p >= alpha) return open({ code: 'WIN_SHARE_UNDECIDED', p: p ?? 1 });
    const isBetter = winShare > 0.5 === (primary.metric.better === 'HIGHER');
    return isBetter
      ? say('TEST', { code: 'WIN_SHARE_BETTER', p })
      : say('ROLL_BACK', { code: 'WIN_SHARE_WORSE', p });
  };
  return {
    hidden,
    // both rankings are in everybody's list
    units: variants.map(({ key }) => ({ variant: key, n })),
    sampleChecks: checks,
    readings,
    slices: slicesOf(input, options),
    advice: advice(),
  };
}

function slicesOf(
  { definition, metrics: [primary], sums }: InterleavingInput,
  options: Pick<ReadingOptions, 'fixed'>,
): readonly InterleavingSlice[] {
  if (!primary) return [];
  return dimensions.flatMap((dimension) =>
    topValues(sums, dimension).map((value) => {
      const own = sums.find((row) => row.metric === 0 && row.dimension === dimension && row.value === value);
      return { dimension, value, reading: readingOf(definition, primary, 0, own ?? noSums(0), options) };
    }),
  );
}

function readingOf(
  definition: ExperimentDefinition,
  metric: Metric,
  /** Of the metric: 0 is the primary one, and what was planned comes before what was added later. */
  place: number,
  sums: OutcomeSums,
  { fixed }: Pick<ReadingOptions, 'fixed'>,
): InterleavingReading {
  const { alpha, secondaryMetrics, plan, stopping } = definition;
  const estimate = plainEstimate(metric, sums);
  const { n, value } = estimate;
  // who all say the same are not known to agree for certain: as if one more had said the opposite
  const standardError = Math.sqrt(unitVariance(estimate) / n) || 1 / n;
  const isPlanned = place < metricKeysOf(definition).length && secondaryMetrics.includes(metric.key);
  const role = place === 0 ? 'PRIMARY' : isPlanned ? 'SECONDARY' : 'EXPLORATORY';
  const test = stopping.rule === 'FIXED_HORIZON' ? ('FIXED' as const) : ('SEQUENTIAL' as const);
  const none = { metric, role, n, winShare: value, test, adjustedP: null } as const;
  if (n < 2) return { ...none, low: null, high: null, p: null, fixed: null };
  const effect = { difference: value - 0.5, standardError, n, degreesOfFreedom: n - 1 };
  const once = winShareTest(n, value, standardError, alpha);
  const sequence = confidenceSequence(effect, { alpha, tuningSampleSize: 2 * plan.unitsPerArm });
  const [low, high] =
    test === 'FIXED'
      ? once.interval
      : sequence.interval.map((bound) => (bound === null ? null : 0.5 + bound));
  // a share is never outside of 0 to 1
  return {
    ...none,
    low: Math.max(0, low ?? 0),
    high: Math.min(1, high ?? 1),
    p: test === 'FIXED' ? once.p : sequence.p,
    fixed: fixed ? { low: once.interval[0] ?? 0, high: once.interval[1] ?? 1, p: once.p } : null,
  };
}
