import { describe, expect, it } from 'vitest';
import { maximalMarginalRelevance } from './maximal-marginal-relevance.js';

describe('maximalMarginalRelevance', () => {
  // A pair of near twins that fit well, and one that fits less but is unlike them.
  const vectors = Float32Array.of(1, 0, 0.8, 0.6, 0, 1);
  const relevance = [0.9, 0.85, 0.4];

  it('is the order of relevance at lambda 1', () => {
    expect(maximalMarginalRelevance(relevance, vectors, 1, 3)).toEqual([0, 1, 2]);
  });

  it('prefers the unlike one as soon as likeness costs more than relevance brings', () => {
    // Second pick: 0.5 * 0.85 - 0.5 * 0.8 = 0.025 against 0.5 * 0.4 - 0 = 0.2.
    expect(maximalMarginalRelevance(relevance, vectors, 0.5, 3)).toEqual([0, 2, 1]);
  });

  it('rewards being opposite: a negative similarity is no penalty', () => {
    const opposite = Float32Array.of(1, 0, 0, 1, -1, 0);
    expect(maximalMarginalRelevance([0.9, 0.1, 0.1], opposite, 0.5, 2)).toEqual([0, 2]);
  });

  it('starts with the most relevant even at lambda 0, takes the earlier of equals, and stops at what there is', () => {
    expect(maximalMarginalRelevance([0.1, 0.2], Float32Array.of(1, 1), 0, 9)).toEqual([1, 0]);
    expect(maximalMarginalRelevance([0.5, 0.5], Float32Array.of(1, 1), 1, 1)).toEqual([0]);
    expect(maximalMarginalRelevance([], new Float32Array(), 0.5, 3)).toEqual([]);
  });
});
