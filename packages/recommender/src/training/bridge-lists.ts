import type { BridgeSettings } from './bridge-settings.js';
import { contentWeights } from './content-weights.js';
import type { FieldKernel } from './field-kernel.js';
import type { ItemToItem } from './item-to-item.js';
import type { MatrixProduct } from './matrix-product.js';
import { TargetListBuilder, type TargetLists } from './target-lists.js';
import type { ItemContent } from './training-data.js';

/** Candidates and sources that are worked on at a time: bounds the dense blocks. */
const candidatesAtOnce = 4_096;
const sourcesAtOnce = 256;

export interface BridgeListsTask {
  readonly items: readonly (ItemContent & { readonly number: number })[];
  readonly kernels: readonly FieldKernel[];
  /** Positions in `items`; row j of `weights` is items[trained[j]]. */
  readonly trained: Int32Array;
  readonly candidates: Int32Array;
  readonly weights: Pick<ItemToItem, 'addRow'>;
  readonly settings: BridgeSettings;
  readonly product: MatrixProduct;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The bridge as lists from item to item, the `most` best of each trained item a:
 *
 *   C[a, i] = sum_j kappa_ij (B[a, j] + beta [a = j]),   s(u, i) = sum over the history's a of r_a C[a, i]
 */
export async function bridgeLists(task: BridgeListsTask, most: number): Promise<TargetLists> {
  const { items, trained, candidates, weights, settings, product, signal } = task;
  const numberOf = (position: number) => items[position]?.number ?? 0;
  const lists = new TargetListBuilder(most);
  const inner = trained.length;
  for (let first = 0; first < candidates.length && inner > 0; first += candidatesAtOnce) {
    const block = candidates.subarray(first, first + candidatesAtOnce);
    const kappa = await contentWeights({ ...task, candidates: block }, settings, product);
    const targets = block.map(numberOf);
    for (let from = 0; from < inner; from += sourcesAtOnce) {
      signal?.throwIfAborted();
      const rows = Math.min(sourcesAtOnce, inner - from);
      const says = new Float32Array(rows * inner);
      for (let row = 0; row < rows; row++) {
        const line = says.subarray(row * inner, (row + 1) * inner);
        weights.addRow(from + row, 1, line);
        line[from + row] = (line[from + row] ?? 0) + settings.beta;
      }
      const shape = { rows, inner, columns: block.length, isTransposed: true };
      const scores = await product.multiply(says, kappa, shape);
      for (let row = 0; row < rows; row++) {
        const line = scores.subarray(row * block.length, (row + 1) * block.length);
        lists.add(numberOf(trained[from + row] ?? 0), targets, line);
      }
    }
  }
  return lists.build();
}
