import { isDeepStrictEqual } from 'node:util';
import type { CatalogueId } from '@kindling/domain';
import {
  type GateProblem,
  type JudgedDiff,
  judgePublication,
  type PublishLimits,
  type Rule,
  ruleSchema,
} from '@kindling/recommender';
import type { Queryable } from './database.js';
import { findNewestDiffs, liveBasis } from './population-diff-store.js';

/**
 * Why this content of a rule may not be published without somebody's word; empty: it may. The newest diff of each
 * placement that the rule names has to be within the limits; of a rule for all placements, of each that was asked for.
 */
export async function checkRuleGate(
  db: Queryable,
  catalogue: CatalogueId,
  rule: Rule,
  limits: PublishLimits,
  now: Date,
): Promise<readonly GateProblem[]> {
  if (judgePublication(limits, null, now).length === 0) return [];
  const named = rule.condition.placements ?? null;
  const diffs = await findNewestDiffs(db, catalogue, rule.key, named);
  if (diffs.length === 0 && named === null) return judgePublication(limits, null, now);
  const problems: GateProblem[] = [];
  for (const placement of named ?? diffs.map((diff) => diff.placement)) {
    const diff = diffs.find((one) => one.placement === placement);
    const found = judgePublication(limits, diff ? await judged(diff) : null, now);
    problems.push(...found.map((one) => ({ ...one, placement })));
  }
  return problems;

  async function judged(diff: (typeof diffs)[number]): Promise<JudgedDiff> {
    const drafted = ruleSchema.safeParse(diff.draft);
    return {
      result: diff.result,
      isOfDraft: drafted.success && isDeepStrictEqual(plain(drafted.data), plain(rule)),
      isOfLive: diff.basis === (await liveBasis(db, catalogue, diff.placement)),
      at: diff.createdAt,
    };
  }
}

const plain = (rule: Rule): unknown => JSON.parse(JSON.stringify(rule));
