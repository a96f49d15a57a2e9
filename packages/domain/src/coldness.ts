/**
 * How much is known of an item or a profile, from the number of events behind it. It is in every answer,
 * because a recommendation from little evidence should say so.
 */
export const coldnesses = ['COLD', 'WARMING', 'WARM'] as const;
export type Coldness = (typeof coldnesses)[number];

/** Counts of events at which a subject stops being COLD and becomes WARM. Part of a strategy. */
export interface ColdnessThresholds {
  readonly warmingFrom: number;
  readonly warmFrom: number;
}

export const defaultProfileThresholds: ColdnessThresholds = { warmingFrom: 1, warmFrom: 10 };
export const defaultItemThresholds: ColdnessThresholds = { warmingFrom: 5, warmFrom: 30 };

export function coldnessOf(events: number, thresholds: ColdnessThresholds): Coldness {
  if (events >= thresholds.warmFrom) return 'WARM';
  return events >= thresholds.warmingFrom ? 'WARMING' : 'COLD';
}
