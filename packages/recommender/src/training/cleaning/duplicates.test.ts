import { expect, it } from 'vitest';
import { dropDuplicates } from './duplicates.js';
import { allKept, eventTable } from './events.fixture.js';

it('keeps the last of repeats within the window, so a corrected rating is the one that counts', () => {
  const events = eventTable([
    [1, 'RATING', 0, 1],
    [1, 'RATING', 5_000, 5],
  ]);
  const kept = allKept(events);
  expect(dropDuplicates(events, kept)).toBe(1);
  expect([...kept]).toEqual([0, 1]);
});

it('lets be what is later, of another type, another item or another profile', () => {
  const events = eventTable(
    [
      [1, 'VIEW', 0],
      [1, 'CLICK', 10],
      [2, 'VIEW', 20],
      [1, 'VIEW', 30_001],
    ],
    [[1, 'VIEW', 30_002]],
  );
  expect(dropDuplicates(events, allKept(events))).toBe(0);
});

it('sees through a chain of reloads', () => {
  const events = eventTable([0, 20_000, 40_000, 60_000].map((atMs) => [1, 'VIEW', atMs]));
  const kept = allKept(events);
  expect(dropDuplicates(events, kept)).toBe(3);
  expect([...kept]).toEqual([0, 0, 0, 1]);
});
