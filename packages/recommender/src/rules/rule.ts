import { z } from 'zod';
import { boost } from './kinds/boost.js';
import { bury } from './kinds/bury.js';
import { explorationBudget } from './kinds/exploration-budget.js';
import { fallback } from './kinds/fallback.js';
import { filter } from './kinds/filter.js';
import { pin } from './kinds/pin.js';
import { quota } from './kinds/quota.js';
import { rotate } from './kinds/rotate.js';
import type { RuleEffect } from './rule-effect.js';

/** Every kind of rule. A new one is added here. */
export const ruleKinds = [pin, boost, bury, filter, quota, rotate, explorationBudget, fallback] as const;
export type RuleKindName = (typeof ruleKinds)[number]['kind'];

const [firstKind, ...otherKinds] = ruleKinds;

/** A rule as it is saved: what it does, when, and how it ranks among others. Its life is in rule-status. */
export const ruleSchema = z.discriminatedUnion('kind', [
  firstKind.rule,
  ...otherKinds.map((kind) => kind.rule),
]);
export type Rule = z.output<typeof ruleSchema>;
export type RuleInput = z.input<typeof ruleSchema>;

/** Rules that are looked at together: drafts that take the place of what is live, and keys of published ones that go. */
export const ruleSetSchema = z.object({
  rules: z.array(ruleSchema),
  without: z.array(z.string()).default([]),
});
export type RuleSet = z.output<typeof ruleSetSchema>;

const kindByName = new Map<string, (typeof ruleKinds)[number]>(ruleKinds.map((kind) => [kind.kind, kind]));

export function effectOf(rule: Rule): RuleEffect {
  const kind = kindByName.get(rule.kind);
  if (!kind) throw new Error(`There is no kind of rule "${rule.kind}"`);
  return kind.effectOf(rule.arguments);
}

/** Higher priority first, then the key: the order of saving plays no part. */
export const byPrecedence = (a: Pick<Rule, 'priority' | 'key'>, b: Pick<Rule, 'priority' | 'key'>) =>
  b.priority - a.priority || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
