import type { ItemId } from '@kindling/domain';
import type { CandidateSourceName } from '../strategy.js';

/** Where a fallback may look: the sources of a strategy that need no knowledge of the person, and everything. */
export const fallbackSources = ['popular', 'newArrivals', 'anyEligible'] as const satisfies readonly (
  | CandidateSourceName
  | 'anyEligible'
)[];
export type FallbackSource = (typeof fallbackSources)[number];

/**
 * What a rule does, in terms of the pipeline's stages. Stages are fixed and stand above priorities: what the gate
 * keeps out cannot be pinned, a pinned slot is not moved by a quota, a quota may show what rests.
 */
export type RuleEffect =
  | { readonly stage: 'gate'; readonly keeps: 'matching' | 'others' }
  | { readonly stage: 'score'; readonly points: number }
  | { readonly stage: 'pin'; readonly itemId: ItemId; readonly position: number }
  | { readonly stage: 'quota'; readonly bound: QuotaBound; readonly slots: number; readonly within: number }
  | { readonly stage: 'rest'; readonly afterViews: number; readonly forDays: number }
  | { readonly stage: 'explore'; readonly share: number; readonly impressionsPerDay: number }
  | { readonly stage: 'fallback'; readonly fewerThan: number; readonly sources: readonly FallbackSource[] };

export const quotaBounds = ['atLeast', 'atMost'] as const;
export type QuotaBound = (typeof quotaBounds)[number];
export type EffectOf<Stage extends RuleEffect['stage']> = Extract<RuleEffect, { stage: Stage }>;
