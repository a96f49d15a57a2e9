import {
  catalogueId,
  defaultEventWeights,
  type ItemId,
  itemId,
  itemNumber,
  type StoredItem,
} from '@kindling/domain';
import { createItemView, type WritableItemView } from './item-view/item-view.js';
import type { Evidence, EvidenceEvent, NeighbourSource, RecommenderPorts } from './ports.js';
import type { ListRequest } from './request.js';
import { defaultStrategy } from './strategy.js';

export const testNow = new Date('2026-11-24T12:00:00Z');
export const testDay = '2026-11-24';

export function storedItem(id: string, number: number, fields: Partial<StoredItem> = {}): StoredItem {
  return {
    id: itemId(id),
    number: itemNumber(number),
    title: `Item ${id}`,
    description: null,
    categories: [],
    tags: [],
    attributes: {},
    price: null,
    currency: null,
    imageUrl: null,
    url: null,
    publishedAt: null,
    expiresAt: null,
    status: 'ACTIVE',
    createdAt: new Date('2026-01-01T00:00:00Z'),
    ...fields,
  };
}

export function viewOf(items: readonly StoredItem[]): WritableItemView {
  const view = createItemView(catalogueId('test'), {
    eventWeights: defaultEventWeights,
    popularityHalfLifeDays: 30,
  });
  view.apply(items.map((item, index) => ({ item, change: index + 1, deleted: false })));
  return view;
}

/** Clicks of one day, as the popularity feed brings them. */
export const clicks = (id: string, events: number, segment = '') => ({
  itemId: itemId(id),
  segment,
  type: 'CLICK' as const,
  day: testDay,
  events,
  valueSum: 0,
});

/** An exact index over a few vectors: dot products, best first. It filters nothing but what it is told to exclude. */
export function exactNeighbours(vectors: ReadonlyMap<number, Float32Array>): NeighbourSource {
  return {
    nearest: async ({ vectors: queries, limit, exclude = [] }) =>
      queries.map((query) =>
        [...vectors]
          .filter(([key]) => !exclude.includes(itemNumber(key)))
          .map(([key, vector]) => ({ key: itemNumber(key), score: dot(query, vector) }))
          .sort((a, b) => b.score - a.score || a.key - b.key)
          .slice(0, limit),
      ),
    vectorsOf: async (keys) =>
      new Map(
        keys.flatMap((key) => {
          const vector = vectors.get(key);
          return vector ? [[key, vector]] : [];
        }),
      ),
  };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}

export const silentPorts = (items: WritableItemView): RecommenderPorts => ({
  items,
  neighbours: exactNeighbours(new Map()),
  encoder: { encodeQueries: async (texts) => texts.map(() => new Float32Array(0)) },
  evidence: { load: async () => null },
});

export const requestFor = (
  subject: ListRequest['subject'],
  more: Partial<ListRequest> = {},
): ListRequest => ({
  subject,
  strategy: defaultStrategy,
  catalogue: { eventWeights: defaultEventWeights, segmentAttribute: null },
  now: testNow,
  seed: 1,
  ...more,
});

export const evidenceOf = (
  events: readonly Partial<EvidenceEvent>[],
  closedItemIds: readonly ItemId[] = [],
): Evidence => ({
  attributes: {},
  events: events.map((event) => ({
    type: 'CLICK',
    itemId: null,
    query: null,
    value: null,
    occurredAtMs: testNow.getTime(),
    ...event,
  })),
  eventCount: events.length,
  closedItemIds,
});
