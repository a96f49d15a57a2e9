import type { Item, ItemId, ItemNumber, Random } from '@kindling/domain';
import { shuffledIndices } from '../shuffled-indices.js';
import { type InteractionMatrix, interactionMatrix } from './interaction-matrix.js';

/** What training may know of an item: what it says, never who did what with it. */
export interface ItemContent
  extends Pick<Item, 'title' | 'description' | 'categories' | 'tags' | 'attributes' | 'price'> {
  /** The encoder's, L2-normalised; null when the item is not encoded yet. */
  readonly vector: Float32Array | null;
}

export interface CatalogueItem extends ItemContent {
  readonly id: ItemId;
  readonly number: ItemNumber;
}

export interface TrainingData {
  /** Every item, also those without evidence: their content is seen unsupervised. */
  readonly items: readonly CatalogueItem[];
  readonly profiles: number;
  /** Triples, already cleaned: profile, index into `items`, weight > 0; of a repeated pair the strongest counts. */
  readonly interactions: {
    readonly profile: Int32Array;
    readonly item: Int32Array;
    readonly weight: Float32Array;
    /** Later is higher; only the order within a profile is read. Missing where there is none. */
    readonly order?: Float64Array;
  };
}

/**
 * The items of each profile, oldest first, as places in `kept`; in a drawn order where the data have none. Of a
 * repeated pair the first counts.
 */
export function sequences(
  { profiles, items, interactions }: TrainingData,
  kept: Int32Array,
  random: Random,
): readonly Int32Array[] {
  const { profile, item, order } = interactions;
  const place = new Int32Array(items.length).fill(-1);
  kept.forEach((index, at) => {
    place[index] = at;
  });
  const rows = shuffledIndices(item.length, random);
  if (order) rows.sort((a, b) => (order[a] ?? 0) - (order[b] ?? 0) || a - b);
  const lists = Array.from({ length: profiles }, () => new Set<number>());
  for (const row of rows) {
    const at = place[item[row] ?? -1] ?? -1;
    if (at >= 0) lists[profile[row] ?? -1]?.add(at);
  }
  return lists.map((list) => Int32Array.from(list));
}

/** profiles x all items. */
export function matrixOf({ items, profiles, interactions }: TrainingData): InteractionMatrix {
  function* pairs() {
    for (let at = 0; at < interactions.item.length; at++) {
      yield {
        profile: interactions.profile[at] ?? -1,
        item: interactions.item[at] ?? -1,
        weight: interactions.weight[at] ?? 0,
      };
    }
  }
  return interactionMatrix(pairs(), profiles, items.length);
}

/** The indices of the items with evidence, and of those without, both ascending. */
export function warmAndCold({ items, interactions }: TrainingData): {
  readonly warm: Int32Array;
  readonly cold: Int32Array;
} {
  const known = new Uint8Array(items.length);
  for (const item of interactions.item) known[item] = 1;
  const all = Int32Array.from(items, (_, index) => index);
  return { warm: all.filter((item) => known[item] === 1), cold: all.filter((item) => known[item] === 0) };
}
