import { describe, expect, it } from 'vitest';
import { CandidatePool } from '../candidate-pool.js';
import { storedItem, viewOf } from '../small-catalogue.fixture.js';
import { freshness } from './freshness.js';

const day = 86_400_000;
const now = new Date('2026-11-24T12:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * day);

describe('freshness', () => {
  it('halves with every half-life, and is no term at all where the age is not known', () => {
    const view = viewOf([
      storedItem('came with the catalogue', 1, { createdAt: daysAgo(1.5) }),
      storedItem('arrived since', 2, { createdAt: daysAgo(0) }),
      storedItem('dated', 3, { createdAt: daysAgo(1.5), publishedAt: daysAgo(30) }),
    ]);
    const pool = new CandidatePool({ accepts: () => true, excludedNumbers: [] }, 10);
    for (const row of [0, 1, 2]) pool.add(row);
    const term = freshness(pool, view, { weight: 0.2, halfLifeDays: 30, atMs: now.getTime() });
    const sums = new Float64Array(3);
    term.addTo(sums);
    expect(sums[0]).toBe(0);
    expect(sums[1]).toBeCloseTo(0.2, 12);
    expect(sums[2]).toBeCloseTo(0.1, 12);
    const entries = [0, 1, 2].map((candidate) => term.entries(candidate));
    expect(entries[0]).toEqual([]);
    expect(entries.slice(1).map(([first]) => [first?.[1], first?.[3]])).toEqual([
      [sums[1], 0],
      [sums[2], 30],
    ]);
  });
});
