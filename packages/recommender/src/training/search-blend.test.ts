import { describe, expect, it } from 'vitest';
import type { Blend } from './blend.js';
import { type BlendJudge, blendJudge } from './blend-judge.js';
import { fusedScorers } from './fusion.js';
import { type FusionCase, scoresEach } from './fusion-cases.js';
import { searchBlend, searchSteadyBlend, steadyAt } from './search-blend.js';

const candidates = 150;

/** People of whom `isRight` scorers know the one target; the others say nothing of it. */
function people(revealed: number, isRight: readonly boolean[], targetPlace = 40): readonly FusionCase[] {
  return Array.from({ length: 30 }, (_, person) => {
    const target = (person * 7) % candidates;
    const scores = new Float32Array(candidates * scoresEach);
    for (let item = 0; item < candidates; item++) {
      for (const [part, right] of isRight.entries()) {
        const noise = ((item * 31 + part * 17 + person * 13) % candidates) / candidates;
        // so many items are put before the target by a scorer that is right
        const isAhead = (item + candidates - target) % candidates < targetPlace;
        scores[item * scoresEach + part] = !right ? noise : item === target ? 0.5 : isAhead ? 1 : 0.1 * noise;
      }
    }
    return {
      revealed,
      stays: true,
      scores,
      isTarget: Uint8Array.from({ length: candidates }, (_item, item) => (item === target ? 1 : 0)),
      targets: 1,
    };
  });
}

const shareOf = (blend: Blend) => {
  const sum = Object.values(blend).reduce((total, weight) => total + weight, 0);
  return 1 - blend.prior / sum;
};

describe('the search of a blend', () => {
  it('gives the scorers n / (n + half) beside the prior in a steady blend, at any scale of their weights', () => {
    const blend = { halfAt: 4, scorers: { together: 6, alike: 2, factors: 0, content: 4 } };
    expect(shareOf(steadyAt(blend, 1))).toBeCloseTo(1 / 5, 12);
    expect(shareOf(steadyAt(blend, 12))).toBeCloseTo(12 / 16, 12);
    expect(steadyAt(blend, 12).together).toBeCloseTo(6, 12);
  });

  it('finds the scorer that is right of everybody, and leaves those that are wrong', () => {
    const judge = blendJudge([
      ...people(1, [false, true, false, false, false], 2),
      ...people(10, [false, true, false, false, false], 2),
    ]);
    const { scorers } = searchSteadyBlend(judge);
    for (const other of fusedScorers.filter((scorer) => scorer !== 'alike')) {
      expect(scorers[other]).toBeLessThan(0.5 * scorers.alike);
    }
    const blend = searchBlend(judge, 10, []);
    expect(shareOf(blend)).toBeGreaterThan(0.8);
  });

  it('tells a better blend from a worse one where nobody has a hit among the first 20', () => {
    const judge: BlendJudge = blendJudge(people(3, [true, false, false, false, false], 40));
    const [right, wrong]: readonly Blend[] = [
      { prior: 0, together: 1, alike: 0, factors: 0, content: 0 },
      { prior: 0, together: 0, alike: 1, factors: 0, content: 0 },
    ];
    if (!right || !wrong) throw new Error('two blends');
    expect(judge.ndcg(right, 3)).toBe(0);
    expect(judge.value(right, 3)).toBeGreaterThan(judge.value(wrong, 3));
  });
});
