import type { ItemId } from '@kindling/domain';
import type { InteractionMatrix } from './interaction-matrix.js';

/**
 * Cards whose answers together tell most about the taste group of a person: greedily the one with the highest
 *
 *   H(group | answers so far) - H(group | answers so far and this one)      in bits,
 *
 * with an answer being "liked it" or not, and `groupOf` the taste group of each profile (a clustering of its likes, or
 * a segment). Source: information gain through clustered neighbours (IGCN), Rashid, Karypis, Riedl 2008. It stops
 * when no card tells anything more. Equal ones in order of their id; at most `count`. Costs count x items x profiles.
 */
export function cardsByInformation(
  { profiles, likedBy }: InteractionMatrix,
  groupOf: readonly number[],
  count: number,
): ItemId[] {
  const groups = Int32Array.from({ length: profiles }, (_, profile) => groupOf[profile] ?? 0);
  const groupCount = groups.reduce((most, group) => Math.max(most, group + 1), 1);
  const left = new Map(
    [...likedBy]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, fans]): [ItemId, Uint8Array] => [id, flagsOf(fans, profiles)]),
  );
  /** Of each profile, the number of the cell of people who answered alike so far. */
  let cells: Int32Array = new Int32Array(profiles);
  let cellCount = 1;
  const cards: ItemId[] = [];
  while (cards.length < count) {
    const now = missingBits(cells, cellCount, groups, groupCount);
    let best: { readonly id: ItemId; readonly gain: number; readonly split: Int32Array } | undefined;
    for (const [id, fans] of left) {
      const split = cells.map((cell, profile) => 2 * cell + (fans[profile] as number));
      const gain = now - missingBits(split, 2 * cellCount, groups, groupCount);
      if (gain > (best?.gain ?? 1e-9)) best = { id, gain, split };
    }
    if (!best) break;
    ({ cells, cellCount } = renumbered(best.split));
    left.delete(best.id);
    cards.push(best.id);
  }
  return cards;
}

function flagsOf(fans: readonly number[], profiles: number): Uint8Array {
  const flags = new Uint8Array(profiles);
  for (const profile of fans) flags[profile] = 1;
  return flags;
}

/** Expected bits that are still missing to know the group, over cells of people who answered alike. */
function missingBits(cells: Int32Array, cellCount: number, groups: Int32Array, groupCount: number): number {
  const counts = new Float64Array(cellCount * groupCount);
  const sizes = new Float64Array(cellCount);
  for (let profile = 0; profile < cells.length; profile++) {
    const cell = cells[profile] as number;
    const at = cell * groupCount + (groups[profile] as number);
    counts[at] = (counts[at] as number) + 1;
    sizes[cell] = (sizes[cell] as number) + 1;
  }
  let bits = 0;
  for (let at = 0; at < counts.length; at++) {
    const count = counts[at] as number;
    if (count > 0) bits -= count * Math.log2(count / (sizes[Math.floor(at / groupCount)] as number));
  }
  return cells.length === 0 ? 0 : bits / cells.length;
}

/** Cells without anybody are forgotten, so there are never more than profiles. */
function renumbered(split: Int32Array): { cells: Int32Array; cellCount: number } {
  const numbers = new Map<number, number>();
  const cells = split.map((cell) => {
    const known = numbers.get(cell) ?? numbers.size;
    numbers.set(cell, known);
    return known;
  });
  return { cells, cellCount: numbers.size };
}
