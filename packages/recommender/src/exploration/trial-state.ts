import { type Beta, betaCdf, betaQuantile } from './beta-distribution.js';
import type { Trials } from './day-zero-rate.js';

export interface TrialRules {
  /** k: impressions that the neighbours' rate is worth. */
  readonly priorStrength: number;
  /** Width of the 95 % credible interval at which enough is known. */
  readonly certainWidth: number;
  /** Share of the catalogue's rate below which an item is poor. */
  readonly poorBelow: number;
  /** Promised to every item: before it has them its trial does not end by what is seen. */
  readonly minimumImpressions: number;
}

/** GRADUATED: it lives from its rank now. RETIRED: it gets no more of the budget. */
export const trialOutcomes = ['GRADUATED', 'RETIRED'] as const;
export type TrialOutcome = (typeof trialOutcomes)[number];

/**
 * Why a trial ended. CERTAIN: the rate is known well enough. WELL_KNOWN: events have made the item WARM. POOR: known,
 * and below the mark. SURELY_POOR: not known well, but surely below the mark. PERSON: somebody said so.
 */
export const trialCauses = ['CERTAIN', 'WELL_KNOWN', 'POOR', 'SURELY_POOR', 'PERSON'] as const;
export type TrialCause = (typeof trialCauses)[number];

export interface TrialVerdict {
  readonly outcome: TrialOutcome;
  readonly cause: TrialCause;
}

/** Beta(k m + clicks, k (1 - m) + impressions - clicks): what is believed of the item's click rate. */
export function posterior(rate: number, { impressions, clicks }: Trials, priorStrength: number): Beta {
  const successes = Math.min(clicks, impressions);
  return { a: priorStrength * rate + successes, b: priorStrength * (1 - rate) + impressions - successes };
}

/** The bounds between which the rate lies with 95 % credibility. */
export const credibleInterval = (belief: Beta) => ({
  low: betaQuantile(belief, 0.025),
  high: betaQuantile(belief, 0.975),
});

/** Whether it still lacks some of the impressions that were promised to it: `posterior` adds what was seen to k. */
export const isOwed = (
  { a, b }: Beta,
  { priorStrength, minimumImpressions }: Pick<TrialRules, 'priorStrength' | 'minimumImpressions'>,
) => Math.round(a + b - priorStrength) < minimumImpressions;

/** How the trial ends; null while it goes on. The mark is `poorBelow` of the catalogue's rate. */
export function trialVerdict(belief: Beta, catalogueRate: number, rules: TrialRules): TrialVerdict | null {
  if (isOwed(belief, rules)) return null;
  const mark = rules.poorBelow * catalogueRate;
  if (betaCdf(belief, mark) >= 0.975) return { outcome: 'RETIRED', cause: 'SURELY_POOR' };
  const total = belief.a + belief.b;
  const mean = belief.a / total;
  // Far from the mark the normal width decides: exact quantiles cost a hundred times as much.
  const roughWidth = 2 * 1.96 * Math.sqrt((mean * (1 - mean)) / (total + 1));
  if (roughWidth > 2 * rules.certainWidth) return null;
  const { low, high } = credibleInterval(belief);
  if (high - low > rules.certainWidth) return null;
  return mean < mark ? { outcome: 'RETIRED', cause: 'POOR' } : { outcome: 'GRADUATED', cause: 'CERTAIN' };
}
