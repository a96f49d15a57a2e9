import type { ItemNumber } from '@kindling/domain';
import type { ItemView, NeighbourSource } from '@kindling/recommender';
import type { VectorsThen } from '@kindling/storage';

/**
 * Neighbours by the vectors of then: the index answers for the items that have stayed as they were, and the few that
 * were others, or had other vectors, are compared one by one. An item that was not encoded then is near to nothing.
 */
export async function pastNeighbours(
  present: NeighbourSource,
  replacedVectors: VectorsThen,
  { view: items, changed }: { readonly view: ItemView; readonly changed: readonly ItemNumber[] },
): Promise<NeighbourSource> {
  if (replacedVectors.size + changed.length === 0) return present;
  const stayed = changed.filter((key) => !replacedVectors.has(key));
  // Without the index there is nothing to compare with either: the list then says that it does without.
  const known = stayed.length === 0 ? new Map() : await present.vectorsOf(stayed).catch(() => new Map());
  const vectors: VectorsThen = new Map([
    ...stayed.map((key): [ItemNumber, Float32Array | null] => [key, known.get(key) ?? null]),
    ...replacedVectors,
  ]);
  const replaced = [...vectors].flatMap(([key, vector]) => (vector === null ? [] : [{ key, vector }]));
  return {
    async nearest(query) {
      const exclude = [...new Set([...(query.exclude ?? []), ...vectors.keys()])];
      const lists = await present.nearest({ ...query, exclude });
      const excluded = new Set(query.exclude);
      const isWanted = query.filter ? items.compile(query.filter) : () => true;
      const candidates = replaced.filter(({ key }) => {
        const row = items.rowOf(key);
        return row !== undefined && !excluded.has(key) && isWanted(row);
      });
      return lists.map((list, index) => {
        const asked = query.vectors[index];
        if (!asked) return list;
        const others = candidates.map(({ key, vector }) => ({ key, score: dot(asked, vector) }));
        return [...list, ...others].sort(byScore).slice(0, query.limit);
      });
    },
    async vectorsOf(keys) {
      const known = await present.vectorsOf(keys.filter((key) => !vectors.has(key)));
      const then = keys.flatMap((key): [ItemNumber, Float32Array][] => {
        const vector = vectors.get(key);
        return vector ? [[key, vector]] : [];
      });
      return new Map([...known, ...then]);
    },
  };
}

/** Vectors have length 1: their product is their similarity. */
function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

const byScore = (a: { key: ItemNumber; score: number }, b: { key: ItemNumber; score: number }) =>
  b.score - a.score || a.key - b.key;
