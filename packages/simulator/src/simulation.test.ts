import { fixedClock, itemId } from '@kindling/domain';
import { expect, test } from 'vitest';
import { simulate } from './simulation.js';
import { type TastedItem, TasteSpace } from './taste-space.js';
import { trueFavourites, trueUtility } from './visitor.js';

const categories = ['Drama', 'Comedy', 'Science Fiction', 'Horror', 'Western', 'Musical'];
const items: TastedItem[] = Array.from({ length: 600 }, (_, index) => ({
  id: itemId(`film-${index}`),
  categories: [categories[index % categories.length] ?? 'Drama'],
  tags: index % 2 === 0 ? ['Remake'] : [],
}));
const now = new Date('2026-11-24T12:00:00Z');
const options = { items, seed: 7, clock: fixedClock(now), visitors: 400 };
const events = (seed: number) => [...simulate({ ...options, seed }).batches(500)].flat();

test('the same seed gives the same visitors and events, another seed gives others', () => {
  expect(events(7)).toEqual(events(7));
  expect(events(8).map((event) => event.itemId)).not.toEqual(events(7).map((event) => event.itemId));
});

test('the size of batches changes nothing but the batches', () => {
  const simulation = simulate(options);
  expect([...simulation.batches(1)].flat()).toEqual([...simulation.batches(1_000)].flat());
  for (const batch of simulation.batches(64)) expect(batch.length).toBeLessThanOrEqual(64);
});

test('every event is labelled as simulated, has an id of its own, and lies in the period', () => {
  const all = events(7);
  expect(new Set(all.map((event) => event.id)).size).toBe(all.length);
  for (const event of all) {
    expect(event.simulated).toBe(true);
    const ageMs = now.getTime() - event.occurredAt.getTime();
    expect(ageMs).toBeGreaterThanOrEqual(0);
    expect(ageMs).toBeLessThanOrEqual(30 * 86_400_000);
    expect(event.type === 'SEARCH' ? event.query : event.itemId).not.toBeNull();
    if (event.type === 'RATING') expect([1, 2, 3, 4, 5]).toContain(event.value);
  }
});

test('adding an item to the catalogue moves no other in the space of tastes', () => {
  const item = items[3] as TastedItem;
  const alone = new TasteSpace({ seed: 7 });
  const after = new TasteSpace({ seed: 7 });
  for (const other of items) after.vector(other);
  expect(after.vector(item)).toEqual(alone.vector(item));
});

test('what visitors look at agrees with their true tastes, and disagreement shows in ratings', () => {
  const { space, visitors } = simulate(options);
  const byId = new Map(items.map((item) => [`${item.id}`, item]));
  const visitorById = new Map(visitors.map((visitor) => [`${visitor.id}`, visitor]));
  const utilityOf = (profile: string, id: string) => {
    const visitor = visitorById.get(profile);
    const item = byId.get(id);
    return visitor && item ? trueUtility(space, visitor, item) : Number.NaN;
  };
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const all = events(7);
  const of = (type: string, keep: (value: number | null) => boolean = () => true) =>
    mean(
      all
        .filter((event) => event.type === type && keep(event.value))
        .map((event) => utilityOf(event.profileId, event.itemId ?? '')),
    );
  const anything = mean(
    visitors.flatMap((visitor) => items.slice(0, 50).map((item) => trueUtility(space, visitor, item))),
  );
  expect(of('VIEW')).toBeGreaterThan(anything + 0.5);
  expect(of('FAVOURITE')).toBeGreaterThan(of('VIEW'));
  expect(of('RATING', (value) => (value ?? 0) >= 4)).toBeGreaterThan(
    of('RATING', (value) => (value ?? 9) <= 2) + 1,
  );
});

test("a visitor's true favourites come mostly from the categories the taste was made of", () => {
  const { space, visitors } = simulate(options);
  const byId = new Map(items.map((item) => [item.id, item]));
  const shares = visitors.map((visitor) => {
    const top = trueFavourites(space, visitor, items, 20);
    return (
      top.filter((id) => byId.get(id)?.categories.some((name) => visitor.favourites.includes(name))).length /
      20
    );
  });
  expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeGreaterThan(0.7);
});

test('popular items are met far more often than others, and most visitors come rarely', () => {
  const views = new Map<string, number>();
  for (const event of events(7)) {
    if (event.type === 'VIEW') views.set(event.itemId ?? '', (views.get(event.itemId ?? '') ?? 0) + 1);
  }
  const counts = [...views.values()].sort((a, b) => b - a);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const topTenth = counts.slice(0, items.length / 10).reduce((sum, count) => sum + count, 0);
  expect(topTenth / total).toBeGreaterThan(0.25);
  const sessions = simulate(options)
    .visitors.map((visitor) => visitor.sessions)
    .sort((a, b) => a - b);
  expect(sessions[200]).toBeLessThanOrEqual(3);
  expect(sessions[399]).toBeGreaterThanOrEqual(8);
});

test('no items and no visitors give no events', () => {
  expect([...simulate({ ...options, items: [] }).batches(10)]).toEqual([]);
  expect([...simulate({ ...options, visitors: 0 }).batches(10)]).toEqual([]);
});
