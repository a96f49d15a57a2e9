import type { EventWeights } from '@kindling/domain';
import { dropBounces } from './bounces.js';
import { dropDuplicates } from './duplicates.js';
import type { EventTable } from './event-table.js';
import { weighEvents } from './event-weights.js';
import { dropRobots } from './robots.js';
import { fadeEvents } from './time-decay.js';
import { dropTurnedDown } from './turned-down.js';

export const cleaningRules = [
  'robots',
  'duplicates',
  'bounces',
  'turnedDown',
  'weightless',
  'faded',
] as const;
export type CleaningRule = (typeof cleaningRules)[number];

export interface CleaningSettings {
  readonly eventWeights: EventWeights;
  readonly halfLifeMs: number;
}

export interface CleanedEvents {
  readonly events: EventTable;
  /** 1 for the events that are left. */
  readonly kept: Uint8Array;
  /** What each of them says of liking, faded with its age. */
  readonly evidence: Float32Array;
  /** Every rule, in the order in which they ran, with what it took out of what the ones before it had left. */
  readonly dropped: readonly { readonly rule: CleaningRule; readonly events: number }[];
}

/**
 * Cleans and de-noises events. Robots go first, for their speed shows only in the whole; repeats before bounces, for a
 * page that was loaded again is none.
 */
export function cleanEvents(events: EventTable, settings: CleaningSettings): CleanedEvents {
  const kept = new Uint8Array(events.length).fill(1);
  const evidence = new Float32Array(events.length);
  const rules: Readonly<Record<CleaningRule, () => number>> = {
    robots: () => dropRobots(events, kept),
    duplicates: () => dropDuplicates(events, kept),
    bounces: () => dropBounces(events, kept),
    turnedDown: () => dropTurnedDown(events, kept),
    weightless: () => weighEvents(events, kept, evidence, settings.eventWeights),
    faded: () => fadeEvents(events, kept, evidence, settings.halfLifeMs),
  };
  const dropped = cleaningRules.map((rule) => ({ rule, events: rules[rule]() }));
  return { events, kept, evidence, dropped };
}
