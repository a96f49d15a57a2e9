import { type ClickRateSummary, type Locale, sentence } from '@kindling/recommender';
import type { OffPolicyEstimateObject } from './exploration-types.js';

/** An estimate with its warnings in words. */
export function clickRateObject(summary: ClickRateSummary, locale: Locale): OffPolicyEstimateObject {
  return {
    ...summary,
    warnings: summary.warnings.map((code) => {
      const share = code === 'REPLAY_DIFFERS' ? (summary.agreement ?? 0) : summary.meanWeight;
      const values = { count: Math.round(summary.effectiveSlots), percent: `${Math.round(100 * share)} %` };
      return { code, message: sentence({ key: `offPolicy.${code}`, values }, locale) };
    }),
  };
}
