import type { ItemId } from '@kindling/domain';
import type { InteractionMatrix } from './interaction-matrix.js';

/**
 * Cards whose answers together tell most about the taste group of a person: greedily the one with the highest
 *
 *   H(group | answers so far) - H(group | answers so far and this one)      in bits,
 *
 * with an answer being "liked it" or not, and `groupOf` the taste group of each profile (a clustering of its likes, or
 * a segment). Source: information gain through clustered neighbours (IGCN), Rashid, Karypis, Riedl 2008. It stops
 * when no card tells anything more. Equal ones in order of their id; at most `count`.
 */
export function cardsByInformation(
  { profiles, likedBy }: InteractionMatrix,
  groupOf: readonly number[],
  count: number,
): ItemId[] {
  const left = new Map(
    [...likedBy].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, list]) => [id, new Set(list)]),
  );
  let cells: readonly (readonly number[])[] = [Array.from({ length: profiles }, (_, profile) => profile)];
  const cards: ItemId[] = [];
  while (cards.length < count) {
    const now = remaining(cells, groupOf);
    let best: { readonly id: ItemId; readonly gain: number; readonly cells: number[][] } | undefined;
    for (const [id, fans] of left) {
      const split = cells.flatMap((cell) => [
        cell.filter((profile) => fans.has(profile)),
        cell.filter((profile) => !fans.has(profile)),
      ]);
      const gain = now - remaining(split, groupOf);
      if (gain > (best?.gain ?? 1e-9)) best = { id, gain, cells: split.filter(({ length }) => length > 0) };
    }
    if (!best) break;
    cells = best.cells;
    left.delete(best.id);
    cards.push(best.id);
  }
  return cards;
}

/** Expected bits that are still missing to know the group, over cells of people who answered alike. */
function remaining(cells: readonly (readonly number[])[], groupOf: readonly number[]): number {
  let [bits, people] = [0, 0];
  for (const cell of cells) {
    const counts = new Map<number, number>();
    for (const profile of cell) {
      const group = groupOf[profile] ?? -1;
      counts.set(group, (counts.get(group) ?? 0) + 1);
    }
    for (const count of counts.values()) bits -= count * Math.log2(count / cell.length);
    people += cell.length;
  }
  return people === 0 ? 0 : bits / people;
}
