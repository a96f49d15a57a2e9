import type { ArmPosterior } from './bandit.js';
import { unitVariance } from './estimate.js';
import type { ExperimentDefinition } from './experiment-definition.js';
import type { Metric } from './metric.js';
import { meanOf, pool, type Sums, varianceOf } from './moments.js';
import { noSums, type OutcomeSums, plainEstimate, valueSums } from './outcome-sums.js';

/**
 * What is known of each arm of a bandit, by variant: its mean, and how sure that is.
 *
 * Shares change from day to day, and so does what units bring, so a plain mean would credit an arm with the days on
 * which it had most of the traffic. Every arm is therefore brought to one mix of days: sum over days of
 * (units of all arms that day / all units) * mean of the arm that day. Days on which an arm has fewer than two units go
 * together. A ratio is read plainly.
 */
export function banditArms(
  definition: ExperimentDefinition,
  metric: Metric,
  sums: readonly OutcomeSums[],
): ArmPosterior[] {
  const own = sums.filter((row) => row.metric === 0);
  const open = definition.variants.flatMap(({ weight }, at) => (weight > 0 ? [at] : []));
  const total = (variant: number) =>
    own.find((row) => row.dimension === 'all' && row.variant === variant) ?? noSums(variant);
  const days = metric.kind === 'RATIO' ? [] : dayStrata(metric, own, open);
  const isEven = days.length > 0 && days.every((arms) => arms.every(({ n }) => n >= 2));
  const units = days.flat().reduce((sum, { n }) => sum + n, 0);
  return definition.variants.map((_, variant): ArmPosterior => {
    const plain = plainEstimate(metric, total(variant));
    const n = plain.n;
    if (n < 2) return { n, mean: n === 0 ? 0 : plain.value, standardError: 0 };
    const place = open.indexOf(variant);
    if (!isEven || place < 0) {
      return { n, mean: plain.value, standardError: careful(Math.sqrt(unitVariance(plain) / n), n) };
    }
    let [mean, variance] = [0, 0];
    for (const arms of days) {
      const arm = arms[place] as Sums;
      const weight = arms.reduce((sum, one) => sum + one.n, 0) / units;
      mean += weight * meanOf(arm);
      variance += (weight ** 2 * varianceOf(arm)) / arm.n;
    }
    return { n, mean, standardError: careful(Math.sqrt(variance), n) };
  });
}

/** An arm where nothing has happened yet is not known for certain: as if one unit more had brought a whole one. */
const careful = (error: number, n: number) => (error > 0 ? error : 1 / n);

function dayStrata(metric: Metric, sums: readonly OutcomeSums[], open: readonly number[]): Sums[][] {
  const rows = sums.filter(({ dimension }) => dimension === 'day');
  const ofDay = (day: string) =>
    open.map((variant) =>
      valueSums(metric, rows.find((row) => row.value === day && row.variant === variant) ?? noSums(variant)),
    );
  const days = [...new Set(rows.map(({ value }) => value))].sort().map(ofDay);
  const isThin = (arms: readonly Sums[]) => arms.some(({ n }) => n < 2);
  const join = (one: readonly Sums[], other: readonly Sums[]) =>
    one.map((arm, at) => pool(arm, other[at] as Sums));
  const thick = days.filter((arms) => !isThin(arms));
  const [first, ...more] = days.filter(isThin);
  if (first === undefined) return thick;
  const rest = more.reduce(join, first);
  if (!isThin(rest)) return [...thick, rest];
  const [host, ...others] = thick;
  return host === undefined ? [rest] : [join(host, rest), ...others];
}
