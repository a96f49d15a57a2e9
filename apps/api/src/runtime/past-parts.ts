import { type CatalogueId, type ModelId, profileId } from '@kindling/domain';
import {
  type ItemView,
  type ItemViewSettings,
  type NeighbourSource,
  type Subject,
  viewAsOf,
  viewWithItems,
  type WritableItemView,
} from '@kindling/recommender';
import {
  knowsAttributesThen,
  type Pool,
  readCountsThen,
  readItemsThen,
  readVectorsThen,
  type VectorsThen,
} from '@kindling/storage';
import { pastNeighbours } from './past-neighbours.js';

/** What a list of the past can be made with, and whether each part is that of then. */
export interface PastParts {
  readonly view: ItemView;
  readonly neighbours: NeighbourSource;
  readonly items: PartTime;
  readonly popularity: PartTime;
  readonly vectors: PartTime;
  /** Of the subject's profile. */
  readonly attributes: PartTime;
}
/** `now`: what is known of then is too much to read for one list, or not kept any more. */
export type PartTime = 'then' | 'now';

export interface PresentParts {
  readonly pool: Pool;
  readonly catalogue: CatalogueId;
  readonly settings: ItemViewSettings & { readonly segmentAttribute: string | null };
  readonly view: WritableItemView;
  readonly neighbours: NeighbourSource;
  /** Whose vectors serve; null: there are none. */
  readonly model: ModelId | null;
  /** Whether it is the one whose vectors served then, as far as that is known. */
  readonly isSameEncoder: boolean;
}

/** Events since then that are read for one list: some tenths of a second. */
const mostEvents = 200_000;
/** Items that have changed since: some tenths of a second, most of it in the database. */
const mostItems = 2_000;
/** Vectors that are compared one by one for each question to the index: some milliseconds. */
const mostVectors = 2_000;

/** Items, popularity and vectors as they were at a time, as far as the work of one list allows. */
export async function pastParts(present: PresentParts, at: Date, subject: Subject): Promise<PastParts> {
  const { pool, catalogue, settings, view, neighbours, model, isSameEncoder } = present;
  const [counts, items, vectors, knowsAttributes] = await Promise.all([
    readCountsThen(pool, catalogue, settings.segmentAttribute, { at, most: mostEvents }),
    readItemsThen(pool, catalogue, { at, most: mostItems }),
    vectorsThen(),
    subject.profileId ? knowsAttributesThen(pool, catalogue, profileId(subject.profileId), at) : true,
  ]);
  const withItems = items === null ? view : viewWithItems(view, items);
  return {
    view: counts === null ? withItems : viewAsOf(withItems, counts, settings),
    // What the index filters by is of now: what has changed is compared by what it was.
    neighbours: await pastNeighbours(neighbours, vectors ?? new Map(), {
      view: withItems,
      changed: [...(items?.keys() ?? [])],
    }),
    items: timeOf(items),
    popularity: timeOf(counts),
    vectors: timeOf(vectors),
    attributes: knowsAttributes ? 'then' : 'now',
  };

  async function vectorsThen(): Promise<VectorsThen | null> {
    if (!isSameEncoder) return null;
    return model === null ? new Map() : readVectorsThen(pool, catalogue, { model, at, most: mostVectors });
  }
}

const timeOf = (part: unknown): PartTime => (part === null ? 'now' : 'then');
