import { expect, it } from 'vitest';
import { allKept, eventTable } from './events.fixture.js';
import { dropTurnedDown } from './turned-down.js';

it('takes out all that was done with an item whose last word was a dislike, a hide or a low rating', () => {
  const events = eventTable([
    [1, 'VIEW', 0],
    [1, 'FAVOURITE', 1],
    [2, 'VIEW', 2],
    [2, 'HIDE', 3],
    [3, 'PURCHASE', 4],
    [1, 'DISLIKE', 5],
    [3, 'RATING', 6, 2],
    [4, 'RATING', 7, 4],
    [3, 'VIEW', 8],
  ]);
  const kept = allKept(events);
  expect(dropTurnedDown(events, kept)).toBe(8);
  expect([...kept]).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0]);
});

it('forgives: who favours an item after a dislike likes it', () => {
  const events = eventTable([
    [1, 'DISLIKE', 0],
    [1, 'FAVOURITE', 1],
  ]);
  expect(dropTurnedDown(events, allKept(events))).toBe(0);
});

it('holds the dislike of one profile against nobody else', () => {
  const events = eventTable([[1, 'DISLIKE', 0]], [[1, 'VIEW', 1]]);
  const kept = allKept(events);
  expect(dropTurnedDown(events, kept)).toBe(1);
  expect([...kept]).toEqual([0, 1]);
});
