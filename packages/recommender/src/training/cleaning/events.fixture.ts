import type { EventType } from '@kindling/domain';
import { type EventTable, EventTableBuilder } from './event-table.js';

export type TestEvent = readonly [item: number, type: EventType, atMs: number, value?: number];

/** A table of one list of events a profile, each in the order of time. */
export function eventTable(...profiles: readonly (readonly TestEvent[])[]): EventTable {
  const builder = new EventTableBuilder();
  for (const events of profiles) {
    builder.nextProfile();
    for (const [item, type, atMs, value = null] of events) builder.add({ item, type, atMs, value });
  }
  return builder.build();
}

export const allKept = (events: EventTable) => new Uint8Array(events.length).fill(1);
