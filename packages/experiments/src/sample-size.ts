import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';

export interface SampleSizePlan {
  /** Smallest absolute effect that has to be found. */
  readonly effect: number;
  /** Unit variance in the control and, with the effect, in the treatment. */
  readonly varianceControl: number;
  readonly varianceTreatment: number;
  readonly alpha: number;
  readonly power: number;
}

/**
 * Units an arm for a two-sided z-test between equal arms: (z_alpha/2 + z_power)^2 (var_a + var_b)/effect^2, rounded up.
 * Source: Chow, Shao, Wang, "Sample Size Calculations in Clinical Research", section 3.2.
 */
export function unitsPerArm(plan: SampleSizePlan): number {
  const z = -normalQuantile(plan.alpha / 2, 0, 1) + normalQuantile(plan.power, 0, 1);
  return Math.ceil((z ** 2 * (plan.varianceControl + plan.varianceTreatment)) / plan.effect ** 2);
}

/** Variances of a share of units, before and with an absolute effect. Throws when the effect leaves [0, 1]. */
export function proportionVariances(share: number, effect: number) {
  const treated = share + effect;
  if (!(share >= 0 && treated >= 0 && share <= 1 && treated <= 1)) {
    throw new RangeError(
      `A share of ${share} with an effect of ${effect} leaves 0 to 1: plan a smaller effect.`,
    );
  }
  return { varianceControl: share * (1 - share), varianceTreatment: treated * (1 - treated) };
}
