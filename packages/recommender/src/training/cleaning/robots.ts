import { type EventTable, eachProfile, type KeptEvents } from './event-table.js';

/** So many moments with an event within a time that no person keeps up. */
export interface RobotLimit {
  readonly moments: number;
  readonly withinMs: number;
}

export const robotLimits: readonly RobotLimit[] = [
  { moments: 120, withinMs: 60_000 },
  { moments: 1_000, withinMs: 3_600_000 },
  { moments: 5_000, withinMs: 86_400_000 },
];

/**
 * Takes out everything of profiles that were once faster than a person can be: crawlers, price watchers, tests of
 * load. Moments are counted, not events: a basket or an imported history comes with one time for many items. Returns
 * how many events it took out.
 */
export function dropRobots(
  events: EventTable,
  kept: KeptEvents,
  limits: readonly RobotLimit[] = robotLimits,
): number {
  let dropped = 0;
  eachProfile(events, (from, to) => {
    const moments = momentsOf(events, kept, from, to);
    if (!limits.some((limit) => isFaster(moments, limit))) return;
    for (let at = from; at < to; at++) {
      dropped += kept[at] ?? 0;
      kept[at] = 0;
    }
  });
  return dropped;
}

function momentsOf(events: EventTable, kept: KeptEvents, from: number, to: number): number[] {
  const moments: number[] = [];
  for (let at = from; at < to; at++) {
    const atMs = events.atMs[at] as number;
    if (kept[at] === 1 && atMs !== moments.at(-1)) moments.push(atMs);
  }
  return moments;
}

function isFaster(moments: readonly number[], { moments: most, withinMs }: RobotLimit): boolean {
  for (let at = most; at < moments.length; at++) {
    if ((moments[at] as number) - (moments[at - most] as number) <= withinMs) return true;
  }
  return false;
}
