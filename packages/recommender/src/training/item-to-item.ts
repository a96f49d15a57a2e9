import { easeByProfiles } from './ease-by-profiles.js';
import type { InteractionMatrix } from './interaction-matrix.js';
import { cosineLists, easeWeights } from './item-weights.js';
import type { MatrixProduct } from './matrix-product.js';

/** What an item that someone liked says of every other: row a of B, whatever B is kept as. */
export interface ItemToItem {
  readonly items: number;
  /** into[j] += weight B[item, j], for every j; B[item, item] is 0. */
  addRow(item: number, weight: number, into: Float32Array): void;
}

/** Beyond this side a dense inverse takes more memory and time than a nightly job on a small machine has. */
export const mostDense = 8_000;

/**
 * EASE where it fits: by items up to `mostDense` of them, else by profiles up to as many of those (the same weights);
 * where neither fits, shrunk cosines of co-occurrence, which lose to EASE.
 */
export async function itemToItem(
  interactions: InteractionMatrix,
  lambda: number,
  product: MatrixProduct,
  limit: number = mostDense,
): Promise<ItemToItem> {
  const { items, profiles } = interactions;
  if (items <= limit) {
    const weights = await easeWeights(interactions, lambda, product);
    return {
      items,
      addRow(item, weight, into) {
        const start = item * items;
        for (let other = 0; other < items; other++) {
          into[other] = (into[other] ?? 0) + weight * (weights[start + other] ?? 0);
        }
      },
    };
  }
  if (profiles <= limit) return easeByProfiles(interactions, lambda, product);
  const lists = cosineLists(interactions, { most: 200, shrinkage: 10 });
  return {
    items,
    addRow(item, weight, into) {
      for (let at = lists.starts[item] ?? 0; at < (lists.starts[item + 1] ?? 0); at++) {
        const other = lists.columns[at] ?? 0;
        into[other] = (into[other] ?? 0) + weight * (lists.weights[at] ?? 0);
      }
    },
  };
}
