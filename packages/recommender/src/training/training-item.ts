import type { JsonObject } from '@kindling/domain';

/** What training knows of an item: what it says, never who did what with it. */
export interface TrainingItem {
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly attributes: JsonObject;
  readonly price: number | null;
  /** From the encoder, L2-normalised; null for an item that is not encoded yet. */
  readonly vector: Float32Array | null;
}
