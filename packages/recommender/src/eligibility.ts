import type { ItemFilter, ItemId, ItemNumber } from '@kindling/domain';
import type { ListTrace, Rejection } from './explain/list-trace.js';
import type { ItemView } from './ports.js';

export interface EligibilityRequest {
  readonly atMs: number;
  readonly filter?: ItemFilter | undefined;
  /** Asked for as excluded, on the page already, in the cart, bought, hidden, disliked. */
  readonly excluded: Iterable<ItemId>;
  readonly rules?: { accepts(row: number): boolean; filteredBy(row: number): string | null } | undefined;
  readonly trace?: ListTrace | undefined;
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
  { atMs, filter, excluded, rules, trace }: EligibilityRequest,
): Eligibility {
  const rows = new Set<number>();
  for (const id of excluded) {
    const row = items.rowOfId(id);
    if (row !== undefined) rows.add(row);
  }
  const matches = filter && items.compile(filter);
  const accepts = (row: number) =>
    items.isLive(row, atMs) && !rows.has(row) && (!matches || matches(row)) && (!rules || rules.accepts(row));
  const rejection = (row: number): Rejection => {
    if (!items.isLive(row, atMs)) return { why: 'unavailable' };
    if (rows.has(row)) return { why: 'excluded' };
    const rule = matches && !matches(row) ? null : (rules?.filteredBy(row) ?? null);
    return rule === null ? { why: 'filter' } : { why: 'rule', rule };
  };
  const traced = (row: number) => {
    const isAccepted = accepts(row);
    if (!isAccepted) trace?.reject(items.numberAt(row), rejection(row));
    return isAccepted;
  };
  return {
    accepts: trace ? traced : accepts,
    excludedNumbers: [...rows].map((row) => items.numberAt(row)),
  };
}
