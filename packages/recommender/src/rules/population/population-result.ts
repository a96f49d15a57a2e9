import { z } from 'zod';
import { overlapWarnings } from '../../evaluation/off-policy/overlap.js';

/**
 * REAL: profiles of the catalogue, or logged visits (an item that was looked at, a search, a cart) · DESCRIBED: nobody
 * yet, in the catalogue's own words and items · UNKNOWN: nothing at all is known.
 */
export const populationGroups = ['REAL', 'DESCRIBED', 'UNKNOWN'] as const;
export type PopulationGroup = (typeof populationGroups)[number];

const share = z.number().min(0).max(1);
const count = z.number().int().min(0);
const exchanged = z.object({
  /** Slots, over all lists. */
  slots: count,
  /** Different items. */
  items: count,
  /** In most lists first. */
  top: z.array(z.object({ item: z.number().int(), lists: count })),
});
const interval = z.object({ mean: z.number(), low: z.number(), high: z.number() }).nullable();

export const clickRateWarnings = [...overlapWarnings, 'NOTHING_LOGGED', 'REPLAY_DIFFERS'] as const;
/** An off-policy estimate as plain numbers: clicks a slot. Null where the log says nothing. */
export const clickRateSchema = z.object({
  lists: count,
  slots: count,
  observed: interval,
  inversePropensity: interval,
  selfNormalised: interval,
  doublyRobust: interval,
  effectiveSlots: z.number(),
  meanWeight: z.number(),
  largestWeight: z.number(),
  agreement: share.nullable(),
  warnings: z.array(z.enum(clickRateWarnings)),
});
export type ClickRateSummary = z.output<typeof clickRateSchema>;

/** What of a population diff is less than it looks; see the message files. */
export const populationCaveats = [
  'FEW_PROFILES',
  'FEW_VISITS',
  'NO_INTERESTS',
  'DEGRADED',
  'EXPLORATION',
] as const;
export type PopulationCaveat = (typeof populationCaveats)[number];

/** What the lists of a sample say of a draft: plain JSON, kept with the run. */
export const populationResultSchema = z.object({
  /** Of the groups, in their order; one that has no list is left out. */
  groups: z.array(z.object({ group: z.enum(populationGroups), lists: count, changed: count })),
  lists: count,
  /** Lists whose items or order differ. */
  changed: count,
  /** |rank before - rank after|, mean over the slots whose item is in both lists; 0 where there is none. */
  meanRankMove: z.number().min(0),
  displaced: exchanged,
  entering: exchanged,
  /** Share of the slots that show an item of which next to nothing is known (COLD). */
  newItemExposure: z.object({ before: share, after: share }),
  /** Share of the catalogue's items that are in at least one list. */
  coverage: z.object({ before: share, after: share }),
  clickRate: clickRateSchema,
  caveats: z.array(z.enum(populationCaveats)),
  durationMs: z.number(),
});
export type PopulationResult = z.output<typeof populationResultSchema>;
