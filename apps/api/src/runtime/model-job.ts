import type { CatalogueId } from '@kindling/domain';
import type { FusionSettings, ServedLists } from '@kindling/recommender';
import type { ArrivalQuery } from '@kindling/storage';

/** What a model thread is to do, as its workerData. */
export interface ModelThreadStart {
  readonly databaseUrl: string;
  readonly job: ModelJob;
  /** int32[1]: not 0 asks it to give up. Shared, because a thread deep in a product hears no message. */
  readonly stop: Int32Array;
}

interface ModelAddress {
  readonly catalogue: CatalogueId;
  readonly model: string;
}
export type LoadJob = ModelAddress & {
  readonly do: 'load';
  /** Whether its lists are to lie in memory that threads share; see ModelThreads. */
  readonly isShared: boolean;
};
export type FoldJob = ModelAddress & { readonly do: 'fold'; readonly arrivals: ArrivalQuery };
export type ModelJob = LoadJob | FoldJob;

/** All that serving needs; the content of the trained items, by far the larger part, stays behind. */
export interface LoadedModel {
  readonly fusion: FusionSettings;
  readonly served: ServedLists;
}

/** Lists to the items that arrived after the training; null where there are none. */
export interface FoldedArrivals {
  readonly served: ServedLists;
  /** Arrivals that were folded in, whether a list leads to them or not. */
  readonly arrivals: number;
}

export interface ModelAnswers {
  readonly load: LoadedModel;
  readonly fold: FoldedArrivals | null;
}

export type ModelReply = { readonly answer: ModelAnswers[keyof ModelAnswers] } | { readonly problem: string };
