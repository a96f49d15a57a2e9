import type { ItemId, ItemNumber } from '@kindling/domain';
import { eventEvidence } from './event-evidence.js';
import type { Evidence, ItemView } from './ports.js';
import type { ListRequest } from './request.js';

const dayMs = 86_400_000;

/** What a profile's events say of an item: above 0 it is liked, below 0 disliked. */
export interface Feeling {
  readonly item: ItemNumber;
  readonly value: number;
}

/** 1 now, half of it after a half-life. */
export function fading({ strategy, now }: Pick<ListRequest, 'strategy' | 'now'>): (atMs: number) => number {
  return (atMs) => 2 ** (-Math.max(0, now.getTime() - atMs) / (strategy.history.halfLifeDays * dayMs));
}

/** One for each item of the events, the best liked first. */
export function feelings(items: ItemView, request: ListRequest, { events }: Evidence): readonly Feeling[] {
  const fade = fading(request);
  const values = new Map<ItemId, number>();
  for (const event of events) {
    if (event.itemId === null || event.type === 'SEARCH') continue;
    const said = eventEvidence(event, request.catalogue.eventWeights) * fade(event.occurredAtMs);
    values.set(event.itemId, (values.get(event.itemId) ?? 0) + said);
  }
  const known = [...values].flatMap(([id, value]) => {
    const row = items.rowOfId(id);
    return row === undefined ? [] : [{ item: items.numberAt(row), value }];
  });
  return known.sort((a, b) => b.value - a.value || a.item - b.item);
}
