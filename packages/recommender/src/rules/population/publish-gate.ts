import { z } from 'zod';
import type { PopulationResult } from './population-result.js';

/** What a rule may do to the population before it needs somebody's word. Null: no limit; all null: no gate. */
export const publishLimitsSchema = z.object({
  /** Share of the lists, in [0, 1]. */
  mostListsChanged: z.number().min(0, 'is below 0').max(1, 'is above 1').nullable().default(null),
  /** Share of the slots that new (COLD) items keep, in [0, 1]. */
  leastNewItemExposure: z.number().min(0, 'is below 0').max(1, 'is above 1').nullable().default(null),
  /** Clicks a slot: the lower end of the doubly robust estimate's 95 % interval. */
  leastClickRate: z.number().min(0, 'is below 0').max(1, 'is above 1').nullable().default(null),
});
export type PublishLimits = z.output<typeof publishLimitsSchema>;

export const gateProblemCodes = [
  'NO_DIFF',
  'DIFF_UNFINISHED',
  'DRAFT_CHANGED',
  'LIVE_CHANGED',
  'DIFF_OLD',
  'LISTS_CHANGED',
  'NEW_ITEM_EXPOSURE',
  'CLICK_RATE',
  'CLICK_RATE_UNKNOWN',
] as const;
/** `measured` and `limit` are shares, of the three limits only. `placement`: where the diff was made; absent, anywhere. */
export interface GateProblem {
  readonly placement?: string;
  readonly code: (typeof gateProblemCodes)[number];
  readonly measured: number | null;
  readonly limit: number | null;
}

/** The newest population diff of a rule, as the gate sees it. */
export interface JudgedDiff {
  /** Null: it waits, runs or has failed. */
  readonly result: PopulationResult | null;
  /** Whether it is of the content that is to be published. */
  readonly isOfDraft: boolean;
  /** Whether it was compared with what is live now: the same rules, segments and strategy. */
  readonly isOfLive: boolean;
  readonly at: Date;
}

/** The catalogue and its visitors move on: an older diff says too little of today. */
const freshForMs = 7 * 86_400_000;

/** Why a rule may not be published without somebody's word; empty: it may. */
export function judgePublication(limits: PublishLimits, diff: JudgedDiff | null, now: Date): GateProblem[] {
  const { mostListsChanged, leastNewItemExposure, leastClickRate } = limits;
  if (mostListsChanged === null && leastNewItemExposure === null && leastClickRate === null) return [];
  if (!diff) return [problem('NO_DIFF')];
  if (!diff.isOfDraft) return [problem('DRAFT_CHANGED')];
  if (!diff.result) return [problem('DIFF_UNFINISHED')];
  if (!diff.isOfLive) return [problem('LIVE_CHANGED')];
  if (now.getTime() - diff.at.getTime() > freshForMs) return [problem('DIFF_OLD')];
  const { lists, changed, newItemExposure, clickRate } = diff.result;
  const share = lists === 0 ? 0 : changed / lists;
  const low = clickRate?.doublyRobust?.low;
  return [
    ...(mostListsChanged !== null && share > mostListsChanged
      ? [problem('LISTS_CHANGED', share, mostListsChanged)]
      : []),
    ...(leastNewItemExposure !== null && newItemExposure.after < leastNewItemExposure
      ? [problem('NEW_ITEM_EXPOSURE', newItemExposure.after, leastNewItemExposure)]
      : []),
    ...(leastClickRate === null
      ? []
      : low === undefined
        ? [problem('CLICK_RATE_UNKNOWN', null, leastClickRate)]
        : low < leastClickRate
          ? [problem('CLICK_RATE', low, leastClickRate)]
          : []),
  ];
}

const problem = (
  code: GateProblem['code'],
  measured: number | null = null,
  limit: number | null = null,
): GateProblem => ({ code, measured, limit });
