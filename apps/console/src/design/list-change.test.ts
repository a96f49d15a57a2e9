import { expect, it } from 'vitest';
import { changesBetween, countMovements, movementOf } from './list-change';

const list = (...ids: string[]) => ids.map((itemId) => ({ itemId }));

it('follows every item from one list to the other', () => {
  const changes = changesBetween(list('a', 'b', 'c'), list('c', 'a', 'd'));
  expect(changes).toEqual([
    { itemId: 'c', from: 3, to: 1 },
    { itemId: 'a', from: 1, to: 2 },
    { itemId: 'd', from: null, to: 3 },
    { itemId: 'b', from: 2, to: null },
  ]);
  expect(changes.map(movementOf)).toEqual(['up', 'down', 'enters', 'leaves']);
  expect(countMovements(changes)).toEqual({ same: 0, up: 1, down: 1, enters: 1, leaves: 1 });
});
