import { type FieldKernel, leastShare } from './field-kernel.js';
import type { MatrixProduct } from './matrix-product.js';
import { partlyWhitened } from './whitening.js';

/**
 * A channel of vectors (what a text means, how an item looks or sounds) as two kernels, of which validation weighs each:
 * cosines of the centred vectors, and of the partly whitened ones; 0 where a cosine is negative or a vector is missing.
 * The mean is taken away because it is what all items share. None where too few items have a vector; vectors of another
 * length than most are passed over.
 */
export function vectorKernels(
  name: string,
  vectors: readonly (Float32Array | null)[],
  product: MatrixProduct,
): readonly FieldKernel[] {
  const dimensions = commonLength(vectors);
  const known = vectors.map((vector) => (vector?.length === dimensions ? vector : null));
  if (dimensions === 0 || known.filter((vector) => vector !== null).length < leastShare * known.length)
    return [];
  const rows = centred(known, dimensions);
  return [
    cosineKernel(name, dimensions, product, async () => rows),
    cosineKernel(`${name}Whitened`, dimensions, product, () => partlyWhitened(rows, dimensions, product)),
  ];
}

function commonLength(vectors: readonly (Float32Array | null)[]): number {
  const counts = new Map<number, number>();
  for (const vector of vectors) if (vector) counts.set(vector.length, (counts.get(vector.length) ?? 0) + 1);
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0] as const)[0];
}

function centred(vectors: readonly (Float32Array | null)[], dimensions: number): Float32Array {
  const mean = new Float64Array(dimensions);
  let known = 0;
  for (const vector of vectors) {
    if (vector === null) continue;
    known++;
    for (let at = 0; at < dimensions; at++) mean[at] = (mean[at] as number) + (vector[at] as number);
  }
  const rows = new Float32Array(vectors.length * dimensions);
  vectors.forEach((vector, item) => {
    if (vector === null) return;
    for (let at = 0; at < dimensions; at++) {
      rows[item * dimensions + at] = (vector[at] as number) - (mean[at] as number) / known;
    }
  });
  return rows;
}

function cosineKernel(
  name: string,
  dimensions: number,
  product: MatrixProduct,
  make: () => Promise<Float32Array>,
): FieldKernel {
  let made: Promise<Float32Array> | null = null;
  return {
    name,
    async between(left, right) {
      // made when it is first asked for: a kernel that got no weight costs nothing when a model is refitted
      made ??= make().then((rows) => normalised(rows, dimensions));
      const rows = await made;
      const pick = (items: Int32Array) => {
        const picked = new Float32Array(items.length * dimensions);
        items.forEach((item, at) => {
          picked.set(rows.subarray(item * dimensions, (item + 1) * dimensions), at * dimensions);
        });
        return picked;
      };
      const shape = { rows: left.length, inner: dimensions, columns: right.length, isTransposed: true };
      const cosines = await product.multiply(pick(left), pick(right), shape);
      for (let at = 0; at < cosines.length; at++) cosines[at] = Math.max(0, cosines[at] as number);
      return cosines;
    },
  };
}

function normalised(rows: Float32Array, dimensions: number): Float32Array {
  const result = new Float32Array(rows.length);
  for (let from = 0; from < rows.length; from += dimensions) {
    let square = 0;
    for (let at = from; at < from + dimensions; at++) square += (rows[at] as number) ** 2;
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let at = from; at < from + dimensions; at++) result[at] = (rows[at] as number) * scale;
  }
  return result;
}
