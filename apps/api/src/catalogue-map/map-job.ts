import type { CatalogueId, ModelId } from '@kindling/domain';

/** What a map thread is to do, as its workerData: put the vectors that changed after `after` on the plane. */
export interface MapJob {
  readonly databaseUrl: string;
  readonly catalogue: CatalogueId;
  readonly model: ModelId;
  /** Of the plane that the caller has points of; on another one it begins at the first vector. Null: it has none. */
  readonly planeVersion: number | null;
  readonly after: number;
}

/** Sent after every batch, the last one too. Arrays are handed over. */
export interface MapBatch {
  readonly planeVersion: number;
  readonly explained: number;
  /** Vectors that there are in all. */
  readonly total: number;
  readonly numbers: Float64Array;
  /** int16[2 * numbers]: x and y, -32,767 to 32,767. */
  readonly points: Int16Array;
  readonly upTo: number;
  readonly isLast: boolean;
}

export type MapMessage = MapBatch | { readonly problem: string };
