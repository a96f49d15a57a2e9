import type { RuleFinding } from './finding.js';
import type { LintContext } from './lint-context.js';

/**
 * Fallbacks of a placement that are never reached: one is asked where those before it failed, and what is the same
 * strategy, by its key or in all that it says, fails again in the same way.
 */
export function lintPlacementChains({ request }: LintContext): RuleFinding[] {
  return request.placements.flatMap(({ key, chain }) =>
    chain.flatMap((strategy, index): RuleFinding[] => {
      const before = chain.slice(0, index);
      const same = { severity: 'warning', rule: null, placement: key, about: strategy.key } as const;
      if (before.some((one) => one.key === strategy.key)) {
        return [{ ...same, code: 'repeatedFallback', other: null }];
      }
      const twin = before.find((one) => JSON.stringify(one.config) === JSON.stringify(strategy.config));
      return twin ? [{ ...same, code: 'sameFallback', other: twin.key }] : [];
    }),
  );
}
