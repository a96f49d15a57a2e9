import { lintConflicts } from './conflicts.js';
import type { RuleFinding } from './finding.js';
import { LintContext, type LintRequest } from './lint-context.js';
import { lintNeverActs } from './never-acts.js';
import { lintStarvation } from './starvation.js';

/**
 * Everything there is to say of the rules of a catalogue before they act; errors first, then by rule. It walks the
 * catalogue, for the sake of a few people in a console: `pause` lets others have the thread in between.
 */
export async function lintRules(
  request: LintRequest,
  pause: () => Promise<unknown> = async () => {},
): Promise<RuleFinding[]> {
  const context = await LintContext.prepare(request, pause);
  const findings: RuleFinding[] = [];
  for (const check of [lintConflicts, lintNeverActs, lintStarvation]) {
    findings.push(...check(context));
    await pause();
  }
  const weight = { error: 0, warning: 1 } as const;
  return findings.sort(
    (a, b) => weight[a.severity] - weight[b.severity] || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0),
  );
}
