import type { InteractionMatrix } from '../training/interaction-matrix.js';
import { TopGain } from './top-gain.js';

/** Mean NDCG at the cutoff over profiles with targets; `scores` [profiles x candidates], targets by candidate. */
export function meanNdcg(scores: Float32Array, targets: InteractionMatrix, cutoff: number): number {
  const candidates = targets.items;
  const list = new TopGain(cutoff);
  const isTarget = new Uint8Array(candidates);
  let sum = 0;
  let profiles = 0;
  for (let profile = 0; profile < targets.profiles; profile++) {
    const wanted = targets.columns.subarray(targets.starts[profile], targets.starts[profile + 1]);
    if (wanted.length === 0) continue;
    for (const candidate of wanted) isTarget[candidate] = 1;
    list.begin(wanted.length);
    const start = profile * candidates;
    for (let candidate = 0; candidate < candidates; candidate++) {
      const score = scores[start + candidate] as number;
      if (score > list.least) list.add(score, isTarget[candidate] === 1);
    }
    for (const candidate of wanted) isTarget[candidate] = 0;
    sum += list.ndcg();
    profiles++;
  }
  return profiles === 0 ? 0 : sum / profiles;
}
