import { itemId } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { pickCards } from './pick-cards.js';
import { tasteGroups } from './taste-groups.js';

const likes = {
  everybody: [0, 1, 2, 3, 4, 5],
  space: [0, 1, 2],
  robots: [0, 1],
  love: [3, 4],
};
const matrix = {
  profiles: 7,
  likedBy: new Map(Object.entries(likes).map(([id, list]) => [itemId(id), list])),
};
const categoriesOf = (id: string) =>
  id === 'love' ? ['romance'] : id === 'everybody' ? [] : ['science fiction'];

describe('taste groups', () => {
  it('put people together by what most of their likes are, and apart who likes nothing of any kind', () => {
    expect(tasteGroups(matrix, categoriesOf)).toEqual([1, 1, 1, 2, 2, 0, 0]);
  });
});

describe('onboarding cards', () => {
  it('differ by method: what tells people apart, or what most people know', () => {
    const first = (method: 'information' | 'coverage') =>
      pickCards(matrix, categoriesOf, { method, count: 1 });
    expect([first('information'), first('coverage')]).toEqual([['space'], ['everybody']]);
  });

  it('are as many as were asked for where there are as many items, each once', () => {
    for (const method of ['information', 'coverage'] as const) {
      const cards = pickCards(matrix, categoriesOf, { method, count: 4 });
      expect([...cards].sort()).toEqual(['everybody', 'love', 'robots', 'space']);
      expect(pickCards(matrix, categoriesOf, { method, count: 9 })).toHaveLength(4);
    }
  });
});
