import { type EventWeights, eventTypes } from '@kindling/domain';
import { eventEvidence } from '../../event-evidence.js';
import type { EventTable, KeptEvents } from './event-table.js';

/**
 * Writes into `evidence` what each event says of liking, by the catalogue's weights of its type, and takes out what
 * says nothing (an impression, a rating of 3) or speaks against the item. Returns how many it took out.
 */
export function weighEvents(
  events: EventTable,
  kept: KeptEvents,
  evidence: Float32Array,
  weights: EventWeights,
): number {
  let dropped = 0;
  for (let at = 0; at < events.length; at++) {
    if (kept[at] === 0) continue;
    const type = eventTypes[events.type[at] as number] ?? 'IMPRESSION';
    const value = events.value[at] as number;
    const said = eventEvidence({ type, value: Number.isNaN(value) ? null : value }, weights);
    evidence[at] = said;
    if (said > 0) continue;
    kept[at] = 0;
    dropped++;
  }
  return dropped;
}
