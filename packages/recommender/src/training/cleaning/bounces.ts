import { type EventTable, eachProfile, type KeptEvents, typeCode } from './event-table.js';

export interface BounceLimits {
  /** Who is at another item sooner than this has not looked. */
  readonly leftWithinMs: number;
  /** A dwell below this is none, in seconds. */
  readonly leastDwellSeconds: number;
}

export const bounceLimits: BounceLimits = { leftWithinMs: 2_000, leastDwellSeconds: 3 };

const view = typeCode('VIEW');
const click = typeCode('CLICK');
const dwell = typeCode('DWELL');

/**
 * Takes out looks by accident: dwells of next to nothing, and views and clicks that were followed by such a dwell or,
 * within seconds, by an event of another item. Whoever did anything else with the item, ever, has meant it, and its
 * looks stay. Events of one moment are a batch and not a bounce. Returns how many it took out.
 */
export function dropBounces(
  events: EventTable,
  kept: KeptEvents,
  limits: BounceLimits = bounceLimits,
): number {
  let dropped = 0;
  eachProfile(events, (from, to) => {
    const meant = new Set<number>();
    const accidents: number[] = [];
    for (let at = from; at < to; at++) {
      if (kept[at] === 0) continue;
      if (isAccident(events, at, to, limits)) accidents.push(at);
      else meant.add(events.item[at] as number);
    }
    for (const at of accidents) {
      if (events.type[at] !== dwell && meant.has(events.item[at] as number)) continue;
      kept[at] = 0;
      dropped++;
    }
  });
  return dropped;
}

function isAccident(events: EventTable, at: number, to: number, limits: BounceLimits): boolean {
  const type = events.type[at];
  if (type === dwell) return isShort(events, at, limits);
  if (type !== view && type !== click) return false;
  // what comes next in time, past the other events of the same moment
  for (let next = at + 1; next < to; next++) {
    const gapMs = (events.atMs[next] as number) - (events.atMs[at] as number);
    if (gapMs === 0) continue;
    if (events.item[next] === events.item[at]) {
      return events.type[next] === dwell && isShort(events, next, limits);
    }
    return gapMs <= limits.leftWithinMs;
  }
  return false;
}

/** A dwell that does not say how long is taken to be one. */
const isShort = (events: EventTable, at: number, { leastDwellSeconds }: BounceLimits) =>
  (events.value[at] as number) < leastDwellSeconds;
