import type { ItemId, ItemNumber, JsonObject } from '@kindling/domain';

/** What training may know of an item: its content. Evidence is in the interactions alone. */
export interface TrainingItem {
  readonly id: ItemId;
  readonly number: ItemNumber;
  readonly title: string;
  readonly description: string | null;
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly attributes: JsonObject;
  readonly price: number | null;
  /** The encoder's, L2-normalised; null when the item is not encoded yet. */
  readonly vector: Float32Array | null;
  /** Further vectors that items bring (image, audio), by channel. */
  readonly channels?: Readonly<Record<string, Float32Array>>;
}

/** Triples, already cleaned: one a pair of profile and item, weight > 0. */
export interface Interactions {
  /** 0 to profiles - 1. */
  readonly profile: Int32Array;
  /** Index into `items`. */
  readonly item: Int32Array;
  readonly weight: Float32Array;
}

export interface TrainingData {
  /** Every item, also those without evidence: their content is seen unsupervised. */
  readonly items: readonly TrainingItem[];
  readonly profiles: number;
  readonly interactions: Interactions;
}
