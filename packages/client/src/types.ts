/** The shapes of what goes out and comes back, as in the API's public schema. Times are ISO 8601 texts. */
export type Coldness = 'COLD' | 'WARMING' | 'WARM';
export type EventType =
  | 'VIEW'
  | 'CLICK'
  | 'SEARCH'
  | 'FAVOURITE'
  | 'ADD_TO_CART'
  | 'PURCHASE'
  | 'RATING'
  | 'DWELL'
  | 'DISLIKE'
  | 'HIDE'
  | 'IMPRESSION';

export interface SubjectInput {
  readonly profileId?: string;
  readonly sessionId?: string;
  readonly likedItemIds?: readonly string[];
  readonly dislikedItemIds?: readonly string[];
  readonly interests?: readonly string[];
  readonly attributes?: Readonly<Record<string, unknown>>;
}
export interface ItemFilterInput {
  readonly categories?: readonly string[];
  readonly tags?: readonly string[];
  readonly priceMin?: number;
  readonly priceMax?: number;
  readonly publishedAfter?: string;
  readonly excludeItemIds?: readonly string[];
  readonly attributes?: Readonly<Record<string, unknown>>;
}
export interface ContextInput {
  readonly now?: string;
  readonly locale?: string;
  readonly device?: string;
  readonly pageItemIds?: readonly string[];
  readonly cartItemIds?: readonly string[];
}
export interface EventInput {
  readonly id: string;
  readonly type: EventType;
  readonly profileId?: string;
  readonly sessionId?: string;
  readonly itemId?: string;
  readonly query?: string;
  readonly value?: number;
  readonly occurredAt?: string;
  readonly recommendationId?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

interface Page {
  /** Not given: as many as the placement shows. */
  readonly first?: number;
  readonly after?: string | null;
  readonly filter?: ItemFilterInput;
}
export interface OperationVariables {
  readonly recommendations: Page & {
    readonly subject: SubjectInput;
    readonly placement?: string;
    readonly context?: ContextInput;
  };
  readonly similarItems: Page & {
    readonly itemId: string;
    readonly subject?: SubjectInput;
    readonly placement?: string;
  };
  readonly search: Page & { readonly query: string; readonly subject?: SubjectInput };
  readonly item: { readonly id: string };
  readonly trackEvents: { readonly events: readonly EventInput[] };
  readonly mergeProfiles: { readonly from: string; readonly into: string };
}

export interface ListedItem {
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly price: number | null;
  readonly currency: string | null;
  readonly imageUrl: string | null;
  readonly url: string | null;
  readonly publishedAt: string | null;
}
export interface RecommendedItem {
  readonly cursor: string;
  /** From 1, over all pages. */
  readonly rank: number;
  readonly score: number;
  /** A sentence for a person. */
  readonly reason: string;
  readonly coldness: Coldness;
  readonly isExploration: boolean;
  readonly propensity: number;
  readonly node: ListedItem;
}
export interface RecommendationList {
  /** Send it back with the events that this list causes. */
  readonly recommendationId: string;
  readonly placement: string;
  readonly coldness: Coldness;
  readonly strategy: { readonly key: string; readonly version: number; readonly name: string };
  readonly experiment: { readonly experiment: string; readonly variant: string } | null;
  readonly served: { readonly level: string; readonly reason: string };
  /** Empty when all is well. */
  readonly degraded: readonly { readonly part: string; readonly reason: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly edges: readonly RecommendedItem[];
}
export interface RowError {
  readonly index: number;
  readonly field: string | null;
  readonly code: string;
  readonly message: string;
}
export interface OperationResults {
  readonly recommendations: RecommendationList;
  readonly similarItems: RecommendationList;
  readonly search: RecommendationList;
  readonly item:
    | (ListedItem & {
        readonly expiresAt: string | null;
        readonly status: 'ACTIVE' | 'HIDDEN';
        readonly coldness: Coldness;
      })
    | null;
  readonly trackEvents: {
    readonly accepted: number;
    readonly duplicates: number;
    readonly rejected: readonly RowError[];
  };
  readonly mergeProfiles: { readonly id: string; readonly events: number };
}
