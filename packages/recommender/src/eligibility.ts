import type { ItemFilter, ItemId, ItemNumber } from '@kindling/domain';
import type { ItemView } from './ports.js';

export interface EligibilityRequest {
  readonly atMs: number;
  readonly filter?: ItemFilter | undefined;
  /** Asked for as excluded, on the page already, in the cart, bought, hidden, disliked. */
  readonly excluded: Iterable<ItemId>;
  readonly rules?: { accepts(row: number): boolean } | undefined;
}

export interface Eligibility {
  accepts(row: number): boolean;
  /** The excluded items that the catalogue knows, for an index that can leave them out by itself. */
  readonly excludedNumbers: readonly ItemNumber[];
}

/**
 * The one gate that every candidate of every source passes: never hidden, expired, not yet published, excluded,
 * already bought or turned down, nor outside the filter or a rule's. An index that filters by itself is only faster; it may
 * be a moment behind, and is checked again here.
 */
export function eligibility(
  items: ItemView,
  { atMs, filter, excluded, rules }: EligibilityRequest,
): Eligibility {
  const rows = new Set<number>();
  for (const id of excluded) {
    const row = items.rowOfId(id);
    if (row !== undefined) rows.add(row);
  }
  const matches = filter && items.compile(filter);
  return {
    accepts: (row) =>
      items.isLive(row, atMs) &&
      !rows.has(row) &&
      (!matches || matches(row)) &&
      (!rules || rules.accepts(row)),
    excludedNumbers: [...rows].map((row) => items.numberAt(row)),
  };
}
