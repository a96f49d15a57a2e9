import type { CatalogueId, ModelId } from '@kindling/domain';
import { type ItemView, type ItemViewSettings, type NeighbourSource, viewAsOf } from '@kindling/recommender';
import { type Pool, readCountsThen, readVectorsThen, type VectorsThen } from '@kindling/storage';
import { pastNeighbours } from './past-neighbours.js';

/** What a list of the past can be made with, and whether each part is that of then. */
export interface PastParts {
  readonly items: ItemView;
  readonly neighbours: NeighbourSource;
  readonly popularity: PartTime;
  readonly vectors: PartTime;
}
/** `now`: what is known of then is too much to read for one list, or not kept any more. */
export type PartTime = 'then' | 'now';

export interface PresentParts {
  readonly pool: Pool;
  readonly catalogue: CatalogueId;
  readonly settings: ItemViewSettings & { readonly segmentAttribute: string | null };
  readonly items: ItemView;
  readonly neighbours: NeighbourSource;
  /** Whose vectors serve; null: there are none. */
  readonly model: ModelId | null;
  /** Whether it is the one whose vectors served then, as far as that is known. */
  readonly isSameEncoder: boolean;
}

/** Events since then that are read for one list: some tenths of a second. */
const mostEvents = 200_000;
/** Vectors that are compared one by one for each question to the index: some milliseconds. */
const mostVectors = 2_000;

/** Popularity and vectors as they were at a time, as far as the work of one list allows. */
export async function pastParts(present: PresentParts, at: Date): Promise<PastParts> {
  const { pool, catalogue, settings, items, neighbours, model, isSameEncoder } = present;
  const [counts, vectors] = await Promise.all([
    readCountsThen(pool, catalogue, settings.segmentAttribute, { at, most: mostEvents }),
    vectorsThen(),
  ]);
  return {
    items: counts === null ? items : viewAsOf(items, counts, settings),
    neighbours: vectors === null ? neighbours : pastNeighbours(neighbours, vectors, items),
    popularity: counts === null ? 'now' : 'then',
    vectors: vectors === null ? 'now' : 'then',
  };

  async function vectorsThen(): Promise<VectorsThen | null> {
    if (!isSameEncoder) return null;
    return model === null ? new Map() : readVectorsThen(pool, catalogue, { model, at, most: mostVectors });
  }
}
