import { isDeepStrictEqual } from 'node:util';
import type { CatalogueId } from '@kindling/domain';
import {
  type GateProblem,
  judgePublication,
  type PublishLimits,
  type Rule,
  ruleSchema,
} from '@kindling/recommender';
import type { Queryable } from './database.js';
import { findNewestDiff, liveBasis } from './population-diff-store.js';

/** Why this content of a rule may not be published without somebody's word; empty: it may. */
export async function checkRuleGate(
  db: Queryable,
  catalogue: CatalogueId,
  rule: Rule,
  limits: PublishLimits,
  now: Date,
): Promise<readonly GateProblem[]> {
  if (judgePublication(limits, null, now).length === 0) return [];
  const diff = await findNewestDiff(db, catalogue, rule.key, rule.condition.placements ?? null);
  if (!diff) return judgePublication(limits, null, now);
  const drafted = ruleSchema.safeParse(diff.draft);
  return judgePublication(
    limits,
    {
      result: diff.result,
      isOfDraft: drafted.success && isDeepStrictEqual(plain(drafted.data), plain(rule)),
      isOfLive: diff.basis === (await liveBasis(db, catalogue, diff.placement)),
      at: diff.createdAt,
    },
    now,
  );
}

const plain = (rule: Rule): unknown => JSON.parse(JSON.stringify(rule));
