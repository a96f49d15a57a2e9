import { type ItemNumber, itemNumber, seededRandom } from '@kindling/domain';
import type { NeighbourSource } from '@kindling/recommender';
import { describe, expect, it } from 'vitest';
import { NeighbourCache } from './neighbour-cache.js';

/** A small exact index that can change, and counts how often it is asked. */
function exactSource(size: number) {
  const random = seededRandom('neighbours');
  const draw = () => Float32Array.from({ length: 4 }, () => random() - 0.5);
  const vectors = new Map<ItemNumber, Float32Array>(
    Array.from({ length: size }, (_, n) => [itemNumber(n), draw()]),
  );
  const source: NeighbourSource & { asked: number; put(key: number): void } = {
    asked: 0,
    put: (key) => vectors.set(itemNumber(key), draw()),
    async nearest({ vectors: queries, limit, exclude = [] }) {
      source.asked += queries.length;
      return queries.map((query) =>
        [...vectors]
          .filter(([key]) => !exclude.includes(key))
          .map(([key, vector]) => ({
            key,
            score: vector.reduce((sum, value, at) => sum + value * (query[at] ?? 0), 0),
          }))
          .sort((a, b) => b.score - a.score || a.key - b.key)
          .slice(0, limit),
      );
    },
    vectorsOf: async (keys) =>
      new Map(
        keys.flatMap((key) => {
          const vector = vectors.get(key);
          // A copy each time, as an index answers.
          return vector ? [[key, vector.slice()] as const] : [];
        }),
      ),
  };
  return source;
}

describe('NeighbourCache', () => {
  it('answers what the index would, whatever is excluded and however the index changes in between', async () => {
    const source = exactSource(400);
    const cache = new NeighbourCache(source);
    const random = seededRandom('questions');
    const some = (count: number) =>
      Array.from({ length: count }, () => itemNumber(Math.floor(random() * 400)));
    for (let round = 0; round < 300; round++) {
      if (random() < 0.1) {
        cache.changed();
        source.put(Math.floor(random() * 400));
        cache.changed();
      }
      const keys = [...new Set(some(3))];
      const vectors = [...(await cache.vectorsOf(keys)).values()];
      const limit = 1 + Math.floor(random() * 60);
      const exclude = [...new Set(some(Math.floor(random() * 120)))];
      const question = { vectors, limit, ...(random() < 0.7 && { exclude }) };
      expect(await cache.nearest(question)).toEqual(await source.nearest(question));
    }
  });

  it('asks the index once while it does not change, and again when it has', async () => {
    const source = exactSource(100);
    const cache = new NeighbourCache(source);
    const ask = async () => {
      const vectors = [...(await cache.vectorsOf([itemNumber(1), itemNumber(2)])).values()];
      await cache.nearest({ vectors, limit: 10, exclude: [itemNumber(5)] });
    };
    await ask();
    await ask();
    expect(source.asked).toBe(2);
    cache.changed();
    await ask();
    expect(source.asked).toBe(4);
  });

  it('does not remember an answer that a change has overtaken', async () => {
    const source = exactSource(50);
    const cache = new NeighbourCache(source);
    const [vector] = [...(await cache.vectorsOf([itemNumber(1)])).values()];
    if (!vector) throw new Error('item 1 has a vector');
    const slow = cache.nearest({ vectors: [vector], limit: 5 });
    cache.changed();
    await slow;
    await cache.nearest({ vectors: [vector], limit: 5 });
    expect(source.asked).toBe(2);
  });
});
