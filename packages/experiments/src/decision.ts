import { severalArmsWarningShare } from './exposure.js';
import type { GuardrailReading } from './guardrail.js';
import type { SampleRatio } from './sample-ratio.js';

/** What is known when somebody asks whether to ship arm b. */
export interface Evidence {
  readonly sampleRatios: readonly (SampleRatio & { readonly where: string })[];
  /** Share of exposed profiles that were dropped for having been in several arms. */
  readonly severalArmsShare: number;
  readonly minimumSampleReached: boolean;
  readonly primary: {
    readonly estimate: number;
    /** From the confidence sequence; Holm-adjusted when there are several arms. */
    readonly p: number;
    readonly alpha: number;
    readonly better: 'higher' | 'lower';
  };
  readonly guardrails: readonly { readonly metric: string; readonly verdict: GuardrailReading['verdict'] }[];
  /** The planned duration is over. */
  readonly planFinished: boolean;
}

export type Reason =
  | { readonly code: 'SAMPLE_RATIO_MISMATCH'; readonly where: string; readonly p: number }
  | { readonly code: 'PROFILES_IN_SEVERAL_ARMS'; readonly share: number }
  | { readonly code: 'MINIMUM_SAMPLE_NOT_REACHED' }
  | { readonly code: 'GUARDRAIL_HARMED' | 'GUARDRAIL_UNDECIDED'; readonly metric: string }
  | { readonly code: 'PRIMARY_BETTER' | 'PRIMARY_WORSE' | 'PRIMARY_UNDECIDED'; readonly p: number }
  | { readonly code: 'PLAN_FINISHED' }
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
 * split look as convincing as true ones. A harmed guardrail outweighs a better primary metric. Shipping needs the
 * primary metric better AND every guardrail shown safe. What is undecided when the plan ends is rolled back, as the
 * control is what is known.
 */
export function advise(evidence: Evidence): Advice {
  const { primary, guardrails, planFinished } = evidence;
  const warnings: Reason[] =
    evidence.severalArmsShare > severalArmsWarningShare
      ? [{ code: 'PROFILES_IN_SEVERAL_ARMS', share: evidence.severalArmsShare }]
      : [];
  const mismatches = evidence.sampleRatios.filter(({ mismatch }) => mismatch);
  if (mismatches.length > 0) {
    const reasons = mismatches.map(({ where, p }) => ({ code: 'SAMPLE_RATIO_MISMATCH', where, p }) as const);
    return { advice: 'BROKEN', reasons: [...reasons, ...warnings] };
  }
  if (!evidence.minimumSampleReached) {
    return { advice: 'GO_ON', reasons: [{ code: 'MINIMUM_SAMPLE_NOT_REACHED' }, ...warnings] };
  }
  const guardrailReasons = (verdict: 'HARMED' | 'UNDECIDED'): Reason[] =>
    guardrails
      .filter((guardrail) => guardrail.verdict === verdict)
      .map(({ metric }) => ({ code: `GUARDRAIL_${verdict}`, metric }) as const);
  const reading = primaryReason(primary);
  const harmed = guardrailReasons('HARMED');
  if (harmed.length > 0) return { advice: 'ROLL_BACK', reasons: [...harmed, reading, ...warnings] };
  if (reading.code === 'PRIMARY_WORSE') return { advice: 'ROLL_BACK', reasons: [reading, ...warnings] };
  const open = guardrailReasons('UNDECIDED');
  if (reading.code === 'PRIMARY_BETTER' && open.length === 0) {
    return { advice: 'SHIP', reasons: [reading, ...warnings] };
  }
  const reasons: Reason[] = [reading, ...open, ...warnings];
  return planFinished
    ? { advice: 'ROLL_BACK', reasons: [{ code: 'PLAN_FINISHED' }, ...reasons] }
    : { advice: 'GO_ON', reasons };
}

function primaryReason({ estimate, p, alpha, better }: Evidence['primary']): Reason {
  if (p >= alpha) return { code: 'PRIMARY_UNDECIDED', p };
  return { code: estimate > 0 === (better === 'higher') ? 'PRIMARY_BETTER' : 'PRIMARY_WORSE', p };
}
