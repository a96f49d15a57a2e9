import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import { confidenceSequence } from './confidence-sequence.js';
import { compareArms, type Effect } from './effect.js';
import type { Estimate } from './estimate.js';
import type { ExperimentDefinition } from './experiment-definition.js';
import { addsUp, type Metric } from './metric.js';
import { firstDayEstimate, laterEstimate, noSums, type OutcomeSums } from './outcome-sums.js';

/** The lift within a day of the exposure, and afterwards: what is new is looked at because it is new. */
export interface NoveltyReading {
  readonly variant: string;
  readonly firstDay: LiftInterval | null;
  readonly later: LiftInterval | null;
  /** The first day's lift is larger than the later one by more than chance (one-sided, at 0.01). */
  readonly fades: boolean;
}
export interface LiftInterval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Only for metrics that add up over time. The two lifts come from the same units and are treated as independent: what
 * they share makes their difference look less certain than it is, so the warning errs towards silence.
 */
export function novelty(
  definition: ExperimentDefinition,
  metric: Metric,
  sums: readonly OutcomeSums[],
): readonly NoveltyReading[] {
  if (!addsUp(metric)) return [];
  const arms = definition.variants.map((_, at) => sums.find(({ variant }) => variant === at) ?? noSums(at));
  const [control = noSums(0), ...treatments] = arms;
  const tuningSampleSize = 2 * definition.plan.unitsPerArm;
  const intervalOf = (effect: Effect | null): LiftInterval | null => {
    if (effect === null) return null;
    const { estimate, interval } = confidenceSequence(effect, { alpha: definition.alpha, tuningSampleSize });
    return { estimate, low: interval[0] ?? -Infinity, high: interval[1] ?? Infinity };
  };
  return treatments.map((arm) => {
    const [first, later] = [
      effectOf(firstDayEstimate(metric, control), firstDayEstimate(metric, arm)),
      effectOf(laterEstimate(metric, control), laterEstimate(metric, arm)),
    ];
    const sign = metric.better === 'HIGHER' ? 1 : -1;
    const gap = first && later ? sign * (first.difference - later.difference) : 0;
    const error = first && later ? Math.hypot(first.standardError, later.standardError) : 0;
    return {
      variant: definition.variants[arm.variant]?.key ?? '',
      firstDay: intervalOf(first),
      later: intervalOf(later),
      fades: error > 0 && normalCdf(-gap / error, 0, 1) < 0.01,
    };
  });
}

function effectOf(a: Estimate, b: Estimate): Effect | null {
  const result = compareArms(a, b, 'relative');
  return result.ok ? result.effect : null;
}
