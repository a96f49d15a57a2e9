/** All that a metric of one list needs: where the targets stand in the full ranking of so many candidates. */
export interface RankedTargets {
  /** From 0, ascending, one for each target. */
  readonly ranks: Int32Array;
  readonly candidates: number;
}

export const hitsWithin = ({ ranks }: RankedTargets, cutoff: number) =>
  ranks.filter((rank) => rank < cutoff).length;

export type ListMetric = (ranked: RankedTargets, cutoff: number) => number;
