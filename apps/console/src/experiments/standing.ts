/** The one thing to know of an experiment that is not over. */
export type Standing = 'broken' | 'decide' | 'killed' | 'paused' | 'collecting' | 'healthy';

export interface StandingFacts {
  readonly hidden: 'SAMPLE_RATIO_MISMATCH' | 'MINIMUM_SAMPLE_NOT_REACHED' | 'HORIZON_NOT_REACHED' | null;
  readonly needsDecision: boolean;
  readonly killed: boolean;
  readonly ramp: number;
}

/** The weightiest first: a broken split makes every number worthless, whatever else holds. */
export function standingOf({ hidden, needsDecision, killed, ramp }: StandingFacts): Standing {
  if (hidden === 'SAMPLE_RATIO_MISMATCH') return 'broken';
  if (needsDecision) return 'decide';
  if (killed) return 'killed';
  if (ramp === 0) return 'paused';
  return hidden === null ? 'healthy' : 'collecting';
}
