import { type EventTable, eachProfile, type KeptEvents } from './event-table.js';

/** A double click, a page that was loaded again, a rating put right at once. */
export const duplicateWithinMs = 30_000;

/**
 * Of events of one type with one item that follow each other within the window, the last one stays: of a corrected
 * rating it is the one that was meant. Returns how many it took out.
 */
export function dropDuplicates(
  events: EventTable,
  kept: KeptEvents,
  withinMs: number = duplicateWithinMs,
): number {
  let dropped = 0;
  eachProfile(events, (from, to) => {
    const before = new Map<number, number>();
    for (let at = from; at < to; at++) {
      if (kept[at] === 0) continue;
      const what = (events.item[at] as number) * 256 + (events.type[at] as number);
      const earlier = before.get(what);
      before.set(what, at);
      if (earlier === undefined) continue;
      if ((events.atMs[at] as number) - (events.atMs[earlier] as number) > withinMs) continue;
      kept[earlier] = 0;
      dropped++;
    }
  });
  return dropped;
}
