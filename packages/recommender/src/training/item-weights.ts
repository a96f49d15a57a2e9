import { type InteractionMatrix, itemGram } from './interaction-matrix.js';
import type { MatrixProduct } from './matrix-product.js';
import { symmetricInverse } from './symmetric-inverse.js';

/**
 * EASE: the item-to-item weights B [items x items] that best rebuild every profile from its other items,
 *
 *   B = I - P diag(1 / diag P),  P = (R'R + lambda I)^-1,  diag B = 0
 *
 * (H. Steck, Embarrassingly Shallow Autoencoders for Sparse Data, 2019). Dense: meant for up to some 8,000 items.
 */
export async function easeWeights(
  interactions: InteractionMatrix,
  lambda: number,
  product: MatrixProduct,
): Promise<Float32Array> {
  const side = interactions.items;
  const gram = itemGram(interactions);
  for (let item = 0; item < side; item++) gram[item * side + item] = (gram[item * side + item] ?? 0) + lambda;
  const weights = await symmetricInverse(gram, side, product);
  const diagonal = Float32Array.from({ length: side }, (_, item) => weights[item * side + item] ?? 1);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const at = row * side + column;
      weights[at] = row === column ? 0 : -(weights[at] ?? 0) / (diagonal[column] ?? 1);
    }
  }
  return weights;
}

/** Sparse item-to-item weights: the list of item i is at starts[i] up to starts[i + 1]. */
export interface ItemLists {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly weights: Float32Array;
}

/**
 * For catalogues where EASE does not fit: cosine of co-occurrence, shrunk, the `most` strongest of each item,
 *
 *   b_ij = n_ij / (sqrt(n_i n_j) + shrinkage)
 */
export function cosineLists(
  interactions: InteractionMatrix,
  { most, shrinkage }: { readonly most: number; readonly shrinkage: number },
): ItemLists {
  const byItem: number[][] = Array.from({ length: interactions.items }, () => []);
  for (let profile = 0; profile < interactions.profiles; profile++) {
    for (let at = interactions.starts[profile] ?? 0; at < (interactions.starts[profile + 1] ?? 0); at++) {
      byItem[interactions.columns[at] ?? 0]?.push(profile);
    }
  }
  const counts = byItem.map(({ length }) => length);
  const together = new Float32Array(interactions.items);
  const lists = byItem.map((profiles, item) => {
    const touched: number[] = [];
    for (const profile of profiles) {
      for (let at = interactions.starts[profile] ?? 0; at < (interactions.starts[profile + 1] ?? 0); at++) {
        const other = interactions.columns[at] ?? 0;
        if (other === item) continue;
        if (together[other] === 0) touched.push(other);
        together[other] = (together[other] ?? 0) + 1;
      }
    }
    const list = touched.map((other) => ({
      other,
      weight: (together[other] ?? 0) / (Math.sqrt((counts[item] ?? 0) * (counts[other] ?? 0)) + shrinkage),
    }));
    for (const other of touched) together[other] = 0;
    return list.sort((a, b) => b.weight - a.weight || a.other - b.other).slice(0, most);
  });
  const starts = new Int32Array(lists.length + 1);
  lists.forEach((list, item) => {
    starts[item + 1] = (starts[item] ?? 0) + list.length;
  });
  return {
    starts,
    columns: Int32Array.from(lists.flatMap((list) => list.map(({ other }) => other))),
    weights: Float32Array.from(lists.flatMap((list) => list.map(({ weight }) => weight))),
  };
}
