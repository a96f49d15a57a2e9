import { type Beta, betaCdf, betaQuantile } from './beta-distribution.js';
import type { Trials } from './day-zero-rate.js';

export interface TrialRules {
  /** k: impressions that the neighbours' rate is worth. */
  readonly priorStrength: number;
  /** Width of the 95 % credible interval at which enough is known. */
  readonly certainWidth: number;
  /** Share of the catalogue's rate below which an item is poor. */
  readonly poorBelow: number;
}

/**
 * EXPLORING: on trial. GRADUATED: its rate is known well enough, or it is well known from events; it lives from its
 * rank now. RETIRED: surely poor, or known and below the mark; it gets no more of the budget.
 */
export type TrialState = 'EXPLORING' | 'GRADUATED' | 'RETIRED';

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

export function trialState(belief: Beta, catalogueRate: number, rules: TrialRules): TrialState {
  const mark = rules.poorBelow * catalogueRate;
  if (betaCdf(belief, mark) >= 0.975) return 'RETIRED';
  const total = belief.a + belief.b;
  const mean = belief.a / total;
  // Far from the mark the normal width decides: exact quantiles cost a hundred times as much.
  const roughWidth = 2 * 1.96 * Math.sqrt((mean * (1 - mean)) / (total + 1));
  if (roughWidth > 2 * rules.certainWidth) return 'EXPLORING';
  const { low, high } = credibleInterval(belief);
  if (high - low > rules.certainWidth) return 'EXPLORING';
  return mean < mark ? 'RETIRED' : 'GRADUATED';
}
