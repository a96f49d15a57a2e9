import { confidenceSequence } from './confidence-sequence.js';
import { compareArms } from './effect.js';
import type { ExperimentDefinition } from './experiment-definition.js';
import { hasPrePeriod, type Metric } from './metric.js';
import { addSums, cupedEstimates, noSums, type OutcomeSums, plainEstimate } from './outcome-sums.js';

/** Units that came until a day, and what the sequence said of them; each point may be acted on. */
export interface LiftPoint {
  readonly day: string;
  readonly variant: string;
  readonly n: number;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Of the primary metric, day after day, from where every arm has its least number of units; with CUPED where units have a
 * past, as in the reading that decides, so that the line ends where that one stands (strata alone are left out).
 */
export function liftOverTime(
  definition: ExperimentDefinition,
  primary: Metric,
  sums: readonly OutcomeSums[],
): readonly LiftPoint[] {
  const rows = sums.filter(({ metric, dimension }) => metric === 0 && dimension === 'day');
  const days = [...new Set(rows.map(({ value }) => value))].sort();
  const soFar = definition.variants.map((_, at) => noSums(at));
  const points: LiftPoint[] = [];
  for (const day of days) {
    for (const row of rows.filter(({ value }) => value === day)) {
      soFar[row.variant] = addSums(soFar[row.variant] ?? noSums(row.variant), row);
    }
    const [control, ...treatments] = soFar;
    for (const arm of treatments) {
      if (!control || Math.min(control.n, arm.n) < definition.minimumUnitsPerArm) continue;
      const hasPast = hasPrePeriod(primary) && control.pp + arm.pp > 0;
      const [a, b] = hasPast
        ? cupedEstimates(primary, control, arm)
        : [plainEstimate(primary, control), plainEstimate(primary, arm)];
      const result = compareArms(a, b, 'relative');
      if (!result.ok) continue;
      const { estimate, interval } = confidenceSequence(result.effect, {
        alpha: definition.alpha / treatments.length,
        tuningSampleSize: 2 * definition.plan.unitsPerArm,
      });
      points.push({
        day,
        variant: definition.variants[arm.variant]?.key ?? '',
        n: control.n + arm.n,
        estimate,
        low: interval[0] ?? Number.NEGATIVE_INFINITY,
        high: interval[1] ?? Number.POSITIVE_INFINITY,
      });
    }
  }
  return points;
}
