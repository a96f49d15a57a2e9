import type { CatalogueId, FilterPayload, ItemFilter, ItemNumber, ModelId } from '@kindling/domain';

/**
 * The vector index: one port, several engines, one conformance suite (`conformance.ts`).
 *
 * A space holds vectors of ONE model and never mixes two; inside a space, every read and write names its
 * tenant (a catalogue) and sees nothing of another's. A tenant without points is empty, never an error.
 * Similarity is the dot product of L2-normalised vectors, in [-1, 1]; vectors of a query are normalised by the
 * engine, and a zero vector is BAD_INPUT. `space` names a space or an alias; an unknown one is NOT_FOUND.
 * What an engine cannot do throws KindlingError UNSUPPORTED and is false in `capabilities`.
 */
export interface VectorIndex {
  readonly engine: string;
  readonly capabilities: VectorCapabilities;

  /**
   * Makes the space if it is not there. A space of the same name with another model or dimensions, and an alias of
   * that name, are a CONFLICT.
   */
  ensureSpace(space: SpaceDefinition): Promise<void>;
  /** Removes a space and its points, if it is there. One that an alias points to is a CONFLICT. */
  dropSpace(name: string): Promise<void>;
  listSpaces(): Promise<readonly SpaceDefinition[]>;

  /**
   * Points `alias` at a space, atomically: a reader sees the old one or the new one, never none or both. An alias
   * may not have the name of a space (CONFLICT).
   */
  switchAlias(alias: string, space: string): Promise<void>;
  resolveAlias(alias: string): Promise<string | null>;

  /**
   * Stores points, in order. A point older than the one stored (by `version`) is left out and counted as stale, so
   * that late and repeated writes do no harm; one of the same version replaces it. NaN, infinity, a wrong dimension,
   * a norm that is not 1, or a payload number that is not finite refuses the whole call with BAD_INPUT, naming the item.
   */
  upsert(space: string, tenant: CatalogueId, points: readonly VectorPoint[]): Promise<UpsertCounts>;
  /**
   * Removes points unless a newer version is stored; remembers the version, so that a late upsert (of this version
   * or an older one) stays out. Answers how many points were removed.
   */
  delete(space: string, tenant: CatalogueId, keys: readonly ItemNumber[], version: number): Promise<number>;
  deleteTenant(space: string, tenant: CatalogueId): Promise<void>;
  /** The stored points, in the order of `keys`; those that are not there are left out. */
  fetch(space: string, tenant: CatalogueId, keys: readonly ItemNumber[]): Promise<readonly StoredPoint[]>;

  /** The `limit` most similar points, best first; equal scores in order of key. */
  nearest(query: NearestQuery): Promise<readonly VectorHit[]>;
  /** As `nearest`, for many vectors over the same filter in one pass; one list a vector. */
  nearestBatch(query: NearestBatchQuery): Promise<readonly (readonly VectorHit[])[]>;
  /** From examples instead of a vector, by one of Qdrant's three strategies. */
  recommend(query: RecommendQuery): Promise<readonly VectorHit[]>;
  /**
   * The best `limit` groups by the value of a payload field, best hit first, up to `groupSize` hits each. Strings
   * and whole numbers make groups; a point with a list belongs to each of its values' groups, one without to none.
   */
  nearestGroups(
    query: NearestQuery & { readonly groupBy: string; readonly groupSize: number },
  ): Promise<readonly HitGroup[]>;
  /** Several queries whose lists are fused into one; filter and exclusions of the whole hold for each list too. */
  fuse(query: FusionQuery): Promise<readonly VectorHit[]>;

  /** How far the index has come: the highest version applied and the number of points. */
  freshness(space: string, tenant: CatalogueId): Promise<Freshness>;
  close(): Promise<void>;
}

export interface VectorCapabilities {
  readonly exact: boolean;
  readonly filters: boolean;
  readonly maximalMarginalRelevance: boolean;
  readonly groups: boolean;
  readonly fusion: boolean;
  readonly recommendStrategies: readonly RecommendStrategy[];
  readonly aliases: boolean;
  readonly persistent: boolean;
}

export interface SpaceDefinition {
  /** For example "text" of a model: `text-<model id>`. */
  readonly name: string;
  readonly model: ModelId;
  readonly dimensions: number;
}

export interface VectorPoint {
  readonly key: ItemNumber;
  /** The change sequence of the truth in Postgres: later writes have higher versions. */
  readonly version: number;
  /** float32[dimensions], L2-normalised. */
  readonly vector: Float32Array;
  readonly payload: FilterPayload;
}
export interface StoredPoint {
  readonly key: ItemNumber;
  readonly version: number;
  /** float32[dimensions], exactly as stored. */
  readonly vector: Float32Array;
}
export interface UpsertCounts {
  readonly applied: number;
  readonly stale: number;
}

/** Bounds the memory of one query. */
export const maximumLimit = 10_000;

export interface QueryScope {
  /** Name of a space, or an alias. */
  readonly space: string;
  readonly tenant: CatalogueId;
  readonly filter?: ItemFilter;
  readonly exclude?: readonly ItemNumber[];
  /** From 1 to `maximumLimit`; beyond is BAD_INPUT. */
  readonly limit: number;
  /** Hits below this similarity are left out. */
  readonly minimumScore?: number;
}
export interface NearestQuery extends QueryScope {
  readonly vector: Float32Array;
  /**
   * Maximal marginal relevance (Carbonell & Goldstein 1998) over the best `candidates`: the most similar first, then
   * always the greatest lambda x similarity to the query - (1 - lambda) x greatest similarity to those chosen.
   * Hits come in the order chosen and carry their similarity; never more of them than `candidates`.
   */
  readonly diversity?: { readonly lambda: number; readonly candidates: number };
}
export interface NearestBatchQuery extends QueryScope {
  readonly vectors: readonly Float32Array[];
}

/**
 * - averageVector: nearest to mean(positive) + (mean(positive) - mean(negative)), normalised; needs a positive.
 * - bestScore: p = max similarity to a positive, n = to a negative; s(p) if p > n, else -s(n), where
 *   s(x) = (1 + x / (1 + |x|)) / 2, Qdrant's fast sigmoid (not the logistic one). Without positives: -s(n).
 * - sumScores: the sum over positives minus the sum over negatives.
 * Source: Qdrant's recommendation API; the formulas are held to the golden answers of its engine in
 * `qdrant/golden`. Examples given by key are not among the hits; a key that is not there is
 * left out, and when nothing is left to go by, there are no hits. A call without any example is BAD_INPUT.
 */
export type RecommendStrategy = 'averageVector' | 'bestScore' | 'sumScores';
export interface RecommendQuery extends QueryScope {
  readonly positive: readonly VectorExample[];
  readonly negative?: readonly VectorExample[];
  readonly strategy: RecommendStrategy;
}
export type VectorExample = ItemNumber | Float32Array;

export interface FusionQuery extends QueryScope {
  readonly prefetch: readonly {
    readonly vector: Float32Array;
    readonly limit: number;
    readonly filter?: ItemFilter;
  }[];
  /**
   * Reciprocal rank fusion: the sum over lists of 1 / (2 + rank), ranks from 0; or distribution-based score
   * fusion: the sum over lists of (score - low) / (high - low), low and high = mean -+ 3 sample standard
   * deviations of that list (not clamped; 0.5 for a list without variance). Both as in Qdrant. `minimumScore`
   * is a similarity, so it holds in each prefetch, not for the fused score.
   */
  readonly method: 'reciprocalRank' | 'distributionBased';
}

export interface VectorHit {
  readonly key: ItemNumber;
  readonly score: number;
}
export interface HitGroup {
  readonly value: string | number;
  readonly hits: readonly VectorHit[];
}
export interface Freshness {
  readonly version: number;
  readonly points: number;
}
