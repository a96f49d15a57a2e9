import { itemId } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { cardsByInformation } from './information-gain.js';
import { cardsByCoverage } from './popularity-coverage.js';

const matrix = (profiles: number, likes: Readonly<Record<string, readonly number[]>>) => ({
  profiles,
  likedBy: new Map(Object.entries(likes).map(([id, list]) => [itemId(id), list])),
});
const people = matrix(8, {
  everybody: [0, 1, 2, 3, 4, 5, 6, 7],
  space: [0, 1, 2, 3],
  robots: [0, 1, 2],
  love: [4, 5],
});

describe('onboarding cards', () => {
  it('by information are those that tell groups apart, not the one that everybody likes', () => {
    expect(cardsByInformation(people, [0, 0, 0, 0, 1, 1, 1, 1], 3)).toEqual(['space']);
    expect(cardsByInformation(people, [0, 0, 0, 0, 1, 1, 2, 2], 3)).toEqual(['space', 'love']);
    expect(cardsByInformation(people, [0, 0, 0, 0, 0, 0, 0, 0], 3)).toEqual([]);
  });

  it('by coverage are those that reach people whom the cards before did not', () => {
    expect(cardsByCoverage(people, 3)).toEqual(['everybody']);
    const likes = { a: [0, 1, 2], b: [0, 1], c: [3], d: [2, 3] };
    expect(cardsByCoverage(matrix(4, likes), 2)).toEqual(['a', 'c']);
  });
});
