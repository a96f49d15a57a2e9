import type { ItemNumber } from '@kindling/domain';
import type { Beta } from './beta-distribution.js';
import { thompsonCurve, thompsonShares } from './thompson-shares.js';

export interface NewItem {
  readonly item: ItemNumber;
  readonly belief: Beta;
  /** Whether impressions that were promised to it are still missing. */
  readonly isOwed?: boolean;
}

export interface PoolItem extends NewItem {
  /** Probability of being the group's choice while all of the group may be shown. */
  readonly share: number;
}

/**
 * The items on trial, in as many groups as a list has slots to explore: slot n chooses from group n alone. So the
 * choices of a list are independent, never the same item twice, and their probabilities are exact products. An item
 * changes its group every day, so none is tied to one position.
 */
export interface ExplorationPool {
  readonly groups: readonly (readonly PoolItem[])[];
}

const dayMs = 86_400_000;
/** Part of a group's choices that goes to the owed ones alone, equally, so that nobody waits for ever. */
const owedShare = 0.5;

export function createExplorationPool(
  items: readonly NewItem[],
  slots: number,
  atMs: number,
): ExplorationPool {
  const day = Math.floor(atMs / dayMs);
  const groups = Array.from({ length: slots }, (): NewItem[] => []);
  for (const item of items) groups[(item.item + day) % slots]?.push(item);
  return {
    groups: groups.map((group) => {
      const shares = thompsonShares(group.map(({ belief }) => curveOf(belief)));
      const owed = group.filter(({ isOwed }) => isOwed).length;
      return group.map((item, index) => {
        const share = shares[index] ?? 0;
        if (owed === 0) return { ...item, share };
        return { ...item, share: (1 - owedShare) * share + (item.isOwed ? owedShare / owed : 0) };
      });
    }),
  };
}

const curves = new WeakMap<Beta, Float64Array>();

/**
 * The same belief (as an object) is worked out once: between two refreshes few of them change. It takes about half a
 * millisecond, so whoever must not stop for long asks for one at a time before the pool is made.
 */
export function curveOf(belief: Beta): Float64Array {
  const known = curves.get(belief);
  if (known) return known;
  const curve = thompsonCurve(belief);
  curves.set(belief, curve);
  return curve;
}
