import { expect, it } from 'vitest';
import { differences } from './differences';

const mine = { priority: 1, condition: { matches: { field: 'tags', in: ['x', 'y'] } }, weight: 0.2 };

it('tells where two drafts differ, value by value', () => {
  expect(differences({ ...mine, priority: 5, condition: {} }, mine)).toEqual([
    { path: 'priority', theirs: '5', yours: '1' },
    { path: 'condition.matches.field', theirs: null, yours: 'tags' },
    { path: 'condition.matches.in', theirs: null, yours: 'x, y' },
  ]);
  expect(differences(mine, { ...mine })).toEqual([]);
});

it('compares rows of a list one by one, and takes null for nothing', () => {
  const theirs = { arms: [{ name: 'a', size: null }, { name: 'b' }] };
  expect(differences(theirs, { arms: [{ name: 'a' }, { name: 'c' }, { name: 'd' }] })).toEqual([
    { path: 'arms.2.name', theirs: 'b', yours: 'c' },
    { path: 'arms.3.name', theirs: null, yours: 'd' },
  ]);
});
