import type { RankedTargets } from './ranked-targets.js';

/** Mean over the targets (the cutoff at most) of the precision at each target's rank. Its mean over people is the MAP. */
export function averagePrecision({ ranks }: RankedTargets, cutoff: number): number {
  let sum = 0;
  ranks.forEach((rank, at) => {
    if (rank < cutoff) sum += (at + 1) / (rank + 1);
  });
  const most = Math.min(cutoff, ranks.length);
  return most === 0 ? 0 : sum / most;
}
