import type { RankedTargets } from './ranked-targets.js';

/** Chance that a target stands before another candidate, over the full ranking; 0.5 where there are no others. */
export function auc({ ranks, candidates }: RankedTargets): number {
  const others = candidates - ranks.length;
  if (ranks.length === 0 || others === 0) return 0.5;
  let before = 0;
  // of the candidates before a target, those that are targets too do not count
  ranks.forEach((rank, at) => {
    before += rank - at;
  });
  return 1 - before / (ranks.length * others);
}
