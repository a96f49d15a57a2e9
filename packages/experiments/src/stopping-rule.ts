import { z } from 'zod';

/**
 * When an experiment may be decided, settled before its start:
 *
 * - ALWAYS_VALID: at any look, by the confidence sequence
 * - FIXED_HORIZON: once, when the planned days are over, by the t-test. What comes later is not counted, so that the
 *   reading of that date is the one that counts; before it no lift is shown. Guardrails are watched all the time.
 * - BAYESIAN: at any look from the least number of units on, and once the control's value is known to a tenth, as soon as
 *   taking the arm, or keeping the control, is expected to lose less than `maximumLoss`. That bounds the loss where lifts are as the prior expects them, and not
 *   the share of false alarms: it is not peek-proof in that sense.
 */
export const stoppingRules = ['ALWAYS_VALID', 'FIXED_HORIZON', 'BAYESIAN'] as const;
export type StoppingRule = (typeof stoppingRules)[number];

export const stoppingSchema = z.object({
  rule: z.enum(stoppingRules).default('ALWAYS_VALID'),
  /** Of BAYESIAN: expected loss that is accepted, as a share of the control. */
  maximumLoss: z.number().positive('is not above 0').max(0.1, 'is above 0.1').default(0.0025),
});
export type Stopping = z.output<typeof stoppingSchema>;

/**
 * When a fixed horizon is read. AHEAD: not yet · REACHED: everything until then is counted · MISSED: it was stopped
 * before, so it has no reading that counts.
 */
export interface Horizon {
  readonly at: Date;
  readonly state: 'AHEAD' | 'REACHED' | 'MISSED';
}

export interface Progress {
  readonly startedAt: Date;
  readonly stoppedAt: Date | null;
  /** Events received before this are counted; null: none yet. */
  readonly asOf: Date | null;
}

interface PlannedStop {
  readonly stopping: Stopping;
  readonly plan: { readonly days: number };
}
const dayMs = 86_400_000;

/** Null for rules that may be read at any time. */
export function horizonOf(planned: PlannedStop, { startedAt, stoppedAt, asOf }: Progress): Horizon | null {
  const at = plannedEnd(planned, startedAt);
  if (at === null) return null;
  if (stoppedAt !== null && stoppedAt < at) return { at, state: 'MISSED' };
  return { at, state: asOf !== null && asOf >= at ? 'REACHED' : 'AHEAD' };
}

/** Units and events count until then: the stop, or a fixed horizon that comes first; null: no end is known. */
export function countedUntil(planned: PlannedStop, startedAt: Date, stoppedAt: Date | null): Date | null {
  const at = plannedEnd(planned, startedAt);
  return at !== null && (stoppedAt === null || at < stoppedAt) ? at : stoppedAt;
}

const plannedEnd = ({ stopping, plan }: PlannedStop, startedAt: Date): Date | null =>
  stopping.rule === 'FIXED_HORIZON' ? new Date(startedAt.getTime() + plan.days * dayMs) : null;

/**
 * The test by which a metric is judged. Beside the primary metric a Bayesian rule says nothing of others, which are
 * judged by the sequence.
 */
export function decisiveTest(rule: StoppingRule, isPrimary: boolean): 'SEQUENTIAL' | 'FIXED' | 'BAYESIAN' {
  if (rule === 'FIXED_HORIZON') return 'FIXED';
  return rule === 'BAYESIAN' && isPrimary ? 'BAYESIAN' : 'SEQUENTIAL';
}

/** Why no lift is shown. */
export type HiddenReason = 'SAMPLE_RATIO_MISMATCH' | 'MINIMUM_SAMPLE_NOT_REACHED' | 'HORIZON_NOT_REACHED';

/** A horizon that is ahead says more than a sample that is still too small. */
export function hiddenOf(isBroken: boolean, isLarge: boolean, horizon: Horizon | null): HiddenReason | null {
  if (isBroken) return 'SAMPLE_RATIO_MISMATCH';
  if (horizon?.state === 'AHEAD') return 'HORIZON_NOT_REACHED';
  return isLarge ? null : 'MINIMUM_SAMPLE_NOT_REACHED';
}

/** Why nothing more will be known, or is worth waiting for; null: there is. */
export function overOf(
  progress: { readonly daysRun: number; readonly isStopped: boolean; readonly horizon: Horizon | null },
  plannedDays: number,
): 'PLAN_FINISHED' | 'STOPPED' | null {
  const { daysRun, isStopped, horizon } = progress;
  // when the days of a fixed horizon are over, its last events may still have to be counted
  const isFinished = horizon === null ? daysRun >= plannedDays : horizon.state === 'REACHED';
  if (isFinished) return 'PLAN_FINISHED';
  return isStopped ? 'STOPPED' : null;
}
