import type { ItemId } from '@kindling/domain';
import type { InteractionMatrix } from './interaction-matrix.js';

/**
 * Cards of which as many people as possible know at least one: greedy maximum coverage (at least 1 - 1/e of the best
 * possible; Nemhauser, Wolsey, Fisher 1978). Equal ones in order of their id; at most `count`.
 */
export function cardsByCoverage({ likedBy }: InteractionMatrix, count: number): ItemId[] {
  const left = new Map([...likedBy].sort(([a], [b]) => (a < b ? -1 : 1)));
  const covered = new Set<number>();
  const cards: ItemId[] = [];
  while (cards.length < count) {
    let best: { readonly id: ItemId; readonly gain: number } | undefined;
    for (const [id, profiles] of left) {
      const gain = profiles.filter((profile) => !covered.has(profile)).length;
      if (gain > (best?.gain ?? 0)) best = { id, gain };
    }
    if (!best) break;
    for (const profile of left.get(best.id) ?? []) covered.add(profile);
    left.delete(best.id);
    cards.push(best.id);
  }
  return cards;
}
