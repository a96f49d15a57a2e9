import { seededRandom } from '@kindling/domain';
import { expect, test } from 'vitest';
import { type TeamClicks, teamDraft, winShare } from './interleaving.js';

const ranking = (from: number) => Array.from({ length: 20 }, (_, at) => `item-${(from + at) % 25}`);

test('no item twice, both teams as often as each other, and each in its own order', () => {
  const random = seededRandom('draft');
  for (let round = 0; round < 200; round++) {
    const slots = teamDraft({ a: ranking(0), b: ranking(7) }, 10, random);
    expect(new Set(slots.map(({ item }) => item)).size).toBe(10);
    expect(slots.filter(({ team }) => team === 'a')).toHaveLength(5);
    const ofB = slots.filter(({ team }) => team === 'b').map(({ item }) => ranking(7).indexOf(item));
    expect(ofB).toEqual([...ofB].sort((one, other) => one - other));
  }
});

test('a short or exhausted ranking ends the list instead of the program', () => {
  expect(teamDraft({ a: ['x'], b: ['x'] }, 5, seededRandom('short'))).toHaveLength(1);
  expect(teamDraft({ a: [], b: ['x', 'y', 'z'] }, 5, seededRandom('none')).map(({ item }) => item)).toEqual([
    'x',
    'y',
    'z',
  ]);
});

test('equal rankings win equally often; a better one is found', () => {
  const random = seededRandom('clicks');
  const play = (chance: number): TeamClicks[] =>
    Array.from({ length: 2_000 }, () => {
      const clicks = { a: 0, b: 0 };
      for (let click = 0; click < 3; click++) clicks[random() < chance ? 'b' : 'a'] += 1;
      return clicks;
    });
  expect(winShare(play(0.5), 0.05)?.p).toBeGreaterThan(0.01);
  const better = winShare(play(0.55), 0.05);
  expect(better?.p).toBeLessThan(0.001);
  expect(better?.estimate).toBeCloseTo(0.55, 1);
  expect(winShare([{ a: 0, b: 0 }], 0.05)).toBeNull();
});
