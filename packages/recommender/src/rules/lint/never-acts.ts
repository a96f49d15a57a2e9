import { fallbackSources } from '../rule-effect.js';
import type { RuleFinding } from './finding.js';
import { covers, type LintContext, type LintedRule } from './lint-context.js';

/** Rules that never do anything: what they wait for does not exist, is over, or another rule is always first. */
export function lintNeverActs(context: LintContext): RuleFinding[] {
  return [
    ...context.rules.flatMap((rule) => alone(rule, context)),
    ...unreachable(context),
    ...deadSources(context),
  ];
}

function alone(linted: LintedRule, context: LintContext): RuleFinding[] {
  const { rule, effect, window } = linted;
  const { placements, atMs, items } = context.request;
  const finding = (code: RuleFinding['code'], about: string | null): RuleFinding => ({
    code,
    severity: 'error',
    rule: rule.key,
    other: null,
    about,
  });
  const found: RuleFinding[] = [];
  for (const key of rule.condition.placements ?? []) {
    if (!placements.some((one) => one.key === key)) found.push(finding('unknownPlacement', key));
  }
  for (const key of rule.condition.profile?.segments ?? []) {
    if (!context.segmentKeys.has(key)) found.push(finding('unknownSegment', key));
  }
  if (window.endMs <= atMs) found.push(finding('over', rule.condition.window?.until ?? null));
  if (effect.stage === 'pin') {
    const row = items.rowOfId(effect.itemId);
    if (row === undefined) found.push(finding('unknownItem', effect.itemId));
    else if (!linted.rows.has(row)) found.push(finding('noItems', effect.itemId));
  } else if (rule.condition.items && linted.rows.size === 0) {
    found.push(finding('noItems', null));
  }
  return found;
}

function unreachable(context: LintContext): RuleFinding[] {
  return [...context.pairs('fallback'), ...context.pairs('explore')].flatMap(
    ([first, second]): RuleFinding[] =>
      covers(first, second)
        ? [
            {
              code: 'unreachable',
              severity: 'error',
              rule: second.rule.key,
              other: first.rule.key,
              about: null,
            },
          ]
        : [],
  );
}

/** Behind "anything eligible" there is nothing left to find, and asking a source twice finds the same. */
function deadSources(context: LintContext): RuleFinding[] {
  return context.of('fallback').flatMap(({ rule, effect }) =>
    effect.sources.flatMap((source, index): RuleFinding[] => {
      const before = effect.sources.slice(0, index);
      if (!before.includes(source) && !before.includes(lastSource)) return [];
      return [{ code: 'deadSource', severity: 'warning', rule: rule.key, other: null, about: source }];
    }),
  );
}

const lastSource = fallbackSources[2];
