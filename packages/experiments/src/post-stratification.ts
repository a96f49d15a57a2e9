import type { Estimate } from './estimate.js';
import { meanOf, pool, type Sums, varianceOf } from './moments.js';

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
  const usable = mergeThin(strata);
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

function mergeThin(strata: readonly Stratum[]): readonly Stratum[] {
  const isThin = ({ a, b }: Stratum) => a.n < 2 || b.n < 2;
  const thick = strata.filter((stratum) => !isThin(stratum));
  const [first, ...more] = strata.filter(isThin);
  if (first === undefined) return thick;
  const join = (one: Stratum, other: Stratum) => ({ a: pool(one.a, other.a), b: pool(one.b, other.b) });
  const rest = more.reduce(join, first);
  if (!isThin(rest)) return [...thick, rest];
  const [host, ...others] = thick;
  return host === undefined ? [rest] : [join(host, rest), ...others];
}
