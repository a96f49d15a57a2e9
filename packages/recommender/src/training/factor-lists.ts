import type { Random } from '@kindling/domain';
import { type AlsSettings, alsFactors } from './als-factors.js';
import { flipped, type InteractionMatrix } from './interaction-matrix.js';
import type { MatrixProduct } from './matrix-product.js';
import { symmetricInverse } from './symmetric-inverse.js';
import { TargetListBuilder, type TargetLists } from './target-lists.js';

export interface FactorListsTask {
  /** Profiles x trained items. */
  readonly interactions: InteractionMatrix;
  /** What lists call the trained items. */
  readonly numbers: Int32Array;
  readonly product: MatrixProduct;
  readonly random: Random;
  readonly signal?: AbortSignal | undefined;
}

const rowsAtOnce = 256;

/** Half the factors of a ranker by ALS alone: one voice among four need not reach its best. */
const ofLists: AlsSettings = { factors: 32, iterations: 6, lambda: 5, alpha: 10 };

/**
 * Implicit ALS as lists from item to item, the `most` best of each: what a like of item a adds to the score of item i,
 *
 *   C[a, i] = y_a' (Y'Y + lambda I)^-1 y_i,
 *
 * the explanation that Hu, Koren and Volinsky (2008, section 5) give of a score, with the weights of an empty history,
 * so that it is the same for everybody and adds up over a history.
 */
export async function factorLists(
  { interactions, numbers, product, random, signal }: FactorListsTask,
  most: number,
  settings: AlsSettings = ofLists,
): Promise<TargetLists> {
  const { factors, lambda } = settings;
  const items = numbers.length;
  const builder = new TargetListBuilder(most);
  if (items === 0) return builder.build();
  const y = Float32Array.from(alsFactors(interactions, flipped(interactions), settings, random).items);
  const turned = new Float32Array(y.length);
  for (let item = 0; item < items; item++) {
    for (let f = 0; f < factors; f++) turned[f * items + item] = y[item * factors + f] as number;
  }
  const gram = await product.multiply(turned, y, { rows: factors, inner: items, columns: factors });
  for (let f = 0; f < factors; f++) gram[f * factors + f] = (gram[f * factors + f] as number) + lambda;
  const inverse = await symmetricInverse(gram, factors, product);
  const weighted = await product.multiply(y, inverse, { rows: items, inner: factors, columns: factors });
  for (let from = 0; from < items; from += rowsAtOnce) {
    signal?.throwIfAborted();
    const rows = Math.min(rowsAtOnce, items - from);
    const shape = { rows, inner: factors, columns: items, isTransposed: true };
    const scores = await product.multiply(
      weighted.subarray(from * factors, (from + rows) * factors),
      y,
      shape,
    );
    for (let row = 0; row < rows; row++) {
      const line = scores.subarray(row * items, (row + 1) * items);
      line[from + row] = 0;
      builder.add(numbers[from + row] ?? 0, numbers, line);
    }
  }
  return builder.build();
}
