import type { BridgeSettings } from '../training/bridge-settings.js';
import { contentWeights } from '../training/content-weights.js';
import { fieldKernels } from '../training/field-kernels.js';
import { keepItems } from '../training/interaction-matrix.js';
import { itemToItem } from '../training/item-to-item.js';
import { matrixOf, warmAndCold } from '../training/training-data.js';
import type { Ranker } from './ranker.js';

/**
 * EASE carried over to items without evidence by their content, with settings that are given, not chosen:
 *
 *   t(u) = sum over the history's a of r_a (B[a] + beta e_a),   s(u, i) = kappa_i . t(u)
 *
 * with kappa by the nearest neighbours (kNN-smoothed EASE) or by kernel ridge. An item with evidence has its own EASE
 * score. Kernels that the catalogue does not have are passed over. B after H. Steck, Embarrassingly Shallow Autoencoders
 * for Sparse Data (2019); kappa after E. Nadaraya and G. Watson (1964).
 */
export const smoothedEaseRanker = (name: string, settings: BridgeSettings): Ranker => ({
  name,
  async fit(data, { product }) {
    const { warm, cold } = warmAndCold(data);
    const interactions = keepItems(matrixOf(data), warm);
    const kernels = fieldKernels(data.items, product);
    const task = { kernels, trained: warm, candidates: cold };
    const kappa = sparse(await contentWeights(task, settings, product), warm.length);
    const weights = await itemToItem(interactions, settings.lambda, product);
    const warmPlace = places(warm, data.items.length);
    const coldPlace = places(cold, data.items.length);
    return {
      score(history, candidates, out) {
        const own = new Float32Array(warm.length);
        for (const { item, weight } of history) {
          const row = warmPlace[item] ?? -1;
          if (row >= 0) weights.addRow(row, weight, own);
        }
        const carried = own.slice();
        for (const { item, weight } of history) {
          const row = warmPlace[item] ?? -1;
          if (row >= 0) carried[row] = (carried[row] ?? 0) + settings.beta * weight;
        }
        candidates.forEach((item, at) => {
          const row = coldPlace[item] ?? -1;
          let sum = own[warmPlace[item] ?? -1] ?? 0;
          if (row >= 0) {
            sum = 0;
            for (let k = kappa.starts[row] ?? 0; k < (kappa.starts[row + 1] ?? 0); k++) {
              sum += (kappa.values[k] ?? 0) * (carried[kappa.columns[k] ?? 0] ?? 0);
            }
          }
          out[at] = sum;
        });
      },
    };
  },
});

function places(items: Int32Array, count: number): Int32Array {
  const place = new Int32Array(count).fill(-1);
  items.forEach((item, at) => {
    place[item] = at;
  });
  return place;
}

function sparse(dense: Float32Array, columns: number) {
  const rows = columns === 0 ? 0 : dense.length / columns;
  const kept = dense.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);
  const matrix = {
    starts: new Int32Array(rows + 1),
    columns: new Int32Array(kept),
    values: new Float32Array(kept),
  };
  let used = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = dense[row * columns + column] ?? 0;
      if (value === 0) continue;
      matrix.columns[used] = column;
      matrix.values[used++] = value;
    }
    matrix.starts[row + 1] = used;
  }
  return matrix;
}
