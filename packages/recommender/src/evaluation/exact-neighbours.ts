import type { ItemNumber } from '@kindling/domain';
import type { ItemView, NeighbourSource } from '../ports.js';

/** Every cosine, in memory: the answer that the vector index gives too, without its threads. */
export function exactNeighbours(
  items: ItemView,
  vectors: ReadonlyMap<ItemNumber, Float32Array>,
): NeighbourSource {
  const compiled = new Map<string, readonly (readonly [ItemNumber, Float32Array])[]>();
  const withinFilter = (filter: Parameters<ItemView['compile']>[0] | undefined) => {
    const key = JSON.stringify(filter ?? null);
    const known = compiled.get(key);
    if (known) return known;
    const accepts = filter ? items.compile(filter) : () => true;
    const within = [...vectors].filter(([number]) => {
      const row = items.rowOf(number);
      return row !== undefined && accepts(row);
    });
    compiled.set(key, within);
    return within;
  };
  return {
    nearest: async ({ vectors: queries, limit, filter, exclude = [] }) => {
      const within = withinFilter(filter);
      const left = new Set(exclude);
      const scores = new Float32Array(within.length);
      return queries.map((query) => {
        within.forEach(([number, vector], at) => {
          scores[at] = left.has(number) ? Number.NEGATIVE_INFINITY : dot(query, vector);
        });
        const threshold =
          scores.length <= limit
            ? Number.NEGATIVE_INFINITY
            : (scores.slice().sort()[scores.length - limit] ?? 0);
        const found: { key: ItemNumber; score: number }[] = [];
        within.forEach(([key], at) => {
          const score = scores[at] as number;
          if (score >= threshold && score !== Number.NEGATIVE_INFINITY) found.push({ key, score });
        });
        return found.sort((a, b) => b.score - a.score || a.key - b.key).slice(0, limit);
      });
    },
    vectorsOf: async (keys) =>
      new Map(
        keys.flatMap((key) => {
          const vector = vectors.get(key);
          return vector ? [[key, vector] as const] : [];
        }),
      ),
  };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number);
  return sum;
}
