import { alsFactors, defaultAls } from '../training/als-factors.js';
import { flipped } from '../training/interaction-matrix.js';
import { symmetricInverse } from '../training/symmetric-inverse.js';
import { matrixOf, warmAndCold } from '../training/training-data.js';
import type { Ranker } from './ranker.js';

/**
 * The classic bridge: implicit ALS for the items with evidence, and a ridge regression from the encoder's vectors to
 * their factors, F = V (V'V + lambda I)^-1 V' Y (Gantner et al., Learning Attribute-to-Feature Mappings, 2010). The
 * score is the profile's factors times the item's own, or its mapped ones when it has no evidence.
 */
export const ridgeFactorMapRanker = (lambda = 1, settings = defaultAls): Ranker => ({
  name: 'ridge map to ALS factors',
  async fit(data, { product, random }) {
    const { factors } = settings;
    const { warm, cold } = warmAndCold(data);
    const matrix = matrixOf(data);
    const als = alsFactors(matrix, flipped(matrix), settings, random);
    const dimensions = data.items.find(({ vector }) => vector !== null)?.vector?.length ?? 0;
    const vectorsOf = (items: Int32Array) => {
      const vectors = new Float32Array(items.length * dimensions);
      items.forEach((item, at) => {
        vectors.set(data.items[item]?.vector ?? [], at * dimensions);
      });
      return vectors;
    };
    // transposed by hand: the products take a row-major left side
    const vectors = vectorsOf(warm);
    const turned = new Float32Array(vectors.length);
    const targets = new Float32Array(warm.length * factors);
    warm.forEach((item, at) => {
      targets.set(als.items.subarray(item * factors, (item + 1) * factors), at * factors);
      for (let d = 0; d < dimensions; d++) turned[d * warm.length + at] = vectors[at * dimensions + d] ?? 0;
    });
    const shape = { rows: dimensions, inner: warm.length };
    const gram = await product.multiply(turned, vectors, { ...shape, columns: dimensions });
    for (let d = 0; d < dimensions; d++) gram[d * dimensions + d] = (gram[d * dimensions + d] ?? 0) + lambda;
    const inverse = await symmetricInverse(gram, dimensions, product);
    const right = await product.multiply(turned, targets, { ...shape, columns: factors });
    const map = await product.multiply(inverse, right, {
      rows: dimensions,
      inner: dimensions,
      columns: factors,
    });
    const mapped = await product.multiply(vectorsOf(cold), map, {
      rows: cold.length,
      inner: dimensions,
      columns: factors,
    });
    const all = Float64Array.from(als.items);
    cold.forEach((item, at) => {
      all.set(mapped.subarray(at * factors, (at + 1) * factors), item * factors);
    });
    return {
      score(history, candidates, out) {
        const profile = als.profile(history);
        candidates.forEach((item, at) => {
          let dot = 0;
          for (let f = 0; f < factors; f++) dot += (profile[f] ?? 0) * (all[item * factors + f] ?? 0);
          out[at] = dot;
        });
      },
    };
  },
});
