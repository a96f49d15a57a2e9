import { type ExperimentDefinition, metricKeysOf } from './experiment-definition.js';
import type { Metric } from './metric.js';
import { type MetricResult, type MetricRole, type ReadingOptions, readMetric } from './metric-result.js';
import { benjaminiHochberg, holm } from './multiple-testing.js';
import type { OutcomeSums } from './outcome-sums.js';
import type { Horizon } from './stopping-rule.js';

interface MetricsInput {
  readonly definition: ExperimentDefinition;
  readonly metrics: readonly Metric[];
  readonly sums: readonly OutcomeSums[];
  readonly horizon: Horizon | null;
}

/**
 * Every metric in its roles, primary first, judged by the stopping rule and for the number of comparisons: Holm among
 * the arms of the primary metric, Benjamini and Hochberg among secondary and among exploratory ones.
 */
export function readMetrics(
  { definition, metrics, sums, horizon }: MetricsInput,
  options: ReadingOptions,
): readonly MetricResult[] {
  const planned = metricKeysOf(definition).length;
  const atHorizon = horizon?.state === 'REACHED';
  const read = metrics.flatMap((metric, at) => {
    const own = sums.filter((row) => row.metric === at);
    const strata = own.filter(({ dimension }) => dimension === definition.stratifyBy);
    const whole = own.filter(({ dimension }) => dimension === 'all');
    // a later definition of a planned metric has its key, too: what was planned comes first
    const roles: readonly MetricRole[] = at < planned ? rolesOf(definition, metric) : ['EXPLORATORY'];
    return roles.map((role) =>
      readMetric(definition, metric, role, whole, { ...options, strata, atHorizon }),
    );
  });
  const judge = (of: MetricRole, adjust: (p: readonly number[]) => number[]) =>
    withAdjustedP(
      read.filter(({ role }) => role === of),
      adjust,
      // what was stopped before its horizon is shown, and finds nothing
      horizon?.state === 'MISSED' ? 0 : definition.alpha,
    );
  const { rule, maximumLoss } = definition.stopping;
  const primary = read.filter(({ role }) => role === 'PRIMARY');
  return [
    ...(rule === 'BAYESIAN' ? primary.map((result) => byLoss(result, maximumLoss)) : judge('PRIMARY', holm)),
    ...judge('SECONDARY', benjaminiHochberg),
    ...read.filter(({ role }) => role === 'GUARDRAIL'),
    ...judge('EXPLORATORY', benjaminiHochberg),
  ];
}

/** Either loss suffices: the arm is taken, or the control is kept. */
const byLoss = (result: MetricResult, most: number): MetricResult => ({
  ...result,
  comparisons: result.comparisons.map((comparison) => {
    const { expectedLoss, lossOfKeeping, isBaselineKnown } = comparison.decisive ?? {};
    const least = Math.min(expectedLoss ?? 1, lossOfKeeping ?? 1);
    return { ...comparison, significant: isBaselineKnown === true && least < most };
  }),
});

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
