import { denseRows, type InteractionMatrix } from './interaction-matrix.js';
import { cosineLists, easeWeights, type ItemLists } from './item-weights.js';
import type { MatrixProduct } from './matrix-product.js';

/** EASE needs its dense weights [items x items] in memory, and items^3 operations. */
export const mostItemsForEase = 8_000;

/** What collaborative filtering says of the trained items, for profiles given by their rows of evidence. */
export interface CollaborativeScores {
  readonly method: 'ease' | 'cosineLists';
  /** E [to - from x items] of the profiles from up to to. */
  rows(interactions: InteractionMatrix, from: number, to: number): Promise<Float32Array>;
}

export async function collaborativeScores(
  interactions: InteractionMatrix,
  lambda: number,
  product: MatrixProduct,
): Promise<CollaborativeScores> {
  const { items } = interactions;
  if (items > mostItemsForEase) {
    const lists = cosineLists(interactions, { most: 200, shrinkage: 1 });
    return {
      method: 'cosineLists',
      rows: async (profiles, from, to) => listScores(lists, profiles, from, to),
    };
  }
  const weights = await easeWeights(interactions, lambda, product);
  return {
    method: 'ease',
    rows: (profiles, from, to) =>
      product.multiply(denseRows(profiles, from, to), weights, {
        rows: to - from,
        inner: items,
        columns: items,
      }),
  };
}

function listScores(lists: ItemLists, profiles: InteractionMatrix, from: number, to: number): Float32Array {
  const scores = new Float32Array((to - from) * profiles.items);
  for (let profile = from; profile < to; profile++) {
    const row = scores.subarray((profile - from) * profiles.items, (profile - from + 1) * profiles.items);
    for (let at = profiles.starts[profile] ?? 0; at < (profiles.starts[profile + 1] ?? 0); at++) {
      const item = profiles.columns[at] ?? 0;
      const strength = profiles.weights[at] ?? 0;
      for (let place = lists.starts[item] ?? 0; place < (lists.starts[item + 1] ?? 0); place++) {
        const other = lists.columns[place] ?? 0;
        row[other] = (row[other] ?? 0) + strength * (lists.weights[place] ?? 0);
      }
    }
  }
  return scores;
}
