import type { Comparison, Lift, MetricResult, Reading, StoppingRule } from './use-experiments';

const tests = { sequential: 'SEQUENTIAL', fixed: 'FIXED', bayesian: 'BAYESIAN' } as const;

/** By which reading the primary metric is decided. */
export const readingOf = (rule: StoppingRule | undefined): Reading =>
  rule === 'FIXED_HORIZON' ? 'fixed' : rule === 'BAYESIAN' ? 'bayesian' : 'sequential';

/** The lift of a comparison by the chosen reading, with the adjustment that was settled beforehand. */
export function liftOf({ decisive, others }: Comparison, reading: Reading): Lift | null {
  if (decisive == null || decisive.test === tests[reading]) return decisive ?? null;
  return (
    others.find(({ test, adjustment }) => test === tests[reading] && adjustment === decisive.adjustment) ??
    null
  );
}

export type Verdict = 'better' | 'worse' | 'open' | 'safe' | 'harmed' | 'watch' | 'unreadable';

/** What a comparison says by its decisive reading, whichever one is shown; a guardrail by its own test. */
export function verdictOf(
  { role, metric }: Pick<MetricResult, 'role'> & { readonly metric: Pick<MetricResult['metric'], 'better'> },
  { decisive, significant, guardrail }: Pick<Comparison, 'decisive' | 'significant' | 'guardrail'>,
): Verdict {
  if (role === 'GUARDRAIL' && guardrail != null) {
    return ({ SAFE: 'safe', HARMED: 'harmed', UNDECIDED: 'watch' } as const)[guardrail];
  }
  if (decisive == null) return 'unreadable';
  if (!significant) return 'open';
  return decisive.estimate > 0 === (metric.better === 'HIGHER') ? 'better' : 'worse';
}
