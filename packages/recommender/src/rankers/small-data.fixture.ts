import { fixedClock, type ItemId, type ItemNumber, seededRandom } from '@kindling/domain';
import { plainProduct } from '../training/plain-product.fixture.js';
import type { CatalogueItem, TrainingData } from '../training/training-data.js';
import type { FittedRanker, TrainingParts } from './ranker.js';

export const smallItem = (index: number, content: Partial<CatalogueItem> = {}): CatalogueItem => ({
  id: `i${index}` as ItemId,
  number: index as ItemNumber,
  title: `item ${index}`,
  description: null,
  categories: [],
  tags: [],
  attributes: {},
  price: null,
  vector: null,
  ...content,
});

/** One list a profile, the indices of its items. */
export function smallData(
  items: readonly CatalogueItem[],
  histories: readonly (readonly number[])[],
): TrainingData {
  const pairs = histories.flatMap((history, profile) => history.map((item) => ({ profile, item })));
  return {
    items,
    profiles: histories.length,
    interactions: {
      profile: Int32Array.from(pairs, ({ profile }) => profile),
      item: Int32Array.from(pairs, ({ item }) => item),
      weight: new Float32Array(pairs.length).fill(1),
    },
  };
}

export const smallParts = (seed = 'small'): TrainingParts => ({
  product: plainProduct,
  random: seededRandom(seed),
  clock: fixedClock('2026-01-01T00:00:00Z'),
  progress: () => undefined,
});

export function scoresOf(
  ranker: FittedRanker,
  history: readonly number[],
  candidates: readonly number[],
): number[] {
  const out = new Float32Array(candidates.length);
  ranker.score(
    history.map((item) => ({ item, weight: 1 })),
    Int32Array.from(candidates),
    out,
  );
  return [...out];
}
