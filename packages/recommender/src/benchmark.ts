import {
  catalogueId,
  defaultEventWeights,
  type EventType,
  itemId,
  itemNumber,
  profileId,
  type Random,
  type StoredItem,
  seededRandom,
} from '@kindling/domain';
import { explainSlots } from './explain/explain-slots.js';
import { createItemView, type ItemViewMemory, type WritableItemView } from './item-view/item-view.js';
import type { DayCount, Evidence, NeighbourSource, RecommenderPorts } from './ports.js';
import { recommend } from './recommend.js';
import type { ListRequest } from './request.js';
import { search } from './search.js';
import { defaultStrategy } from './strategy.js';

/**
 * What the pipeline itself costs: everything but the vector kernel and the encoder, whose answers are drawn at
 * random beforehand. Made-up items with Zipf-distributed words, categories and popularity; all of it from the seed.
 */
export interface BenchmarkReport {
  readonly items: number;
  readonly requests: number;
  readonly loadMs: number;
  readonly longestApplyMs: number;
  readonly memory: ItemViewMemory;
  readonly operations: Readonly<Record<string, OperationFigures>>;
}
export interface OperationFigures {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUsPerRequest: number;
}

export interface BenchmarkSettings {
  readonly items: number;
  readonly requests: number;
  readonly seed: number;
  /** Milliseconds of wall clock, and microseconds of CPU of this process. */
  readonly stopwatch: { nowMs(): number; cpuUs(): number };
}

const now = new Date('2026-11-24T12:00:00Z');

export async function benchmarkRecommender(settings: BenchmarkSettings): Promise<BenchmarkReport> {
  const { items, requests, seed, stopwatch } = settings;
  const random = seededRandom(seed);
  const view = createItemView(catalogueId('bench'));
  let longestApplyMs = 0;
  const loadStart = stopwatch.nowMs();
  for (let from = 0; from < items; from += 500) {
    const changes = Array.from({ length: Math.min(500, items - from) }, (_, index) => ({
      item: madeUpItem(from + index, random),
      change: from + index + 1,
      deleted: false,
    }));
    const start = stopwatch.nowMs();
    view.apply(changes);
    view.applyDayCounts(madeUpCounts(items, random));
    longestApplyMs = Math.max(longestApplyMs, stopwatch.nowMs() - start);
  }
  const loadMs = stopwatch.nowMs() - loadStart;
  const ports = madeUpPorts(view, items, random);
  const request = (): ListRequest => ({
    subject: { profileId: profileId('p') },
    strategy: defaultStrategy,
    catalogue: { eventWeights: defaultEventWeights, segmentAttribute: 'country' },
    now,
    seed,
  });
  const page = { items: view, from: 0, count: 20, locale: 'en', now } as const;
  const cold: RecommenderPorts = { ...ports, evidence: { load: async () => null } };
  const operations: Record<string, () => Promise<unknown>> = {
    'warm profile': async () => explainSlots(await recommend(ports, request()), page),
    // what an operation without cursors and ledgers is answered with
    'warm profile, one page': async () =>
      explainSlots(await recommend(ports, { ...request(), depth: 50 }), { ...page, ledgers: false }),
    'cold profile': async () => explainSlots(await recommend(cold, request()), page),
    'cold profile with interests': async () => {
      const subject = { interests: [madeUpText(4, random), madeUpText(3, random)] };
      return explainSlots(await recommend(cold, { ...request(), subject }), page);
    },
    'search of three words': async () =>
      explainSlots(await search(cold, { ...request(), query: madeUpText(3, random) }), page),
  };
  const figures: Record<string, OperationFigures> = {};
  for (const [name, operation] of Object.entries(operations)) {
    for (let warmUp = 0; warmUp < requests / 4; warmUp++) await operation();
    figures[name] = await measure(operation, requests, stopwatch);
  }
  return { items, requests, loadMs, longestApplyMs, memory: view.memory(), operations: figures };
}

async function measure(
  operation: () => Promise<unknown>,
  requests: number,
  stopwatch: BenchmarkSettings['stopwatch'],
): Promise<OperationFigures> {
  const durations: number[] = [];
  const cpuStart = stopwatch.cpuUs();
  for (let index = 0; index < requests; index++) {
    const start = stopwatch.nowMs();
    await operation();
    durations.push(stopwatch.nowMs() - start);
  }
  const cpuUsPerRequest = Math.round((stopwatch.cpuUs() - cpuStart) / requests);
  durations.sort((a, b) => a - b);
  const quantile = (share: number) => Number((durations[Math.floor(share * (requests - 1))] ?? 0).toFixed(3));
  return { p50Ms: quantile(0.5), p99Ms: quantile(0.99), cpuUsPerRequest };
}

const vocabulary = 30_000;
const countries = ['de', 'fr', 'cn', 'us', 'br'];

/** A small number more often than a large one, as words and items in the world are. */
const zipf = (below: number, random: Random) => Math.floor(below ** random()) % below;
const madeUpText = (words: number, random: Random) =>
  Array.from({ length: words }, () => madeUpWord(zipf(vocabulary, random))).join(' ');
/** Letters that differ from the first on, as those of real words do. */
const madeUpWord = (index: number) =>
  String.fromCharCode(97 + (index % 26), 97 + ((index * 7) % 26)) + (index * 2_654_435_761).toString(36);

export function madeUpItem(index: number, random: Random): StoredItem {
  return {
    id: itemId(`item-${index}`),
    number: itemNumber(index + 1),
    title: madeUpText(4, random),
    description: madeUpText(40, random),
    categories: [`category-${zipf(60, random)}`, `category-${zipf(60, random)}`],
    tags: [`tag-${zipf(2_000, random)}`],
    attributes: { brand: `brand-${zipf(3_000, random)}`, year: 1980 + zipf(45, random) },
    price: Math.round(random() * 10_000) / 100,
    currency: 'EUR',
    imageUrl: null,
    url: null,
    publishedAt: new Date(now.getTime() - random() * 365 * 86_400_000),
    expiresAt: null,
    status: 'ACTIVE',
    createdAt: now,
  };
}

export const madeUpCounts = (items: number, random: Random): DayCount[] =>
  Array.from({ length: 500 }, () => ({
    itemId: itemId(`item-${zipf(items, random)}`),
    segment: countries[zipf(countries.length, random)] ?? '',
    type: (['VIEW', 'CLICK', 'PURCHASE'] satisfies EventType[])[zipf(3, random)] ?? 'VIEW',
    day: new Date(now.getTime() - zipf(60, random) * 86_400_000).toISOString().slice(0, 10),
    events: 1 + zipf(50, random),
    valueSum: 0,
  }));

export function madeUpPorts(view: WritableItemView, items: number, random: Random): RecommenderPorts {
  const lists = Array.from({ length: 64 }, () =>
    Array.from({ length: 200 }, (_, place) => ({
      key: itemNumber(1 + Math.floor(random() * items)),
      score: 0.9 - place / 400,
    })),
  );
  const vector = new Float32Array(384);
  const someLists: NeighbourSource['nearest'] = async ({ vectors }) =>
    vectors.map(() => lists[Math.floor(random() * lists.length)] ?? []);
  return {
    items: view,
    neighbours: {
      nearest: someLists,
      vectorsOf: async (keys) => new Map(keys.map((key) => [key, vector])),
    },
    encoder: { encodeQueries: async (texts) => texts.map(() => vector) },
    evidence: { load: async () => madeUpEvidence(items, random) },
  };
}

const madeUpEvidence = (items: number, random: Random): Evidence => ({
  attributes: { country: countries[zipf(countries.length, random)] ?? 'de' },
  events: Array.from({ length: 100 }, (_, index) => ({
    type: (['VIEW', 'CLICK', 'PURCHASE', 'DISLIKE'] satisfies EventType[])[zipf(4, random)] ?? 'VIEW',
    itemId: itemId(`item-${Math.floor(random() * items)}`),
    query: null,
    value: null,
    occurredAtMs: now.getTime() - index * 3_600_000,
  })),
  eventCount: 100,
  closedItemIds: Array.from({ length: 30 }, () => itemId(`item-${Math.floor(random() * items)}`)),
});
