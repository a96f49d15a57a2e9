import { lintConflicts } from './conflicts.js';
import { lintContradictions } from './contradictions.js';
import type { RuleFinding } from './finding.js';
import { LintContext, type LintRequest } from './lint-context.js';
import { lintNeverActs } from './never-acts.js';
import { lintPlacementChains } from './placement-chains.js';
import { lintStarvation } from './starvation.js';

const checks = [lintConflicts, lintNeverActs, lintContradictions, lintPlacementChains, lintStarvation];

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
  for (const check of checks) {
    findings.push(...check(context));
    await pause();
  }
  const weight = { error: 0, warning: 1 } as const;
  const name = ({ rule, placement }: RuleFinding) => rule ?? placement ?? '';
  return findings.sort(
    (a, b) => weight[a.severity] - weight[b.severity] || (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0),
  );
}
