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

/** Few factors and turns, several times over: see `starts`. */
const ofLists: AlsSettings = { factors: 32, iterations: 5, lambda: 5, alpha: 10 };

/** What one drawn start finds differs from the next; their sum is steadier than either, and better than more factors. */
const starts = 2;

/**
 * Implicit ALS as lists from item to item, the `most` best of each: what a like of item a adds to the score of item i,
 *
 *   C[a, i] = y_a' (Y'Y + lambda I)^-1 y_i,
 *
 * the explanation that Hu, Koren and Volinsky (2008, section 5) give of a score, with the weights of an empty history,
 * so that it is the same for everybody and adds up over a history; and that summed over `starts` factorisations.
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
  const width = starts * factors;
  const [y, weighted] = [new Float32Array(items * width), new Float32Array(items * width)];
  const turned = flipped(interactions);
  for (let start = 0; start < starts; start++) {
    signal?.throwIfAborted();
    const own = Float32Array.from(alsFactors(interactions, turned, settings, random).items);
    const inverse = await inverseOf(own, { factors, lambda, product });
    const ofOwn = await product.multiply(own, inverse, { rows: items, inner: factors, columns: factors });
    for (let item = 0; item < items; item++) {
      const row = (values: Float32Array) => values.subarray(item * factors, (item + 1) * factors);
      y.set(row(own), item * width + start * factors);
      weighted.set(row(ofOwn), item * width + start * factors);
    }
  }
  for (let from = 0; from < items; from += rowsAtOnce) {
    signal?.throwIfAborted();
    const rows = Math.min(rowsAtOnce, items - from);
    const shape = { rows, inner: width, columns: items, isTransposed: true };
    const scores = await product.multiply(weighted.subarray(from * width, (from + rows) * width), y, shape);
    for (let row = 0; row < rows; row++) {
      const line = scores.subarray(row * items, (row + 1) * items);
      line[from + row] = 0;
      builder.add(numbers[from + row] ?? 0, numbers, line);
    }
  }
  return builder.build();
}

/** (Y'Y + lambda I)^-1 */
async function inverseOf(
  y: Float32Array,
  { factors, lambda, product }: Pick<AlsSettings, 'factors' | 'lambda'> & { readonly product: MatrixProduct },
): Promise<Float32Array> {
  const items = y.length / factors;
  const turned = new Float32Array(y.length);
  for (let item = 0; item < items; item++) {
    for (let f = 0; f < factors; f++) turned[f * items + item] = y[item * factors + f] as number;
  }
  const gram = await product.multiply(turned, y, { rows: factors, inner: items, columns: factors });
  for (let f = 0; f < factors; f++) gram[f * factors + f] = (gram[f * factors + f] as number) + lambda;
  return symmetricInverse(gram, factors, product);
}
