import { confidenceSequence } from './confidence-sequence.js';
import type { Effect } from './effect.js';
import type { Reading } from './reading.js';
import { welchTest } from './welch.js';

export interface GuardrailOptions {
  /** Largest loss that is accepted, as a positive number in the unit of the effect; set before the start. */
  readonly margin: number;
  /** Which way harm lies: a metric that should not fall, or (latency, returns) should not rise. */
  readonly harm: 'decrease' | 'increase';
  readonly alpha: number;
  readonly tuningSampleSize: number;
  /** At the one look of a fixed horizon, safety is shown by the t-test; harm is always watched by the sequence. */
  readonly once?: boolean;
}

export interface GuardrailReading {
  /** SAFE: shown to be within the margin. HARMED: shown to be worse than the margin. */
  readonly verdict: 'SAFE' | 'UNDECIDED' | 'HARMED';
  readonly safety: Reading;
  readonly harm: Reading;
}

/**
 * One-sided non-inferiority at a margin, by the always-valid sequence since guardrails are watched all the time. That
 * nothing significant was found is no proof of safety; the interval has to exclude a loss beyond the margin.
 */
export function guardrail(effect: Effect, options: GuardrailOptions): GuardrailReading {
  const { margin, harm, alpha, tuningSampleSize, once = false } = options;
  const better = harm === 'decrease' ? 'greater' : 'less';
  const worse = harm === 'decrease' ? 'less' : 'greater';
  const nullValue = harm === 'decrease' ? -margin : margin;
  const test = (alternative: 'greater' | 'less') =>
    confidenceSequence(effect, { alpha, alternative, nullValue, tuningSampleSize });
  const safety = once ? welchTest(effect, { alpha, alternative: better, nullValue }) : test(better);
  const loss = test(worse);
  return {
    verdict: safety.p < alpha ? 'SAFE' : loss.p < alpha ? 'HARMED' : 'UNDECIDED',
    safety,
    harm: loss,
  };
}
