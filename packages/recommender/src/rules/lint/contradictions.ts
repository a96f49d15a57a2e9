import type { RuleFinding } from './finding.js';
import type { LintContext, LintedRule } from './lint-context.js';
import { isSatisfiable } from './satisfiable.js';

/** Rules for profiles that there cannot be: what they ask for contradicts itself, or their segments. */
export function lintContradictions(context: LintContext): RuleFinding[] {
  return context.rules.flatMap((linted) => contradiction(linted, context));
}

function contradiction({ rule }: LintedRule, context: LintContext): RuleFinding[] {
  const { segments = [], matches } = rule.condition.profile ?? {};
  const known = segments.filter((key) => context.segments.has(key));
  const whole = context.profileFilter(rule);
  // Of a segment that does not exist another check tells.
  if (whole === null || (segments.length > 0 && known.length === 0)) return [];
  const isPossible = (filter: typeof whole, isSingle: boolean) =>
    isSatisfiable(filter, { thresholds: context.request.profileThresholds, isSingle });
  const found = (code: RuleFinding['code'], severity: RuleFinding['severity'], about: string | null) => [
    { code, severity, rule: rule.key, other: null, about },
  ];
  if (isPossible(whole, false)) {
    return isPossible(whole, true) ? [] : found('severalValues', 'warning', null);
  }
  if (matches && !isPossible(matches, false)) return found('contradiction', 'error', null);
  const code = matches ? 'contradiction' : 'emptySegment';
  return found(code, 'error', known.join(', '));
}
