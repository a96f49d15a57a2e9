import { type BanditReading, type BanditRound, readBandit } from './bandit-results.js';
import { type Advice, advise, type PrimaryEvidence } from './decision.js';
import { type Dimension, dimensions, type ExperimentDefinition } from './experiment-definition.js';
import {
  type InterleavingReading,
  type InterleavingSlice,
  readInterleaving,
} from './interleaving-results.js';
import { readMetrics } from './judged-metrics.js';
import { type LiftPoint, liftOverTime } from './lift-over-time.js';
import type { Metric } from './metric.js';
import { type Comparison, type MetricResult, type ReadingOptions, readMetric } from './metric-result.js';
import { type NoveltyReading, novelty } from './novelty.js';
import type { OutcomeSums } from './outcome-sums.js';
import { type SampleCheck, sampleChecks, topValues } from './sample-check.js';
import { type HiddenReason, type Horizon, hiddenOf, overOf } from './stopping-rule.js';

export interface ResultsInput {
  readonly definition: ExperimentDefinition;
  /** In the order of `metricKeysOf`. */
  readonly metrics: readonly Metric[];
  readonly sums: readonly OutcomeSums[];
  readonly severalArms: number;
  readonly mergedAcrossArms: number;
  readonly daysRun: number;
  /** Somebody stopped it: nothing more will be known. */
  readonly isStopped: boolean;
  /** See horizonOf. */
  readonly horizon: Horizon | null;
  /** Of a bandit, the oldest first; none of another kind. */
  readonly rounds?: readonly BanditRound[];
}

export interface SliceResult {
  readonly dimension: Dimension;
  readonly value: string;
  /** Of the primary metric. Many slices find something by chance: to learn from, not to decide on. */
  readonly result: MetricResult;
}

export interface Warning {
  readonly code:
    | 'BEFORE_EXPOSURE_DIFFERENCE'
    | 'MERGED_ACROSS_ARMS'
    | 'SHARED_NEW_ITEMS'
    | 'NOVELTY_FADES'
    | 'NOT_PEEK_PROOF'
    | 'BAYESIAN_RULE'
    | 'FEWER_THAN_PLANNED'
    | 'ADAPTIVE_SHARES'
    | 'SCREENING_ONLY';
  readonly values: Readonly<Record<string, string | number>>;
}

export interface ExperimentResults {
  /** Why the lifts are not shown. */
  readonly hidden: HiddenReason | null;
  /** When a fixed horizon is read; null under rules that may be read at any time. */
  readonly readsAt: Date | null;
  readonly units: readonly { readonly variant: string; readonly n: number }[];
  readonly sampleChecks: readonly SampleCheck[];
  readonly severalArms: number;
  readonly mergedAcrossArms: number;
  /** Empty while they are hidden, like everything below but the advice. */
  readonly metrics: readonly MetricResult[];
  readonly slices: readonly SliceResult[];
  readonly overTime: readonly LiftPoint[];
  readonly novelty: readonly NoveltyReading[];
  readonly warnings: readonly Warning[];
  /** Of a BANDIT, which has no comparisons: intervals do not hold where shares follow the outcomes. */
  readonly bandit: BanditReading | null;
  /** Of an INTERLEAVING, which has nothing but these; primary first. */
  readonly interleaving: readonly InterleavingReading[];
  readonly interleavingSlices: readonly InterleavingSlice[];
  /** One for each arm but the control. */
  readonly advice: readonly (Advice & { readonly variant: string })[];
}

/** A difference before the exposure is only held against an experiment when chance hardly explains it. */
const beforeAlpha = 0.001;

/**
 * Everything that is said of an experiment, from its sums alone: no clock, no state. A mismatch of the sample ratio
 * hides every lift, because numbers of a broken split look like true ones; and so do a sample below the minimum and a
 * horizon that is not reached.
 */
export function readResults(input: ResultsInput, options: ReadingOptions): ExperimentResults {
  switch (input.definition.kind) {
    case 'AB':
      return readComparison(input, options);
    case 'BANDIT':
      return banditResults(input);
    case 'INTERLEAVING':
      return interleavingResults(input, options);
  }
}

const nothingElse = {
  readsAt: null,
  metrics: [],
  slices: [],
  overTime: [],
  novelty: [],
  warnings: [],
  bandit: null,
  interleaving: [],
  interleavingSlices: [],
};

function banditResults(input: ResultsInput): ExperimentResults {
  const { severalArms, mergedAcrossArms } = input;
  const { sampleChecks: checks, units, isBroken, isLarge, bandit, advice } = readBandit(input);
  const base = { ...nothingElse, units, sampleChecks: checks, severalArms, mergedAcrossArms, advice };
  if (isBroken) return { ...base, hidden: 'SAMPLE_RATIO_MISMATCH' };
  if (!isLarge) return { ...base, hidden: 'MINIMUM_SAMPLE_NOT_REACHED' };
  return { ...base, hidden: null, bandit, warnings: [{ code: 'ADAPTIVE_SHARES', values: {} }] };
}

function interleavingResults(input: ResultsInput, options: ReadingOptions): ExperimentResults {
  const { severalArms, mergedAcrossArms, horizon } = input;
  const { hidden, units, sampleChecks, readings, slices, advice } = readInterleaving(input, options);
  const readsAt = horizon?.at ?? null;
  const base = {
    ...nothingElse,
    hidden,
    readsAt,
    units,
    sampleChecks,
    severalArms,
    mergedAcrossArms,
    advice,
  };
  if (hidden !== null) return base;
  return {
    ...base,
    interleaving: readings,
    interleavingSlices: slices,
    warnings: [{ code: 'SCREENING_ONLY', values: {} }],
  };
}

function readComparison(input: ResultsInput, options: ReadingOptions): ExperimentResults {
  const { definition, metrics, sums, horizon } = input;
  const checks = sampleChecks(definition, sums);
  const all = sums.filter(({ dimension }) => dimension === 'all');
  const units = definition.variants.map(({ key, weight }, at) => ({
    variant: key,
    weight,
    n: all.find(({ metric, variant }) => metric === -1 && variant === at)?.n ?? 0,
  }));
  const exposed = units.reduce((sum, { n }) => sum + n, 0) + input.severalArms;
  const severalArmsShare = exposed === 0 ? 0 : input.severalArms / exposed;
  const isLarge = units.every(({ weight, n }) => weight === 0 || n >= definition.minimumUnitsPerArm);
  const isBroken = checks.some(({ mismatch }) => mismatch);
  const base = {
    units: units.map(({ variant, n }) => ({ variant, n })),
    sampleChecks: checks,
    severalArms: input.severalArms,
    mergedAcrossArms: input.mergedAcrossArms,
  };
  const read = isBroken || !isLarge ? [] : readMetrics(input, options);
  const advice = definition.variants.slice(1).map(({ key }) => ({
    variant: key,
    ...advise({
      sampleRatios: checks.map((check) => ({ ...check, where: whereOf(check) })),
      severalArmsShare,
      minimumSampleReached: isLarge,
      primary: primaryEvidence(definition, read, key),
      guardrails: read
        .filter(({ role }) => role === 'GUARDRAIL')
        .map(({ metric, comparisons }) => ({
          metric: metric.key,
          verdict: of(comparisons, key)?.guardrail ?? 'UNDECIDED',
        })),
      horizon,
      over: overOf(input, definition.plan.days),
    }),
  }));
  const hidden = hiddenOf(isBroken, isLarge, horizon);
  const readsAt = horizon?.at ?? null;
  if (hidden !== null) return { ...base, ...nothingElse, hidden, readsAt, advice };
  const [primary] = metrics;
  const fading = primary
    ? novelty(
        definition,
        primary,
        all.filter(({ metric }) => metric === 0),
      )
    : [];
  return {
    ...base,
    ...nothingElse,
    hidden,
    readsAt,
    metrics: read,
    slices: primary ? readSlices(definition, primary, sums, options) : [],
    overTime: primary ? liftOverTime(definition, primary, sums) : [],
    novelty: fading,
    warnings: warningsOf(input, read, fading, exposed, options),
    advice,
  };
}

const of = (comparisons: readonly Comparison[], variant: string) =>
  comparisons.find((comparison) => comparison.variant === variant);

function primaryEvidence(
  { alpha, stopping }: ExperimentDefinition,
  read: readonly MetricResult[],
  variant: string,
): PrimaryEvidence {
  const primary = read.find(({ role }) => role === 'PRIMARY');
  const comparison = of(primary?.comparisons ?? [], variant);
  const {
    estimate = 0,
    expectedLoss = null,
    lossOfKeeping = null,
    isBaselineKnown,
  } = comparison?.decisive ?? {};
  if (expectedLoss !== null && lossOfKeeping !== null) {
    const [taking, keeping] = [expectedLoss, lossOfKeeping];
    return {
      by: 'LOSS',
      taking,
      keeping,
      most: stopping.maximumLoss,
      isBaselineKnown: isBaselineKnown === true,
    };
  }
  return {
    by: 'TEST',
    estimate,
    p: comparison?.adjustedP ?? 1,
    alpha,
    better: primary?.metric.better === 'LOWER' ? 'lower' : 'higher',
  };
}

const whereOf = ({ dimension, value }: SampleCheck) => (value === '' ? dimension : `${dimension} ${value}`);

function readSlices(
  definition: ExperimentDefinition,
  primary: Metric,
  sums: readonly OutcomeSums[],
  options: ReadingOptions,
): readonly SliceResult[] {
  return dimensions.flatMap((dimension) =>
    topValues(sums, dimension).map((value) => {
      const rows = sums.filter(
        (row) => row.metric === 0 && row.dimension === dimension && row.value === value,
      );
      return {
        dimension,
        value,
        result: readMetric(definition, primary, 'PRIMARY', rows, { ...options, isSlice: true }),
      };
    }),
  );
}

function warningsOf(
  { definition, horizon, mergedAcrossArms }: ResultsInput,
  read: readonly MetricResult[],
  fading: readonly NoveltyReading[],
  exposed: number,
  options: ReadingOptions,
): readonly Warning[] {
  const warnings: Warning[] = [];
  for (const { metric, comparisons } of read) {
    for (const { variant, beforeP } of comparisons) {
      if (beforeP !== null && beforeP < beforeAlpha) {
        warnings.push({
          code: 'BEFORE_EXPOSURE_DIFFERENCE',
          values: { metric: metric.key, variant, p: beforeP },
        });
      }
    }
    if (metric.newItemDays !== null) {
      warnings.push({ code: 'SHARED_NEW_ITEMS', values: { metric: metric.key } });
    }
  }
  if (mergedAcrossArms > exposed / 100) {
    warnings.push({ code: 'MERGED_ACROSS_ARMS', values: { units: mergedAcrossArms } });
  }
  for (const { variant, fades } of fading) {
    if (fades) warnings.push({ code: 'NOVELTY_FADES', values: { variant } });
  }
  const least = Math.min(
    ...read
      .filter(({ role }) => role === 'PRIMARY')
      .flatMap(({ arms }) => arms.map(({ n }) => n))
      .filter((n) => n > 0),
  );
  const { unitsPerArm } = definition.plan;
  if (horizon !== null && least < unitsPerArm) {
    warnings.push({ code: 'FEWER_THAN_PLANNED', values: { units: least, planned: unitsPerArm } });
  }
  const { rule } = definition.stopping;
  if (rule === 'BAYESIAN') warnings.push({ code: 'BAYESIAN_RULE', values: {} });
  if ((options.fixed && rule !== 'FIXED_HORIZON') || (options.bayesian && rule !== 'BAYESIAN')) {
    warnings.push({ code: 'NOT_PEEK_PROOF', values: {} });
  }
  return warnings;
}
