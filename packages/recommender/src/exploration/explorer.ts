import type { Exploration } from '../ports.js';
import type { Strategy } from '../strategy.js';
import type { BudgetLease } from './budget-lease.js';
import type { ExplorationPool } from './exploration-pool.js';
import { exploreSlots } from './explore-slots.js';

/** The pipeline's port for one list of one placement. Nothing in it waits: what is spent is in memory already. */
export const createExplorer = ({
  strategy,
  placement,
  visible,
  atMs,
  pool,
  lease,
}: {
  readonly strategy: Strategy;
  readonly placement: string;
  /** Slots of the first page: only these are shown for sure, and only these explore. */
  readonly visible: number;
  /** When it is shown: the day whose budget pays. Not the time a caller asks about, which may be any. */
  readonly atMs: number;
  readonly pool: ExplorationPool;
  readonly lease: BudgetLease;
}): Exploration => ({
  explore: async (slots, { items, random, accepts, rule, limits }) => {
    const { impressionsPerDay } = rule ?? strategy.exploration;
    if (impressionsPerDay === 0) return slots;
    return exploreSlots(slots, pool, {
      strategy,
      visible,
      // A rule speaks of the part of a list's slots; how many of the lists explore stays with the strategy.
      part: rule?.share,
      items,
      accepts: rule ? (row) => rule.matches(row) && accepts(row) : accepts,
      limits,
      random,
      budget: {
        available: (wanted) => Math.min(wanted, lease.available({ placement, atMs, impressionsPerDay })),
        spend: (impressions) => lease.spend({ placement, atMs }, impressions),
      },
    });
  },
});
