import type { Estimate } from './estimate.js';
import { covarianceOf, meanOf, pool, type Sums, varianceOf } from './moments.js';
import type { RatioSums } from './ratio.js';

/** Units of both arms that shared a trait before the start: channel, or an onboarding answer. */
export interface Stratum {
  readonly a: Sums;
  readonly b: Sums;
}

/**
 * For new profiles, who have no past to adjust by: each arm's mean is weighed to the same mix of strata, that of both
 * arms together. sum w_k y_k has variance sum w_k^2 s2_k/n_k. Strata with fewer than two units in an arm go together.
 * Source: Miratrix, Sekhon, Yu, "Adjusting treatment effect estimates by post-stratification" (2013).
 */
export function postStratify(strata: readonly Stratum[]): { readonly a: Estimate; readonly b: Estimate } {
  const usable = mergeThin(strata, pool);
  const total = usable.reduce((sum, { a, b }) => sum + a.n + b.n, 0);
  const weights = usable.map(({ a, b }) => (a.n + b.n) / total);
  return {
    a: weighed(
      usable.map(({ a }) => a),
      weights,
    ),
    b: weighed(
      usable.map(({ b }) => b),
      weights,
    ),
  };
}

function weighed(arm: readonly Sums[], weights: readonly number[]): Estimate {
  const n = arm.reduce((sum, stratum) => sum + stratum.n, 0);
  const value = arm.reduce((sum, stratum, at) => sum + (weights[at] ?? 0) * meanOf(stratum), 0);
  return {
    n,
    value,
    gradient: weights,
    reference: value,
    referenceGradient: weights,
    level: value,
    // strata are independent; n/n_k makes "over n" the variance of the stratum's own mean
    covariance: arm.map((stratum, row) =>
      arm.map((_, column) => (row === column && stratum.n > 0 ? (varianceOf(stratum) * n) / stratum.n : 0)),
    ),
  };
}

/** Units of both arms that shared a trait, of a ratio metric. */
export interface RatioStratum {
  readonly a: RatioSums;
  readonly b: RatioSums;
}

/**
 * A ratio of means of which both are weighed to the same mix: sum w_k m_k / sum w_k d_k, its variance by the delta
 * method over the strata's means.
 */
export function postStratifyRatio(strata: readonly RatioStratum[]): {
  readonly a: Estimate;
  readonly b: Estimate;
} {
  const usable = mergeThin(strata, (one, other) => ({
    m: pool(one.m, other.m),
    d: pool(one.d, other.d),
    products: one.products + other.products,
  }));
  const total = usable.reduce((sum, { a, b }) => sum + a.m.n + b.m.n, 0);
  const weights = usable.map(({ a, b }) => (a.m.n + b.m.n) / total);
  return {
    a: weighedRatio(
      usable.map(({ a }) => a),
      weights,
    ),
    b: weighedRatio(
      usable.map(({ b }) => b),
      weights,
    ),
  };
}

function weighedRatio(arm: readonly RatioSums[], weights: readonly number[]): Estimate {
  const n = arm.reduce((sum, { m }) => sum + m.n, 0);
  const weighedMean = (of: (stratum: RatioSums) => Sums) =>
    arm.reduce((sum, stratum, at) => sum + (weights[at] ?? 0) * meanOf(of(stratum)), 0);
  const [above, below] = [weighedMean(({ m }) => m), weighedMean(({ d }) => d)];
  const value = below === 0 ? 0 : above / below;
  const gradient =
    below === 0
      ? arm.flatMap(() => [0, 0])
      : weights.flatMap((weight) => [weight / below, (-weight * above) / below ** 2]);
  return {
    n,
    value,
    gradient,
    reference: value,
    referenceGradient: gradient,
    level: value,
    // two by two along the diagonal; n/n_k as above
    covariance: arm.flatMap(({ m, d, products }, place) => {
      const scale = m.n > 0 ? n / m.n : 0;
      const together = covarianceOf(m, d, products) * scale;
      const row = (one: number, other: number) =>
        arm.flatMap((_, column) => (column === place ? [one, other] : [0, 0]));
      return [row(varianceOf(m) * scale, together), row(together, varianceOf(d) * scale)];
    }),
  };
}

/** Strata with fewer than two units in an arm go together, and with the first one where that is still too few. */
function mergeThin<Part extends Sums | RatioSums>(
  strata: readonly { readonly a: Part; readonly b: Part }[],
  add: (one: Part, other: Part) => Part,
): readonly { readonly a: Part; readonly b: Part }[] {
  const unitsOf = (part: Part) => ('m' in part ? part.m.n : part.n);
  const isThin = ({ a, b }: { readonly a: Part; readonly b: Part }) => unitsOf(a) < 2 || unitsOf(b) < 2;
  const thick = strata.filter((stratum) => !isThin(stratum));
  const [first, ...more] = strata.filter(isThin);
  if (first === undefined) return thick;
  const join = (
    one: { readonly a: Part; readonly b: Part },
    other: { readonly a: Part; readonly b: Part },
  ) => ({
    a: add(one.a, other.a),
    b: add(one.b, other.b),
  });
  const rest = more.reduce(join, first);
  if (!isThin(rest)) return [...thick, rest];
  const [host, ...others] = thick;
  return host === undefined ? [rest] : [join(host, rest), ...others];
}
