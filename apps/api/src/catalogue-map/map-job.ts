import type { CatalogueId, ModelId } from '@kindling/domain';

/** Where the vectors of a catalogue lie on its plane. Sent from thread to thread, so it is flat arrays. */
export interface MapPlaces {
  /** 0: there is no plane yet. */
  readonly planeVersion: number;
  /** The part of all variance, 0 to 1, that shows in the plane. */
  readonly explained: number;
  readonly numbers: Float64Array;
  /** int16[2 * numbers]: x and y, -32,767 to 32,767. */
  readonly points: Int16Array;
  /** The newest change of a vector that is in. */
  readonly upTo: number;
}

export interface MapPicture {
  /** Another one whenever the points are, on every process. */
  readonly version: string;
  /** Of which points there are: living items with a vector. */
  readonly itemCount: number;
  /** The most frequent first categories, and how many items have them first; the last, null, is all others. */
  readonly categories: readonly { readonly name: string | null; readonly count: number }[];
  readonly newCount: number;
  /**
   * base64 of five little-endian columns, one after the other, of `pointCount` entries each: int16 x, int16 y, uint32
   * number, uint8 place in `categories`, uint8 1 for a new item.
   */
  readonly points: string;
  readonly pointCount: number;
}

/** What a map thread is to do, as its workerData: the picture of a catalogue as it is now. */
export interface MapJob {
  readonly databaseUrl: string;
  readonly catalogue: CatalogueId;
  readonly model: ModelId;
  /** What was drawn last, so that only vectors that changed since are read. */
  readonly known: MapPlaces | null;
  readonly atMs: number;
}

/** What the thread drew, at its end. */
export interface FinishedMap {
  readonly picture: MapPicture;
  readonly places: MapPlaces;
  /** The newest change of an item that is in. */
  readonly itemsUpTo: number;
  /** When, for what counts as new. */
  readonly atMs: number;
  /** Vectors that there are. */
  readonly total: number;
}

export type MapMessage =
  | { readonly done: number; readonly total: number }
  | { readonly finished: FinishedMap }
  | { readonly problem: string };
