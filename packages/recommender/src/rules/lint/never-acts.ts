import { byPrecedence } from '../rule.js';
import { fallbackSources } from '../rule-effect.js';
import { isEverOpen } from '../time-window.js';
import type { RuleFinding } from './finding.js';
import { isAlwaysThere, type LintContext, type LintedRule } from './lint-context.js';

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
    if (!context.segments.has(key)) found.push(finding('unknownSegment', key));
  }
  if (window.endMs <= atMs) found.push(finding('over', rule.condition.window?.until ?? null));
  else if (!isEverOpen(rule.condition.window, atMs)) found.push(finding('neverOpen', null));
  if (effect.stage === 'pin') {
    const row = items.rowOfId(effect.itemId);
    if (row === undefined) found.push(finding('unknownItem', effect.itemId));
    else if (!items.isLive(row, atMs)) found.push(finding('hiddenItem', effect.itemId));
    else if (!linted.rows.has(row)) found.push(finding('noItems', effect.itemId));
  } else if (rule.condition.items && linted.rows.size === 0) {
    found.push(finding('noItems', null));
  }
  if (effect.stage === 'explore') {
    const named = placements.filter(({ key }) => rule.condition.placements?.includes(key) ?? true);
    if (named.length > 0 && named.every(({ explores }) => !explores)) {
      found.push(finding('noExploration', named.map(({ key }) => key).join(', ')));
    }
  }
  return found;
}

/** One rule of a kind decides alone: at each of its placements, is there always one before it, for everybody it is for? */
function unreachable(context: LintContext): RuleFinding[] {
  return [...context.of('fallback'), ...context.of('explore')].flatMap((second, _, all): RuleFinding[] => {
    const { rule, effect } = second;
    const before = all.filter(
      (first) =>
        first.effect.stage === effect.stage &&
        byPrecedence(first.rule, rule) < 0 &&
        isAlwaysThere(first, second),
    );
    const named = rule.condition.placements ?? context.request.placements.map(({ key }) => key);
    const deciders = named.map((placement) => {
      const there = before.flatMap(({ rule: one }) =>
        (one.condition.placements?.includes(placement) ?? true) ? [one] : [],
      );
      const alone = there.find((one) => !context.isPossible([rule], [one]));
      if (alone) return alone;
      return there.length > 1 && !context.isPossible([rule], there) ? there[0] : undefined;
    });
    const [other] = deciders;
    if (!other || deciders.includes(undefined) || !context.isPossible([rule])) return [];
    return [{ code: 'unreachable', severity: 'error', rule: rule.key, other: other.key, about: null }];
  });
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
