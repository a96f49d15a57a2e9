import type { Knowledge } from '../knowledge.js';
import type { ItemView } from '../ports.js';
import type { ListRequest } from '../request.js';
import { type AppliedRules, applyRules } from './apply-rules.js';

/** The rules that act on a request of which this is known; `firstAnchor`: the number of the ranking's other anchors. */
export const requestRules = (
  items: ItemView,
  request: ListRequest,
  knowledge: Knowledge,
  firstAnchor: number,
): AppliedRules | undefined => {
  request.watchedRules?.look(request.placement ?? null, request.now.getTime(), knowledge);
  const applied = applyRules(request.rules, {
    items,
    atMs: request.now.getTime(),
    placement: request.placement ?? null,
    profile: knowledge,
    itemThresholds: request.strategy.coldness.item,
    firstAnchor,
    shown: request.shown,
    without: request.withoutRules,
  });
  if (request.trace && applied) {
    request.trace.rules = applied.keys;
    request.trace.conflicts = applied.conflicts;
  }
  return applied;
};
