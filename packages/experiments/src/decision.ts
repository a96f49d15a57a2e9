import { severalArmsWarningShare } from './exposure.js';
import type { GuardrailReading } from './guardrail.js';
import type { SampleRatio } from './sample-ratio.js';
import type { Horizon } from './stopping-rule.js';

/** What is known when somebody asks whether to ship arm b. */
export interface Evidence {
  readonly sampleRatios: readonly (SampleRatio & { readonly where: string })[];
  /** Share of exposed profiles that were dropped for having been in several arms. */
  readonly severalArmsShare: number;
  readonly minimumSampleReached: boolean;
  readonly primary: PrimaryEvidence;
  readonly guardrails: readonly { readonly metric: string; readonly verdict: GuardrailReading['verdict'] }[];
  /** Of a fixed horizon; null under rules that may be read at any time. */
  readonly horizon: Horizon | null;
  /** Why nothing more will be known: the planned duration is over, or somebody stopped it. */
  readonly over: 'PLAN_FINISHED' | 'STOPPED' | null;
}

export type PrimaryEvidence =
  | {
      readonly by: 'TEST';
      readonly estimate: number;
      /** From the test of the stopping rule; Holm-adjusted when there are several arms. */
      readonly p: number;
      readonly alpha: number;
      readonly better: 'higher' | 'lower';
    }
  | {
      readonly by: 'LOSS';
      /** Expected, as shares of the control. */
      readonly taking: number;
      readonly keeping: number;
      readonly most: number;
      /** See bayes.ts. */
      readonly isBaselineKnown: boolean;
    };

export type Reason =
  | { readonly code: 'SAMPLE_RATIO_MISMATCH'; readonly where: string; readonly p: number }
  | { readonly code: 'DRAFT_NOT_EVEN'; readonly where: string; readonly p: number }
  | { readonly code: 'PROFILES_IN_SEVERAL_ARMS'; readonly share: number }
  | { readonly code: 'MINIMUM_SAMPLE_NOT_REACHED' }
  | { readonly code: 'GUARDRAIL_HARMED' | 'GUARDRAIL_UNDECIDED'; readonly metric: string }
  | { readonly code: 'PRIMARY_BETTER' | 'PRIMARY_WORSE' | 'PRIMARY_UNDECIDED'; readonly p: number }
  | { readonly code: 'PLAN_FINISHED' | 'STOPPED' | 'BASELINE_NOT_KNOWN' }
  | { readonly code: 'HORIZON_NOT_REACHED' | 'STOPPED_EARLY'; readonly date: string }
  | {
      readonly code: 'LOSS_OF_TAKING_SMALL' | 'LOSS_OF_KEEPING_SMALL';
      readonly loss: number;
      readonly most: number;
    }
  | {
      readonly code: 'LOSS_UNDECIDED';
      readonly taking: number;
      readonly keeping: number;
      readonly most: number;
    }
  | { readonly code: 'LIKELY_BEST' | 'NOT_LIKELY_BEST'; readonly share: number }
  | { readonly code: 'WIN_SHARE_BETTER' | 'WIN_SHARE_WORSE' | 'WIN_SHARE_UNDECIDED'; readonly p: number };

export interface Advice {
  /** TEST: won a screening, and is worth an A/B test. */
  readonly advice: 'SHIP' | 'ROLL_BACK' | 'GO_ON' | 'BROKEN' | 'TEST';
  /** The weightiest first. */
  readonly reasons: readonly Reason[];
}

/**
 * Advice with its reasons; a person decides. A sample ratio mismatch blocks every other reading: numbers from a broken
 * split look as convincing as true ones. A harmed guardrail outweighs everything else, before a fixed horizon, too.
 * Shipping needs the primary metric better by the stopping rule AND every guardrail shown safe. What is undecided when
 * nothing more will be known is rolled back, as the control is what is known; and so is what was stopped before its
 * horizon.
 */
export function advise(evidence: Evidence): Advice {
  const { primary, guardrails, horizon, over } = evidence;
  const warnings: Reason[] =
    evidence.severalArmsShare > severalArmsWarningShare
      ? [{ code: 'PROFILES_IN_SEVERAL_ARMS', share: evidence.severalArmsShare }]
      : [];
  const mismatches = evidence.sampleRatios.filter(({ mismatch }) => mismatch);
  if (mismatches.length > 0) {
    const reasons = mismatches.map(({ where, p }) => ({ code: 'SAMPLE_RATIO_MISMATCH', where, p }) as const);
    return { advice: 'BROKEN', reasons: [...reasons, ...warnings] };
  }
  /** Nothing speaks for the arm: it is waited for while more can be known. */
  const open = (...reasons: Reason[]): Advice =>
    over === null
      ? { advice: 'GO_ON', reasons: [...reasons, ...warnings] }
      : { advice: 'ROLL_BACK', reasons: [{ code: over }, ...reasons, ...warnings] };
  const notRead = horizonReason(horizon);
  if (!evidence.minimumSampleReached) {
    return open(...(notRead ? [notRead] : []), { code: 'MINIMUM_SAMPLE_NOT_REACHED' });
  }
  const guardrailReasons = (verdict: 'HARMED' | 'UNDECIDED'): Reason[] =>
    guardrails
      .filter((guardrail) => guardrail.verdict === verdict)
      .map(({ metric }) => ({ code: `GUARDRAIL_${verdict}`, metric }) as const);
  const reading = notRead ?? primaryReason(primary);
  const harmed = guardrailReasons('HARMED');
  if (harmed.length > 0) return { advice: 'ROLL_BACK', reasons: [...harmed, reading, ...warnings] };
  if (notRead) return open(notRead);
  if (reading.code === 'PRIMARY_WORSE' || reading.code === 'LOSS_OF_KEEPING_SMALL') {
    return { advice: 'ROLL_BACK', reasons: [reading, ...warnings] };
  }
  const undecided = guardrailReasons('UNDECIDED');
  const isBetter = reading.code === 'PRIMARY_BETTER' || reading.code === 'LOSS_OF_TAKING_SMALL';
  if (isBetter && undecided.length === 0) return { advice: 'SHIP', reasons: [reading, ...warnings] };
  return open(reading, ...undecided);
}

/** Why a fixed horizon has no reading that counts; null: it has one, or there is none. */
export function horizonReason(horizon: Horizon | null): Reason | null {
  if (horizon === null || horizon.state === 'REACHED') return null;
  const date = horizon.at.toISOString().slice(0, 16).replace('T', ' ');
  return { code: horizon.state === 'AHEAD' ? 'HORIZON_NOT_REACHED' : 'STOPPED_EARLY', date };
}

function primaryReason(primary: PrimaryEvidence): Reason {
  if (primary.by === 'TEST') {
    const { estimate, p, alpha, better } = primary;
    if (p >= alpha) return { code: 'PRIMARY_UNDECIDED', p };
    return { code: estimate > 0 === (better === 'higher') ? 'PRIMARY_BETTER' : 'PRIMARY_WORSE', p };
  }
  const { taking, keeping, most, isBaselineKnown } = primary;
  if (!isBaselineKnown) return { code: 'BASELINE_NOT_KNOWN' };
  if (Math.min(taking, keeping) >= most) return { code: 'LOSS_UNDECIDED', taking, keeping, most };
  // where both are small the arms are alike for any purpose, and the likelier one is taken
  return taking < keeping
    ? { code: 'LOSS_OF_TAKING_SMALL', loss: taking, most }
    : { code: 'LOSS_OF_KEEPING_SMALL', loss: keeping, most };
}
