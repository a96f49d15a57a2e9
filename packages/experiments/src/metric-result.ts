import { bayesianReading, defaultPrior, isBaselineKnown } from './bayes.js';
import { confidenceSequence } from './confidence-sequence.js';
import { compareArms, type Effect } from './effect.js';
import { type Estimate, unitVariance } from './estimate.js';
import type { ExperimentDefinition } from './experiment-definition.js';
import { type GuardrailReading, guardrail } from './guardrail.js';
import { hasPrePeriod, type Metric } from './metric.js';
import {
  cupedEstimates,
  noSums,
  type OutcomeSums,
  plainEstimate,
  priorEstimate,
  ratioSums,
  valueSums,
  winsorisedEstimate,
} from './outcome-sums.js';
import { postStratify, postStratifyRatio } from './post-stratification.js';
import { decisiveTest } from './stopping-rule.js';
import { welchTest } from './welch.js';

/** EXPLORATORY: added after the start. It gives ideas, and decides nothing. */
export type MetricRole = 'PRIMARY' | 'SECONDARY' | 'GUARDRAIL' | 'EXPLORATORY';

/**
 * NONE: as it is · CUPED: adjusted by what the units did before · STRATIFIED: brought to one mix of a trait ·
 * WINSORISED: with the tail cut at the pooled 99.9th percentile.
 */
export type Adjustment = 'NONE' | 'CUPED' | 'STRATIFIED' | 'WINSORISED';

/** A reading of the relative lift of an arm over the control. */
export interface LiftReading {
  /** SEQUENTIAL may be looked at any time; FIXED at one time fixed beforehand; BAYESIAN is not peek-proof either. */
  readonly test: 'SEQUENTIAL' | 'FIXED' | 'BAYESIAN';
  readonly adjustment: Adjustment;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Null for a Bayesian reading. */
  readonly p: number | null;
  /** To be better, whichever way better is for the metric. */
  readonly chanceToWin: number | null;
  /** Expected loss of taking the arm, and of keeping the control, as shares of the control. */
  readonly expectedLoss: number | null;
  readonly lossOfKeeping: number | null;
  /** Of a Bayesian reading: whether its losses may be acted on; see bayes.ts. */
  readonly isBaselineKnown: boolean | null;
}

export interface Comparison {
  readonly variant: string;
  /** What decides: by the test of the stopping rule, with the adjustment that was settled beforehand. Null when it cannot be read yet. */
  readonly decisive: LiftReading | null;
  /** Why there is no reading. */
  readonly problem: string | null;
  /** Adjusted for the number of comparisons: Holm for primary metrics, Benjamini-Hochberg for secondary and exploratory ones, each apart. Null where the rule is Bayesian. */
  readonly adjustedP: number | null;
  /** Decided by the stopping rule: adjustedP below alpha, or an expected loss below the one that is accepted. */
  readonly significant: boolean;
  /** All other readings. */
  readonly others: readonly LiftReading[];
  readonly guardrail: GuardrailReading['verdict'] | null;
  /** p of a difference before anybody was exposed; a small one says that something is wrong. Null: no such data. */
  readonly beforeP: number | null;
}

export interface ArmResult {
  readonly variant: string;
  readonly n: number;
  readonly value: number;
  /** Null when no cap is fixed yet, or the metric has none. */
  readonly winsorised: number | null;
}

export interface MetricResult {
  readonly metric: Metric;
  readonly role: MetricRole;
  readonly arms: readonly ArmResult[];
  readonly comparisons: readonly Comparison[];
}

export interface ReadingOptions {
  readonly fixed: boolean;
  readonly bayesian: boolean;
}

interface MetricOptions extends ReadingOptions {
  /** Of the whole experiment. */
  readonly strata?: readonly OutcomeSums[];
  /** At the one look of a fixed horizon. */
  readonly atHorizon?: boolean;
  /** Decides nothing, so it is read by the sequence, however few they are. */
  readonly isSlice?: boolean;
}

/** Sums of one metric by variant, among everybody or within a slice. */
export function readMetric(
  definition: ExperimentDefinition,
  metric: Metric,
  role: MetricRole,
  sums: readonly OutcomeSums[],
  options: MetricOptions,
): MetricResult {
  const arms = definition.variants.map((_, at) => sums.find(({ variant }) => variant === at) ?? noSums(at));
  const [control = noSums(0), ...treatments] = arms;
  const isCut = metric.kind === 'COUNT' || metric.kind === 'REVENUE';
  return {
    metric,
    role,
    arms: arms.map((arm, at) => ({
      variant: definition.variants[at]?.key ?? '',
      n: arm.n,
      value: plainEstimate(metric, arm).value,
      winsorised: isCut ? winsorisedEstimate(metric, arm).value : null,
    })),
    comparisons: treatments.map((arm, at) =>
      compare(definition, metric, role, control, arm, at + 1, options),
    ),
  };
}

function compare(
  definition: ExperimentDefinition,
  metric: Metric,
  role: MetricRole,
  control: OutcomeSums,
  arm: OutcomeSums,
  position: number,
  options: MetricOptions,
): Comparison {
  // intervals of several arms hold together
  const alpha = definition.alpha / (definition.variants.length - 1);
  const tuningSampleSize = 2 * definition.plan.unitsPerArm;
  const { isSlice = false, atHorizon = false } = options;
  const effects: [Adjustment, Effect][] = [];
  let problem: string | null = null;
  const add = (adjustment: Adjustment, a: Estimate, b: Estimate) => {
    const result = compareArms(a, b, 'relative');
    if (result.ok) effects.push([adjustment, result.effect]);
    else if (adjustment === 'NONE') problem = result.problem;
  };
  const hasPast = hasPrePeriod(metric) && control.pp + arm.pp > 0;
  if (hasPast) {
    add('CUPED', ...cupedEstimates(metric, control, arm));
  } else if ((options.strata?.length ?? 0) > 0) {
    const { a, b } = stratified(metric, options.strata ?? [], position);
    if (a.n > 0 && b.n > 0) add('STRATIFIED', a, b);
  }
  add('NONE', plainEstimate(metric, control), plainEstimate(metric, arm));
  // of a metric with a window fewer units are counted than are in the arm: its own number is what has to suffice
  if (effects.length > 0 && !isSlice && Math.min(control.n, arm.n) < definition.minimumUnitsPerArm) {
    effects.length = 0;
    problem = 'TOO_FEW_UNITS';
  } else if (control.w !== control.y || arm.w !== arm.y) {
    add('WINSORISED', winsorisedEstimate(metric, control), winsorisedEstimate(metric, arm));
  }
  const base = plainEstimate(metric, control);
  const isKnown = control.n > 0 && isBaselineKnown(base.value, unitVariance(base) / control.n);
  const shared = { alpha, tuningSampleSize, better: metric.better, isBaselineKnown: isKnown };
  const test = isSlice ? 'SEQUENTIAL' : decisiveTest(definition.stopping.rule, role === 'PRIMARY');
  const readings = effects.flatMap(([adjustment, effect]) =>
    readingsOf(adjustment, effect, shared, [
      ...new Set([
        test,
        'SEQUENTIAL' as const,
        ...(options.fixed ? ['FIXED' as const] : []),
        ...(options.bayesian ? ['BAYESIAN' as const] : []),
      ]),
    ]),
  );
  const [decisive = null, ...others] = readings;
  const plain = effects.find(([adjustment]) => adjustment === 'NONE')?.[1] ?? null;
  const margin = definition.guardrails.find(({ metric: key }) => key === metric.key)?.margin ?? null;
  return {
    variant: definition.variants[position]?.key ?? '',
    decisive,
    problem: decisive === null ? problem : null,
    adjustedP: null,
    significant: false,
    others,
    guardrail:
      role === 'GUARDRAIL' && margin !== null
        ? plain === null
          ? 'UNDECIDED'
          : guardrail(plain, {
              margin,
              harm: metric.better === 'HIGHER' ? 'decrease' : 'increase',
              alpha: definition.alpha,
              tuningSampleSize,
              once: atHorizon,
            }).verdict
        : null,
    beforeP: hasPast ? beforeP(metric, control, arm) : null,
  };
}

function readingsOf(
  adjustment: Adjustment,
  effect: Effect,
  options: {
    readonly alpha: number;
    readonly tuningSampleSize: number;
    readonly better: Metric['better'];
    readonly isBaselineKnown: boolean;
  },
  tests: readonly LiftReading['test'][],
): LiftReading[] {
  const { alpha, tuningSampleSize, better } = options;
  const none = { chanceToWin: null, expectedLoss: null, lossOfKeeping: null, isBaselineKnown: null };
  const bounds = ([low, high]: readonly [number | null, number | null]) => ({
    low: low ?? Number.NEGATIVE_INFINITY,
    high: high ?? Number.POSITIVE_INFINITY,
  });
  return tests.map((test): LiftReading => {
    if (test === 'BAYESIAN') {
      const { estimate, interval, chanceToWin, risk } = bayesianReading(effect, {
        alpha,
        prior: defaultPrior,
      });
      const [ifItRises, ifItFalls] = risk;
      const isHigherBetter = better === 'HIGHER';
      return {
        ...{ test, adjustment, estimate, p: null, ...bounds(interval) },
        chanceToWin: isHigherBetter ? chanceToWin : 1 - chanceToWin,
        expectedLoss: isHigherBetter ? ifItFalls : ifItRises,
        lossOfKeeping: isHigherBetter ? ifItRises : ifItFalls,
        isBaselineKnown: options.isBaselineKnown,
      };
    }
    const { estimate, interval, p } =
      test === 'FIXED'
        ? welchTest(effect, { alpha })
        : confidenceSequence(effect, { alpha, tuningSampleSize });
    return { test, adjustment, estimate, p, ...bounds(interval), ...none };
  });
}

function stratified(metric: Metric, strata: readonly OutcomeSums[], position: number) {
  const values = [...new Set(strata.map(({ value }) => value))].sort();
  const of = (variant: number, value: string) =>
    strata.find((row) => row.variant === variant && row.value === value) ?? noSums(variant);
  const pairs = values.map((value) => ({ a: of(0, value), b: of(position, value) }));
  return metric.kind === 'RATIO'
    ? postStratifyRatio(pairs.map(({ a, b }) => ({ a: ratioSums(a), b: ratioSums(b) })))
    : postStratify(pairs.map(({ a, b }) => ({ a: valueSums(metric, a), b: valueSums(metric, b) })));
}

function beforeP(metric: Metric, control: OutcomeSums, arm: OutcomeSums): number | null {
  const result = compareArms(priorEstimate(metric, control), priorEstimate(metric, arm), 'absolute');
  return result.ok ? welchTest(result.effect, { alpha: 0.05 }).p : null;
}
