import { seededRandom } from '@kindling/domain';
import { expect, it } from 'vitest';
import { interactionMatrix } from '../training/interaction-matrix.js';
import { meanNdcg } from './mean-ndcg.js';
import { ndcg } from './metrics/ndcg.js';
import { targetRanks } from './target-ranks.js';

it('is the metric over full ranks, also where scores are equal', () => {
  const random = seededRandom('ndcg');
  const [profiles, candidates] = [30, 50];
  const targets = interactionMatrix(
    Array.from({ length: 120 }, () => ({
      profile: Math.floor(random() * profiles),
      item: Math.floor(random() * candidates),
      weight: 1,
    })),
    profiles,
    candidates,
  );
  const scores = Float32Array.from({ length: profiles * candidates }, () => Math.floor(random() * 12) / 4);
  const each = Array.from({ length: profiles }, (_, profile) => {
    const wanted = targets.columns.slice(targets.starts[profile], targets.starts[profile + 1]);
    const row = scores.subarray(profile * candidates, (profile + 1) * candidates);
    return wanted.length === 0 ? [] : [ndcg({ ranks: targetRanks(row, wanted), candidates }, 20)];
  }).flat();
  expect(meanNdcg(scores, targets, 20)).toBeCloseTo(
    each.reduce((sum, one) => sum + one, 0) / each.length,
    12,
  );
});
