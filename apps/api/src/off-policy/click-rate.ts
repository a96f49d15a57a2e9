import type { ClickRateSummary, OffPolicyEstimate } from '@kindling/recommender';
import type { OffPolicyAnswer } from './off-policy-estimates.js';

/** Below it the lists that are asked again are not the ones that were shown. */
const leastAgreement = 0.9;

/** An estimate in plain numbers, to be kept and put into words in any language. */
export function clickRateOf({ estimate, lists, slots, agreement }: OffPolicyAnswer): ClickRateSummary {
  return {
    lists,
    slots,
    observed: intervalOf(estimate?.observed),
    inversePropensity: intervalOf(estimate?.inversePropensity),
    selfNormalised: intervalOf(estimate?.selfNormalised),
    doublyRobust: intervalOf(estimate?.doublyRobust),
    effectiveSlots: estimate?.overlap.effectiveChoices ?? 0,
    meanWeight: estimate?.overlap.meanWeight ?? 0,
    largestWeight: estimate?.overlap.largestWeight ?? 0,
    agreement,
    warnings: [
      ...(estimate ? estimate.overlap.warnings : (['NOTHING_LOGGED'] as const)),
      ...(agreement !== null && agreement < leastAgreement ? (['REPLAY_DIFFERS'] as const) : []),
    ],
  };
}

/** An interval without bounds, or of nothing, is none. */
function intervalOf(estimate: OffPolicyEstimate | undefined) {
  if (!estimate) return null;
  const { mean, low, high } = estimate;
  return [mean, low, high].every(Number.isFinite) ? { mean, low, high } : null;
}
