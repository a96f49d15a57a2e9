import type {
  CatalogueId,
  EventType,
  ItemFilter,
  ItemId,
  ItemNumber,
  JsonObject,
  ProfileId,
  Random,
  StoredItem,
} from '@kindling/domain';
import type { SlotLimits } from './exploration/slot-limits.js';
import type { RankedSlot } from './ranking.js';
import type { FusedScorer, FusionWeights } from './training/fusion.js';

/**
 * What the pipeline needs from the outside. The pipeline declares, storage, vectors and encoder implement;
 * nothing here knows of Postgres, Qdrant or ONNX. An implementation brings its own timeout and rejects when it
 * is over: the pipeline then goes down a rung and says so, it never waits without end.
 */
export interface RecommenderPorts {
  readonly items: ItemView;
  readonly neighbours: NeighbourSource;
  readonly encoder: QueryEncoder;
  readonly evidence: EvidenceSource;
  readonly exploration?: Exploration;
  readonly collaborative?: CollaborativeSource;
}

/**
 * One catalogue's items in memory, synchronous, for the hot path. Rows are dense positions 0..rows-1 that may be
 * reused after a deletion, so hold one no longer than until the next await; an ItemNumber is for ever.
 */
export interface ItemView {
  readonly catalogue: CatalogueId;
  /** Positions in use or free; iterate 0..rows-1 and ask `isLive`. */
  readonly rows: number;
  /** Items that are there, hidden ones too. */
  readonly itemCount: number;
  /** Of these, how many are hidden or have a date of expiry: whether an index should leave them out by itself. */
  readonly restrictedCount: number;
  /** Changes applied so far, and the one that a row shows: whoever keeps what rows say knows by them when to look again. */
  readonly appliedChanges: number;
  /** Batches of day counts applied so far: while it stays, so does the order of popularity. */
  readonly appliedCounts: number;
  changeAt(row: number): number;
  rowOf(number: ItemNumber): number | undefined;
  rowOfId(id: ItemId): number | undefined;
  numberAt(row: number): ItemNumber;
  idAt(row: number): ItemId;
  titleAt(row: number): string;
  categoriesAt(row: number): readonly string[];
  /**
   * Milliseconds since 1970 at which the item was published. Where that is not told: when it was first seen, and
   * -Infinity (not known) for what came with the catalogue, within a day of its very first item.
   */
  publishedAtMs(row: number): number;
  /** Active, published and not expired at that time. */
  isLive(row: number, atMs: number): boolean;
  /** The filter as a function of a row, resolved once for a request; agrees with domain matchesFilter. */
  compile(filter: ItemFilter): (row: number) => boolean;
  /** Decayed weighted evidence of an item in a segment (null: everywhere), at that time. */
  popularity(row: number, segment: string | null, atMs: number): number;
  /** The sum of `popularity` over all items. */
  popularityTotal(segment: string | null, atMs: number): number;
  /** Undecayed number of events that say something of the item: its coldness. */
  eventCount(row: number): number;
  /** Rows in order of popularity in the segment, best first, live or not. */
  mostPopular(segment: string | null, atMs: number, limit: number): readonly number[];
  /** Rows in order of publication, newest first. */
  newest(atMs: number, limit: number): readonly number[];
  /**
   * BM25 over title, categories, tags and description; best first, equal scores in order of row. For a person
   * who is `typing`, the last word also matches as a prefix and a word nobody wrote is read as its neighbours.
   */
  lexical(
    query: string,
    limit: number,
    accept: (row: number) => boolean,
    options?: { readonly typing?: boolean },
  ): readonly LexicalHit[];
}

export interface LexicalHit {
  readonly row: number;
  readonly score: number;
}

/** One change of an item, as the change feed brings it. A change older than the one applied is ignored. */
export interface ItemChange {
  readonly item: StoredItem;
  /** From the change sequence: later changes have higher numbers. */
  readonly change: number;
  readonly deleted: boolean;
}

/**
 * How often something was done to an item on a day, in a segment ('' where there is none). Counts are totals, not
 * increments: applying a row again, or a newer total of the same key, has the effect of the last one alone.
 */
export interface DayCount {
  readonly itemId: ItemId;
  readonly segment: string;
  readonly type: EventType;
  /** UTC, YYYY-MM-DD. */
  readonly day: string;
  readonly events: number;
  /** RATING: sum of ratingEvidence in thousandths · DWELL: sum of seconds · else 0. */
  readonly valueSum: number;
}

/** Similarity of content, in [-1, 1]. Satisfied by a VectorIndex bound to a space and a tenant. */
export interface NeighbourSource {
  /** One list a vector, best first. */
  nearest(query: {
    readonly vectors: readonly Float32Array[];
    readonly limit: number;
    readonly filter?: ItemFilter;
    readonly exclude?: readonly ItemNumber[];
  }): Promise<readonly (readonly { readonly key: ItemNumber; readonly score: number }[])[]>;
  /** The stored vectors of those of the items that are encoded already. */
  vectorsOf(keys: readonly ItemNumber[]): Promise<ReadonlyMap<ItemNumber, Float32Array>>;
}

/**
 * The active model's item-to-item lists, in memory: it answers at once. It throws while there is an active model that
 * cannot be had: the list then does without, and says so.
 */
export interface CollaborativeSource {
  /** How many items the lists lead to; each has a place below that, for as long as this source is there. */
  readonly places: number;
  numberAt(place: number): ItemNumber;
  /** What a liked item says of others; nothing when the model does not know it. */
  listsOf(item: ItemNumber): readonly ModelList[];
  /** -1 where it has nothing to say of the item; one that arrived after training is told by its content alone. */
  placeOf(item: ItemNumber): number;
  /** Of the scorers, for a person with so many liked items that the model knows. */
  weights(likings: number): FusionWeights;
}

export interface ModelList {
  /** A scorer of the fusion, to items with evidence; `bridge`: to items without. */
  readonly scorer: FusedScorer | 'bridge';
  /** The items' places are `base` more than these. */
  readonly places: Int32Array;
  readonly base: number;
  /** Above 0, best first; content: similarity in [0, 1]. */
  readonly scores: Float32Array;
}

export interface QueryEncoder {
  /** float32[dimensions] a text, L2-normalised; never computed on the calling thread. */
  encodeQueries(texts: readonly string[]): Promise<readonly Float32Array[]>;
}

export interface EvidenceSource {
  /** Everything committed so far; null for a profile that was never seen. */
  load(subject: {
    readonly profileId: ProfileId | null;
    readonly sessionId: string | null;
  }): Promise<Evidence | null>;
}

/** What is known of a profile. */
export interface Evidence {
  readonly attributes: JsonObject;
  /** Newest first, at most 200, impressions left out. */
  readonly events: readonly EvidenceEvent[];
  /** Number of all events but impressions, also beyond the 200. */
  readonly eventCount: number;
  /** Bought, disliked or hidden, ever: never recommended again. */
  readonly closedItemIds: readonly ItemId[];
}

/**
 * Stands after diversity and the rules, before the ranking is closed. It may put other items into slots; each slot
 * then carries the probability with which it was chosen. Without one every slot is deterministic (propensity 1).
 */
export interface Exploration {
  explore(
    slots: readonly RankedSlot[],
    context: {
      readonly items: ItemView;
      readonly atMs: number;
      readonly random: Random;
      /** Whether this person may be shown the item of that row: the gate that all candidates pass. */
      readonly accepts: (row: number) => boolean;
      /** A published rule that sets the budget of this list, in place of the strategy's. */
      readonly rule: {
        readonly share: number;
        readonly impressionsPerDay: number;
        readonly matches: (row: number) => boolean;
      } | null;
      /** What published rules promise of the slots, which hold whatever is explored; null: nothing. */
      readonly limits: SlotLimits | null;
    },
  ): Promise<readonly RankedSlot[]>;
}

export interface EvidenceEvent {
  readonly type: EventType;
  readonly itemId: ItemId | null;
  readonly query: string | null;
  readonly value: number | null;
  readonly occurredAtMs: number;
}
