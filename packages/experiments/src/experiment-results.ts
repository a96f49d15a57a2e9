import { type BanditReading, type BanditRound, readBandit } from './bandit-results.js';
import { type Advice, advise } from './decision.js';
import { type Dimension, dimensions, type ExperimentDefinition } from './experiment-definition.js';
import {
  type InterleavingReading,
  type InterleavingSlice,
  readInterleaving,
} from './interleaving-results.js';
import { type LiftPoint, liftOverTime } from './lift-over-time.js';
import type { Metric } from './metric.js';
import {
  type Comparison,
  type MetricResult,
  type MetricRole,
  type ReadingOptions,
  readMetric,
} from './metric-result.js';
import { benjaminiHochberg, holm } from './multiple-testing.js';
import { type NoveltyReading, novelty } from './novelty.js';
import type { OutcomeSums } from './outcome-sums.js';
import { type SampleCheck, sampleChecks, topValues } from './sample-check.js';

export interface ResultsInput {
  readonly definition: ExperimentDefinition;
  /** In the order of `metricKeysOf`. */
  readonly metrics: readonly Metric[];
  readonly sums: readonly OutcomeSums[];
  readonly severalArms: number;
  readonly mergedAcrossArms: number;
  readonly daysRun: number;
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
    | 'ADAPTIVE_SHARES'
    | 'SCREENING_ONLY';
  readonly values: Readonly<Record<string, string | number>>;
}

export interface ExperimentResults {
  /** Why the lifts are not shown. */
  readonly hidden: 'SAMPLE_RATIO_MISMATCH' | 'MINIMUM_SAMPLE_NOT_REACHED' | null;
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
 * hides every lift, because numbers of a broken split look like true ones; and so does a sample below the minimum.
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
  const { severalArms, mergedAcrossArms } = input;
  const { units, isLarge, readings, slices, advice } = readInterleaving(input, options);
  const base = { ...nothingElse, units, sampleChecks: [], severalArms, mergedAcrossArms, advice };
  if (!isLarge) return { ...base, hidden: 'MINIMUM_SAMPLE_NOT_REACHED' };
  return {
    ...base,
    hidden: null,
    interleaving: readings,
    interleavingSlices: slices,
    warnings: [{ code: 'SCREENING_ONLY', values: {} }],
  };
}

function readComparison(input: ResultsInput, options: ReadingOptions): ExperimentResults {
  const { definition, metrics, sums } = input;
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
  const read = isBroken || !isLarge ? [] : readMetrics(definition, metrics, sums, options);
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
      planFinished: input.daysRun >= definition.plan.days,
    }),
  }));
  if (isBroken || !isLarge) {
    const hidden = isBroken ? 'SAMPLE_RATIO_MISMATCH' : 'MINIMUM_SAMPLE_NOT_REACHED';
    return { ...base, ...nothingElse, hidden, advice };
  }
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
    hidden: null,
    metrics: read,
    slices: primary ? readSlices(definition, primary, sums, options) : [],
    overTime: primary ? liftOverTime(definition, primary, sums) : [],
    novelty: fading,
    warnings: warningsOf(input, read, fading, exposed, options),
    advice,
  };
}

function readMetrics(
  definition: ExperimentDefinition,
  metrics: readonly Metric[],
  sums: readonly OutcomeSums[],
  options: ReadingOptions,
): readonly MetricResult[] {
  const read = metrics.flatMap((metric, at) => {
    const own = sums.filter((row) => row.metric === at);
    const strata = own.filter(({ dimension }) => dimension === definition.stratifyBy);
    const whole = own.filter(({ dimension }) => dimension === 'all');
    return rolesOf(definition, metric).map((role) =>
      readMetric(definition, metric, role, whole, { ...options, strata }),
    );
  });
  return [
    ...withAdjustedP(
      read.filter(({ role }) => role === 'PRIMARY'),
      holm,
      definition.alpha,
    ),
    ...withAdjustedP(
      read.filter(({ role }) => role === 'SECONDARY'),
      benjaminiHochberg,
      definition.alpha,
    ),
    ...read.filter(({ role }) => role === 'GUARDRAIL'),
    ...withAdjustedP(
      read.filter(({ role }) => role === 'EXPLORATORY'),
      benjaminiHochberg,
      definition.alpha,
    ),
  ];
}

function rolesOf(definition: ExperimentDefinition, { key }: Metric): MetricRole[] {
  const roles: MetricRole[] = [];
  if (definition.primaryMetric === key) roles.push('PRIMARY');
  else if (definition.secondaryMetrics.includes(key)) roles.push('SECONDARY');
  if (definition.guardrails.some(({ metric }) => metric === key)) roles.push('GUARDRAIL');
  return roles.length > 0 ? roles : ['EXPLORATORY'];
}

/** All comparisons of these metrics are one family. */
function withAdjustedP(
  results: readonly MetricResult[],
  adjust: (p: readonly number[]) => number[],
  alpha: number,
): readonly MetricResult[] {
  const all = results.flatMap(({ comparisons }) => comparisons);
  const readable = all.filter(({ decisive }) => decisive !== null);
  const adjusted = adjust(readable.map(({ decisive }) => decisive?.p ?? 1));
  const pOf = new Map(readable.map((comparison, at) => [comparison, adjusted[at] ?? 1]));
  return results.map((result) => ({
    ...result,
    comparisons: result.comparisons.map((comparison) => {
      const adjustedP = pOf.get(comparison) ?? null;
      return { ...comparison, adjustedP, significant: adjustedP !== null && adjustedP < alpha };
    }),
  }));
}

const of = (comparisons: readonly Comparison[], variant: string) =>
  comparisons.find((comparison) => comparison.variant === variant);

function primaryEvidence(definition: ExperimentDefinition, read: readonly MetricResult[], variant: string) {
  const primary = read.find(({ role }) => role === 'PRIMARY');
  const comparison = of(primary?.comparisons ?? [], variant);
  return {
    estimate: comparison?.decisive?.estimate ?? 0,
    p: comparison?.adjustedP ?? 1,
    alpha: definition.alpha,
    better: primary?.metric.better === 'LOWER' ? ('lower' as const) : ('higher' as const),
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
      return { dimension, value, result: readMetric(definition, primary, 'PRIMARY', rows, options) };
    }),
  );
}

function warningsOf(
  { mergedAcrossArms }: ResultsInput,
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
  if (options.fixed || options.bayesian) warnings.push({ code: 'NOT_PEEK_PROOF', values: {} });
  return warnings;
}
