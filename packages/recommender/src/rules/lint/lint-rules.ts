import { lintConflicts } from './conflicts.js';
import type { RuleFinding } from './finding.js';
import { LintContext, type LintRequest } from './lint-context.js';
import { lintNeverActs } from './never-acts.js';
import { lintStarvation } from './starvation.js';

/** Everything there is to say of the rules of a catalogue before they act; errors first, then by rule. */
export function lintRules(request: LintRequest): RuleFinding[] {
  const context = new LintContext(request);
  const findings = [...lintConflicts(context), ...lintNeverActs(context), ...lintStarvation(context)];
  const weight = { error: 0, warning: 1 } as const;
  return findings.sort(
    (a, b) => weight[a.severity] - weight[b.severity] || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0),
  );
}
