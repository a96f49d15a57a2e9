import { type Beta, betaCdf } from './beta-distribution.js';

/** Cells are narrow near 0, where click rates are. */
const cells = 256;
const edges = Float64Array.from({ length: cells + 1 }, (_, index) => (index / cells) ** 2);

/** The distribution function of a belief at the edges of the grid; worth keeping while the belief stays. */
export const thompsonCurve = (belief: Beta) => edges.map((edge) => betaCdf(belief, edge));

/**
 * How probable it is that each belief's draw is the highest: P_i = integral f_i(x) prod_{j != i} F_j(x) dx, the
 * choice that Thompson sampling makes, by a grid of 256 cells. Sums to 1.
 *
 * The explorer chooses BY these shares instead of by drawing, so the probability that it logs is the one it used,
 * not an estimate of it.
 */
export function thompsonShares(curves: readonly Float64Array[]): number[] {
  const shares = curves.map(() => 0);
  const before = new Float64Array(curves.length + 1);
  for (let cell = 0; cell < cells; cell++) {
    const below = (curve: Float64Array | undefined) =>
      ((curve?.[cell] as number) + (curve?.[cell + 1] as number)) / 2;
    // Products of all the others, without dividing by a factor that may be 0: from the left, then from the right.
    before[0] = 1;
    for (let index = 0; index < curves.length; index++) {
      before[index + 1] = (before[index] as number) * below(curves[index]);
    }
    let after = 1;
    for (let index = curves.length - 1; index >= 0; index--) {
      const curve = curves[index];
      const mass = (curve?.[cell + 1] as number) - (curve?.[cell] as number);
      shares[index] = (shares[index] as number) + mass * (before[index] as number) * after;
      after *= below(curve);
    }
  }
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => (total > 0 ? share / total : 1 / shares.length));
}
