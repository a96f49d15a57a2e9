import {
  catalogueId,
  defaultEventWeights,
  type ItemId,
  type ItemNumber,
  profileId,
  type StoredItem,
} from '@kindling/domain';
import { createItemView } from '../item-view/item-view.js';
import type { Evidence, RecommenderPorts } from '../ports.js';
import type { TrainingParts } from '../rankers/ranker.js';
import { recommend } from '../recommend.js';
import type { ListRequest } from '../request.js';
import { defaultStrategy, type Strategy } from '../strategy.js';
import type { TrainingData } from '../training/training-data.js';
import { type EvaluatedMethod, type JudgedList, shownItems } from './evaluated-method.js';
import { exactNeighbours } from './exact-neighbours.js';

export interface DefaultMethodOptions {
  readonly name?: string;
  readonly strategy?: Strategy;
  readonly isDefault?: boolean;
  /** Further ports that stand on training, such as a trained model. */
  readonly train?: (training: TrainingData, parts: TrainingParts) => Promise<Partial<RecommenderPorts>>;
}

/** No placement asks for more, and a pool holds no more. */
const deepest = 3_000;
const candidateAttribute = 'evaluationCandidate';

/**
 * The row of what is served: `recommend()` itself over its ports, with the training events as popularity and the
 * history as evidence. Candidates are restricted by the public filter. Every like is a favourite of the same day, in
 * its order: held-out likes of a random split are of no time, and decay would only blur them.
 */
export const defaultMethod = (options: DefaultMethodOptions = {}): EvaluatedMethod => ({
  name: options.name ?? 'kindling default',
  isDefault: options.isDefault ?? true,
  isBaseline: false,
  async fit(training, { candidates, train, seed }, parts) {
    const { items } = training;
    const now = parts.clock.now();
    const isCandidate = new Uint8Array(items.length);
    for (const item of candidates) isCandidate[item] = 1;
    const view = createItemView(catalogueId('evaluation'));
    view.apply(
      items.map((item, index) => ({
        item: storedItem(item, isCandidate[index] === 1),
        change: index + 1,
        deleted: false,
      })),
    );
    const counts = new Map<ItemId, number>();
    for (const { item } of train) {
      const id = items[item]?.id;
      if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const day = now.toISOString().slice(0, 10);
    view.applyDayCounts(
      [...counts].map(([itemId, events]) => ({
        itemId,
        segment: '',
        type: 'FAVOURITE',
        day,
        events,
        valueSum: 0,
      })),
    );
    const vectors = new Map<ItemNumber, Float32Array>();
    const indexOf = new Map<number, number>();
    items.forEach((item, index) => {
      if (item.vector) vectors.set(item.number, item.vector);
      indexOf.set(item.number, index);
    });
    let evidence: Evidence | null = null;
    const ports: RecommenderPorts = {
      items: view,
      neighbours: exactNeighbours(view, vectors),
      encoder: { encodeQueries: async () => [] },
      evidence: { load: async () => evidence },
      ...(await options.train?.(training, parts)),
    };
    const everything = candidates.length === items.length;
    return {
      async rank({ history, targets }) {
        const ids = Array.from(history, (item) => items[item]?.id).filter((id) => id !== undefined);
        evidence = evidenceOf(ids, now);
        const request: ListRequest = {
          subject: { profileId: profileId('evaluated') },
          strategy: options.strategy ?? defaultStrategy,
          catalogue: { eventWeights: defaultEventWeights, segmentAttribute: null },
          now,
          seed,
          excludeItemIds: ids,
          depth: Math.min(deepest, candidates.length),
          ...(!everything && { filter: { field: `attributes.${candidateAttribute}`, in: [true] } }),
        };
        const { slots } = await recommend(ports, request);
        const listed = Int32Array.from(slots, ({ item }) => indexOf.get(item) ?? -1);
        const known = history.filter((item) => isCandidate[item] === 1).length;
        return judged(listed, targets, candidates.length - known);
      },
    };
  },
});

/**
 * Targets that a list does not hold are somewhere behind its end, tied: they are given evenly spread places there,
 * which is what they would have on average.
 */
export function judged(listed: Int32Array, targets: Int32Array, candidates: number): JudgedList {
  const placeOf = new Map<number, number>();
  listed.forEach((item, place) => {
    placeOf.set(item, place);
  });
  const missing = targets.filter((item) => !placeOf.has(item)).length;
  const step = (candidates - listed.length + 1) / (missing + 1);
  let met = 0;
  const ranks = targets
    .map((item) => placeOf.get(item) ?? listed.length + Math.round(++met * step) - 1)
    .sort();
  return { ranks, shown: listed.slice(0, shownItems) };
}

const storedItem = (item: TrainingData['items'][number], isCandidate: boolean): StoredItem => ({
  id: item.id,
  number: item.number,
  title: item.title,
  description: item.description,
  categories: item.categories,
  tags: item.tags,
  attributes: { ...item.attributes, [candidateAttribute]: isCandidate },
  price: item.price,
  currency: null,
  imageUrl: null,
  url: null,
  publishedAt: null,
  expiresAt: null,
  status: 'ACTIVE',
  createdAt: new Date(0),
});

/** At most the newest 200, as every source of evidence hands over. */
const evidenceOf = (liked: readonly ItemId[], now: Date): Evidence => ({
  attributes: {},
  events: [...liked]
    .reverse()
    .slice(0, 200)
    .map((itemId, index) => ({
      type: 'FAVOURITE',
      itemId,
      query: null,
      value: null,
      occurredAtMs: now.getTime() - index * 60_000,
    })),
  eventCount: liked.length,
  closedItemIds: [],
});
