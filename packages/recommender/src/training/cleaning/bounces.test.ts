import { expect, it } from 'vitest';
import { dropBounces } from './bounces.js';
import { allKept, eventTable, type TestEvent } from './events.fixture.js';

function left(...profile: TestEvent[]): readonly number[] {
  const events = eventTable(profile);
  const kept = allKept(events);
  const dropped = dropBounces(events, kept);
  expect(dropped).toBe(profile.length - kept.reduce((sum, one) => sum + one, 0));
  return profile.flatMap((_, at) => (kept[at] === 1 ? [at] : []));
}

it('takes out a look that was left within seconds for another item', () => {
  expect(left([1, 'VIEW', 0], [2, 'VIEW', 1_200], [2, 'PURCHASE', 60_000])).toEqual([1, 2]);
});

it('keeps a look that lasted, and the last one, after which nothing is known', () => {
  expect(left([1, 'VIEW', 0], [2, 'VIEW', 2_500])).toEqual([0, 1]);
});

it('takes out a dwell of next to nothing with its view, and keeps a real one with its', () => {
  expect(left([1, 'VIEW', 0], [1, 'DWELL', 1_000, 1], [2, 'VIEW', 9_000], [2, 'DWELL', 60_000, 50])).toEqual([
    2, 3,
  ]);
});

it('keeps the quick looks at an item that the person came back to and meant', () => {
  expect(left([1, 'VIEW', 0], [2, 'VIEW', 1_000], [1, 'FAVOURITE', 90_000])).toEqual([0, 1, 2]);
});

it('takes events of one moment for a batch, not for a bounce', () => {
  expect(left([1, 'VIEW', 0], [2, 'VIEW', 0], [3, 'VIEW', 0])).toEqual([0, 1, 2]);
});

it('leaves purchases, ratings and favourites alone, however fast they follow each other', () => {
  expect(left([1, 'PURCHASE', 0], [2, 'RATING', 500, 5], [3, 'FAVOURITE', 900])).toEqual([0, 1, 2]);
});
