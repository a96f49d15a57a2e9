import { denseRows, flipped, type InteractionMatrix, itemGram } from './interaction-matrix.js';
import type { ItemToItem } from './item-to-item.js';
import type { MatrixProduct } from './matrix-product.js';
import { symmetricInverse } from './symmetric-inverse.js';

/**
 * EASE without an inverse of the items' size, and without loss, when there are fewer profiles than items. By the
 * Woodbury identity, with R [profiles x items]:
 *
 *   P = (R'R + lambda I)^-1 = (I - R' M R) / lambda,  M = (R R' + lambda I)^-1 [profiles x profiles]
 *
 * so that row a of B = I - P diag(1 / diag P) is worked out from M R when it is asked for. Holds
 * profiles x items + profiles x profiles numbers.
 */
export async function easeByProfiles(
  interactions: InteractionMatrix,
  lambda: number,
  product: MatrixProduct,
): Promise<ItemToItem> {
  const { profiles, items } = interactions;
  const byItem = flipped(interactions);
  const gram = itemGram(byItem);
  for (let at = 0; at < profiles; at++) gram[at * profiles + at] = (gram[at * profiles + at] ?? 0) + lambda;
  const inverse = await symmetricInverse(gram, profiles, product);
  const solved = new Float32Array(profiles * items);
  for (let from = 0; from < profiles; from += blockProfiles) {
    const to = Math.min(profiles, from + blockProfiles);
    const right = denseRows(interactions, from, to);
    const left = columnsOf(inverse, profiles, from, to);
    const part = await product.multiply(left, right, { rows: profiles, inner: to - from, columns: items });
    for (let at = 0; at < part.length; at++) solved[at] = (solved[at] ?? 0) + (part[at] ?? 0);
  }
  // lambda diag P; the ridge keeps it above 0 but for rounding
  const diagonal = new Float64Array(items);
  for (let item = 0; item < items; item++) {
    let sum = 1;
    for (let at = byItem.starts[item] ?? 0; at < (byItem.starts[item + 1] ?? 0); at++) {
      sum -= (byItem.weights[at] ?? 0) * (solved[(byItem.columns[at] ?? 0) * items + item] ?? 0);
    }
    diagonal[item] = Math.max(sum, 1e-6);
  }
  return {
    items,
    addRow(item, weight, into) {
      const row = new Float64Array(items);
      for (let at = byItem.starts[item] ?? 0; at < (byItem.starts[item + 1] ?? 0); at++) {
        const strength = weight * (byItem.weights[at] ?? 0);
        const start = (byItem.columns[at] ?? 0) * items;
        for (let other = 0; other < items; other++) {
          row[other] = (row[other] ?? 0) + strength * (solved[start + other] ?? 0);
        }
      }
      for (let other = 0; other < items; other++) {
        if (other !== item) into[other] = (into[other] ?? 0) + (row[other] ?? 0) / (diagonal[other] ?? 1);
      }
    },
  };
}

const blockProfiles = 1_024;

function columnsOf(matrix: Float32Array, side: number, from: number, to: number): Float32Array {
  const columns = new Float32Array(side * (to - from));
  for (let row = 0; row < side; row++) {
    columns.set(matrix.subarray(row * side + from, row * side + to), row * (to - from));
  }
  return columns;
}
