import {
  attributePayload,
  type Coldness,
  eventTypes,
  type FilterPayload,
  type JsonObject,
} from '@kindling/domain';
import type { EvidenceEvent } from '../ports.js';

/** What a rule or a segment may ask of a profile. */
export interface ProfileFacts {
  readonly coldness: Coldness;
  readonly eventCount: number;
  readonly attributes: JsonObject;
  /** Newest first, as the evidence has them (at most 200). */
  readonly events: readonly EvidenceEvent[];
}

const dayMs = 86_400_000;

/**
 * The profile as a record that the filter language reads: coldness, eventCount, attributes.*, events.<TYPE> (how many
 * of the recent events), daysSinceLastEvent (missing, so that every condition on it is false, where there is none).
 */
export function profilePayload(facts: ProfileFacts, atMs: number): FilterPayload {
  const counts = Object.fromEntries(eventTypes.map((type) => [`events.${type}`, 0]));
  for (const { type } of facts.events) counts[`events.${type}`] = (counts[`events.${type}`] ?? 0) + 1;
  const last = facts.events[0]?.occurredAtMs;
  return {
    ...attributePayload(facts.attributes),
    ...counts,
    coldness: facts.coldness,
    eventCount: facts.eventCount,
    daysSinceLastEvent: last === undefined ? null : Math.max(0, atMs - last) / dayMs,
  };
}
