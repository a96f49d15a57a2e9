import type { ItemId } from '@kindling/domain';

/** Who liked what: for each item the profiles that did, as numbers 0..profiles-1, each once. */
export interface InteractionMatrix {
  readonly profiles: number;
  readonly likedBy: ReadonlyMap<ItemId, readonly number[]>;
}
