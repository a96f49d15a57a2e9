import { defaultEventWeights } from '@kindling/domain';
import { expect, it } from 'vitest';
import { cleanEvents } from './clean-events.js';
import { weighEvents } from './event-weights.js';
import { allKept, eventTable, type TestEvent } from './events.fixture.js';
import { pairStrengths } from './pair-strengths.js';
import { fadeEvents } from './time-decay.js';

const dayMs = 86_400_000;
const settings = { eventWeights: defaultEventWeights, halfLifeMs: 30 * dayMs };

it('weighs by type and value, and takes out what says nothing', () => {
  const events = eventTable([
    [1, 'PURCHASE', 0],
    [2, 'RATING', 1, 4],
    [3, 'RATING', 2, 3],
    [4, 'IMPRESSION', 3],
    [5, 'DWELL', 4, 15],
    [6, 'RATING', 5],
  ]);
  const kept = allKept(events);
  const evidence = new Float32Array(events.length);
  expect(weighEvents(events, kept, evidence, defaultEventWeights)).toBe(3);
  expect([...kept]).toEqual([1, 1, 0, 0, 1, 0]);
  expect([evidence[0], evidence[1], evidence[4]]).toEqual([5, 1.5, 1]);
});

it('halves evidence a half-life before the newest event, whenever that was, and takes out what has faded', () => {
  const events = eventTable([
    [1, 'VIEW', 0],
    [1, 'VIEW', 270 * dayMs],
    [1, 'VIEW', 300 * dayMs],
  ]);
  const kept = allKept(events);
  const evidence = new Float32Array([4, 4, 4]);
  expect(fadeEvents(events, kept, evidence, 30 * dayMs)).toBe(1);
  expect([...kept]).toEqual([0, 1, 1]);
  expect([...evidence.subarray(1)]).toEqual([2, 4]);
});

it('counts a pair once, on a scale that does not depend on the weights, and numbers only profiles that are left', () => {
  const rows: TestEvent[][] = [
    [[1, 'VIEW', 0]],
    [
      [1, 'VIEW', 1],
      [2, 'PURCHASE', 2],
      [1, 'VIEW', 3],
    ],
    [[3, 'VIEW', 4]],
  ];
  const events = eventTable(...rows);
  const kept = new Uint8Array([0, 1, 1, 1, 1]);
  for (const scale of [1, 1_000]) {
    const evidence = new Float32Array([1, 1, 5, 1, 1]).map((value) => value * scale);
    const pairs = pairStrengths(events, kept, evidence);
    expect(pairs.profiles).toBe(2);
    expect([...pairs.profile]).toEqual([0, 0, 1]);
    expect([...pairs.item]).toEqual([1, 2, 3]);
    expect([...pairs.weight]).toEqual([1, 1, 0.5]);
    expect([...pairs.atMs]).toEqual([3, 2, 4]);
  }
});

it('says of every rule how many events it took out; together with what is left they are all', () => {
  const robot: TestEvent[] = Array.from({ length: 300 }, (_, at) => [at, 'VIEW', 400 * dayMs + at * 10]);
  const person: TestEvent[] = [
    [8, 'VIEW', 0],
    [1, 'VIEW', 399 * dayMs],
    [1, 'VIEW', 399 * dayMs + 1_000],
    [2, 'VIEW', 399 * dayMs + 2_000],
    [2, 'PURCHASE', 399 * dayMs + 60_000],
    [3, 'FAVOURITE', 400 * dayMs],
    [3, 'DISLIKE', 400 * dayMs + 1],
    [4, 'RATING', 400 * dayMs + 2, 3],
  ];
  const { dropped, kept, events } = cleanEvents(eventTable(robot, person), settings);
  expect(dropped).toEqual([
    { rule: 'robots', events: 300 },
    { rule: 'duplicates', events: 1 },
    { rule: 'bounces', events: 1 },
    { rule: 'turnedDown', events: 2 },
    { rule: 'weightless', events: 1 },
    { rule: 'faded', events: 1 },
  ]);
  const left = kept.reduce((sum, one) => sum + one, 0);
  expect(left + dropped.reduce((sum, rule) => sum + rule.events, 0)).toBe(events.length);
  expect(left).toBe(2);
});

it('has nothing to say of no events', () => {
  const { events, kept, evidence } = cleanEvents(eventTable(), settings);
  expect(pairStrengths(events, kept, evidence)).toMatchObject({ profiles: 0 });
});
