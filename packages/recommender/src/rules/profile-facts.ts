import {
  attributePayload,
  type Coldness,
  type EventType,
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
const fieldOf = Object.fromEntries(eventTypes.map((type) => [type, `events.${type}`])) as Record<
  EventType,
  string
>;
/** Made once: names put together for a hundred events took as long as asking two hundred rules. */
const none = Object.fromEntries(Object.values(fieldOf).map((field) => [field, 0]));

/**
 * The profile as a record that the filter language reads: coldness, eventCount, attributes.*, events.<TYPE> (how many
 * of the recent events), daysSinceLastEvent (missing, so that every condition on it is false, where there is none).
 */
export function profilePayload(facts: ProfileFacts, atMs: number): FilterPayload {
  const counts = { ...none };
  for (const { type } of facts.events) {
    const field = fieldOf[type];
    counts[field] = (counts[field] as number) + 1;
  }
  const last = facts.events[0]?.occurredAtMs;
  return {
    ...attributePayload(facts.attributes),
    ...counts,
    coldness: facts.coldness,
    eventCount: facts.eventCount,
    daysSinceLastEvent: last === undefined ? null : Math.max(0, atMs - last) / dayMs,
  };
}
