import type { EventTable, KeptEvents } from './event-table.js';

/** Below this share of what it once said an event only costs time. */
const leastShare = 0.01;

/**
 * Lets evidence fade: half of it after a half-life before the newest event of all (not before now, so that a history
 * that ended long ago, or was imported, keeps its weight). Takes out what has faded. Returns how many that are.
 */
export function fadeEvents(
  events: EventTable,
  kept: KeptEvents,
  evidence: Float32Array,
  halfLifeMs: number,
): number {
  let newestMs = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < events.length; at++) {
    if (kept[at] === 1) newestMs = Math.max(newestMs, events.atMs[at] as number);
  }
  let dropped = 0;
  for (let at = 0; at < events.length; at++) {
    if (kept[at] === 0) continue;
    const share = 2 ** (-(newestMs - (events.atMs[at] as number)) / halfLifeMs);
    evidence[at] = (evidence[at] as number) * share;
    if (share >= leastShare) continue;
    kept[at] = 0;
    dropped++;
  }
  return dropped;
}
