import { type EventType, type EventWeights, ratingEvidence } from '@kindling/domain';
import type { EvidenceEvent } from './ports.js';

/** A dwell of this long says as much as one event of its type can say. */
const fullDwellSeconds = 30;

/** What one event says of liking, in units of its weight: negative pushes away, 0 says nothing. */
export function eventEvidence(event: Pick<EvidenceEvent, 'type' | 'value'>, weights: EventWeights): number {
  const weight = weights[event.type];
  if (event.type === 'RATING') return event.value === null ? 0 : weight * ratingEvidence(event.value);
  if (event.type === 'DWELL') return weight * Math.min(1, Math.max(0, event.value ?? 0) / fullDwellSeconds);
  return weight;
}

/** The same for a day's total, without the weight; see DayCount for the meaning of `valueSum`. */
export function aggregateEvidence(type: EventType, events: number, valueSum: number): number {
  if (type === 'RATING') return valueSum / 1_000;
  if (type === 'DWELL') return Math.min(events, Math.max(0, valueSum) / fullDwellSeconds);
  return events;
}
