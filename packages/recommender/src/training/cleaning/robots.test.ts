import { expect, it } from 'vitest';
import { allKept, eventTable, type TestEvent } from './events.fixture.js';
import { dropRobots } from './robots.js';

const views = (count: number, stepMs: number): TestEvent[] =>
  Array.from({ length: count }, (_, at) => [at, 'VIEW', at * stepMs]);

it('takes out all events of a profile that was once too fast, and nothing of the others', () => {
  const slowThenFast: TestEvent[] = [[0, 'PURCHASE', -86_400_000], ...views(200, 200)];
  const events = eventTable(slowThenFast, views(50, 1_500));
  const kept = allKept(events);
  expect(dropRobots(events, kept)).toBe(201);
  expect([...kept].indexOf(1)).toBe(201);
  expect(kept.subarray(201).every((one) => one === 1)).toBe(true);
});

it('finds one that goes on all day, though each minute looks like a person', () => {
  const events = eventTable(views(5_001, 15_000));
  expect(dropRobots(events, allKept(events))).toBe(5_001);
});

it('lets a basket of a thousand lines with one time be', () => {
  const basket: TestEvent[] = Array.from({ length: 1_500 }, (_, at) => [at, 'PURCHASE', 1_000]);
  expect(dropRobots(eventTable(basket), new Uint8Array(1_500).fill(1))).toBe(0);
});

it('lets a keen person be: a page every four seconds for half an hour', () => {
  const events = eventTable(views(450, 4_000));
  expect(dropRobots(events, allKept(events))).toBe(0);
});
