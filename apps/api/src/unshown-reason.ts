import { applyRules, type Locale, sentence } from '@kindling/recommender';
import type { UnshownItem } from '@kindling/storage';
import type { UnshownItemObject, UnshownReason } from './admin/new-item-types.js';
import type { CatalogueRuntime } from './runtime/catalogue-runtime.js';

/**
 * Says of new items that nobody was shown what keeps them back at a placement, the first thing that has to be mended
 * first. Rules are asked as for a visitor of whom nothing is known.
 */
export function unshownReasons(
  runtime: CatalogueRuntime,
  placement: string,
  now: Date,
  locale: Locale,
): (item: UnshownItem) => UnshownItemObject {
  const { strategy } = runtime.strategy(runtime.placement(placement).strategyKey);
  const { items } = runtime;
  const rules = applyRules(runtime.rules, {
    items,
    atMs: now.getTime(),
    placement,
    profile: { coldness: 'COLD', eventCount: 0, attributes: {}, events: [] },
    itemThresholds: strategy.coldness.item,
    firstAnchor: 0,
  });
  const budget = rules?.exploration?.impressionsPerDay ?? strategy.exploration.impressionsPerDay;

  return (item) => {
    const { itemId, title, createdAt } = item;
    const row = items.rowOf(item.number);
    const rule = row === undefined ? null : (rules?.filteredBy(row) ?? null);
    const reason = reasonOf(item, rule);
    const values = {
      rule: rule ?? '',
      reason: item.encodingError ?? '',
      about: strategy.exploration.items,
    };
    const key = `unshown.${reason}${reason === 'NOT_ENCODED' && item.encodingError ? '.failed' : ''}`;
    return { itemId, title, createdAt, reason, rule, message: sentence({ key, values }, locale) };
  };

  function reasonOf(item: UnshownItem, rule: string | null): UnshownReason {
    if (item.status !== 'ACTIVE') return 'HIDDEN';
    if (item.publishedAt && item.publishedAt > now) return 'NOT_PUBLISHED';
    if (item.expiresAt && item.expiresAt <= now) return 'EXPIRED';
    if (!item.isEncoded) return 'NOT_ENCODED';
    if (rule !== null) return 'RULE';
    if (item.outcome !== null) return 'TRIAL_ENDED';
    if (budget === 0) return 'NO_BUDGET';
    return item.isOnTrial ? 'ON_TRIAL' : 'NO_PLACE';
  }
}
