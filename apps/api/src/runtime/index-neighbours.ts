import type { CatalogueId } from '@kindling/domain';
import type { NeighbourSource } from '@kindling/recommender';
import type { VectorIndex } from '@kindling/vectors';
import { within } from './deadline.js';

const timeoutMs = 500;

/**
 * One catalogue's neighbours in the space that serves at the moment of the question. `space` is null before the
 * catalogue has a model: then nothing is near to anything, which is true and no fault.
 */
export function indexNeighbours(
  index: VectorIndex,
  tenant: CatalogueId,
  space: () => string | null,
): NeighbourSource {
  return {
    async nearest({ vectors, limit, filter, exclude }) {
      const name = space();
      if (name === null || vectors.length === 0) return vectors.map(() => []);
      const query = {
        space: name,
        tenant,
        vectors,
        limit,
        ...(filter && { filter }),
        ...(exclude && { exclude }),
      };
      return within(timeoutMs, 'the vector index', index.nearestBatch(query));
    },
    async vectorsOf(keys) {
      const name = space();
      if (name === null || keys.length === 0) return new Map();
      const points = await within(timeoutMs, 'the vector index', index.fetch(name, tenant, keys));
      return new Map(points.map((point) => [point.key, point.vector]));
    },
  };
}
