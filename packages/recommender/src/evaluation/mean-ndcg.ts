import type { InteractionMatrix } from '../training/interaction-matrix.js';
import { ndcg } from './metrics/ndcg.js';
import { targetRanks } from './target-ranks.js';

/** Mean NDCG at the cutoff over profiles with targets; `scores` [profiles x candidates], targets by candidate. */
export function meanNdcg(scores: Float32Array, targets: InteractionMatrix, cutoff: number): number {
  const candidates = targets.items;
  let sum = 0;
  let profiles = 0;
  for (let profile = 0; profile < targets.profiles; profile++) {
    const wanted = targets.columns.subarray(targets.starts[profile], targets.starts[profile + 1]);
    if (wanted.length === 0) continue;
    const ranks = targetRanks(scores.subarray(profile * candidates, (profile + 1) * candidates), wanted);
    sum += ndcg({ ranks, candidates }, cutoff);
    profiles++;
  }
  return profiles === 0 ? 0 : sum / profiles;
}
