import {
  catalogueId,
  defaultEventWeights,
  type ItemId,
  profileId,
  type StoredItem,
  seededRandom,
} from '@kindling/domain';
import { createItemView } from '../item-view/item-view.js';
import type { Evidence, NeighbourSource, RecommenderPorts } from '../ports.js';
import { recommend } from '../recommend.js';
import type { ListRequest } from '../request.js';
import type { Strategy } from '../strategy.js';
import { ndcg } from './metrics/ndcg.js';

/**
 * How good lists are for people of whom k events are known. It calls the pipeline that serves.
 *
 * People are split by the seed: of `train` only the popularity is taken, weights are chosen on `validation` and
 * reported on `test`. Of every person the first k liked items are revealed, for each k; the targets are what they
 * liked after the first `most(k)`, the same for each k. All items that are not revealed are ranked.
 */
export interface ColdUserTask {
  readonly items: readonly StoredItem[];
  readonly neighbours: NeighbourSource;
  /** The liked items of every person, in order of time. */
  readonly people: ReadonlyMap<string, readonly ItemId[]>;
  readonly revealed: readonly number[];
  readonly cutoff: number;
  readonly seed: number;
  readonly now: Date;
}

export type Split = 'train' | 'validation' | 'test';

export interface ColdUserEvaluation {
  /** Mean NDCG at the cutoff, by number of revealed events. */
  ndcg(strategy: Strategy, split: Split): Promise<ReadonlyMap<number, number>>;
}

export function coldUserEvaluation(task: ColdUserTask): ColdUserEvaluation {
  const random = seededRandom(task.seed);
  const splitOf = new Map<string, Split>();
  for (const person of [...task.people.keys()].sort()) {
    const draw = random();
    splitOf.set(person, draw < 0.6 ? 'train' : draw < 0.8 ? 'validation' : 'test');
  }
  const view = createItemView(catalogueId('evaluation'));
  view.apply(task.items.map((item, index) => ({ item, change: index + 1, deleted: false })));
  const counts = new Map<ItemId, number>();
  for (const [person, liked] of task.people) {
    if (splitOf.get(person) !== 'train') continue;
    for (const item of liked) counts.set(item, (counts.get(item) ?? 0) + 1);
  }
  const day = task.now.toISOString().slice(0, 10);
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
  const most = Math.max(...task.revealed);
  const silent = { encodeQueries: async () => [] };

  async function personNdcg(liked: readonly ItemId[], known: number, strategy: Strategy): Promise<number> {
    const evidence = evidenceOf(liked.slice(0, known), task.now);
    const ports: RecommenderPorts = {
      items: view,
      neighbours: task.neighbours,
      encoder: silent,
      evidence: { load: async () => evidence },
    };
    const request: ListRequest = {
      subject: { profileId: profileId('evaluated') },
      strategy,
      catalogue: { eventWeights: defaultEventWeights, segmentAttribute: null },
      now: task.now,
      seed: task.seed,
      excludeItemIds: liked.slice(0, known),
      depth: task.cutoff,
    };
    const { slots } = await recommend(ports, request);
    const targets = new Set(
      liked
        .slice(most)
        .flatMap((id) => view.rowOfId(id) ?? [])
        .map((row) => view.numberAt(row)),
    );
    const ranks = Int32Array.from([...targets], (target) => {
      const place = slots.findIndex(({ item }) => item === target);
      return place < 0 ? view.itemCount : place;
    }).sort();
    return ndcg({ ranks, candidates: view.itemCount }, task.cutoff);
  }

  return {
    ndcg: async (strategy, split) => {
      const people = [...task.people].filter(
        ([person, liked]) => splitOf.get(person) === split && liked.length > most,
      );
      const means = new Map<number, number>();
      for (const known of task.revealed) {
        let sum = 0;
        for (const [, liked] of people) sum += await personNdcg(liked, known, strategy);
        means.set(known, sum / people.length);
      }
      return means;
    },
  };
}

const evidenceOf = (liked: readonly ItemId[], now: Date): Evidence => ({
  attributes: {},
  events: [...liked].reverse().map((itemId, index) => ({
    type: 'FAVOURITE',
    itemId,
    query: null,
    value: null,
    occurredAtMs: now.getTime() - index * 60_000,
  })),
  eventCount: liked.length,
  closedItemIds: [],
});
