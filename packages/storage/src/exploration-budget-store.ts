import type { CatalogueId } from '@kindling/domain';
import type { BudgetSource } from '@kindling/recommender';
import { execute, type Pool, statement } from './database.js';

/**
 * The budget of impressions for new items that all processes share. One statement reserves a block: the row's lock
 * makes processes take turns, so together they are never granted more than the limit they ask with.
 */
export const explorationBudget = (pool: Pool, catalogue: CatalogueId): BudgetSource => ({
  async reserve({ placement, day, wanted, limit }) {
    const grant = Math.min(wanted, limit);
    if (grant <= 0) return 0;
    const [row] = await execute(pool, reserveSql, catalogue, placement, day, grant, limit);
    return row?.last_grant ?? 0;
  },
  async giveBack({ placement, day, impressions }) {
    await execute(pool, giveBackSql, catalogue, placement, day, impressions);
  },
});

/** What processes hold of a placement's budget of that UTC day: what was shown, and blocks that are not spent yet. */
export async function readGranted(
  pool: Pool,
  catalogue: CatalogueId,
  { placement, day }: { readonly placement: string; readonly day: string },
): Promise<number> {
  const [row] = await execute(pool, grantedSql, catalogue, placement, day);
  return row?.granted ?? 0;
}

/** Removes days that ended a week ago: only today's is read. */
export async function sweepExplorationBudgets(pool: Pool): Promise<void> {
  await execute(pool, sweepSql);
}

const reserveSql = statement<{ last_grant: number }, [CatalogueId, string, string, number, number]>(
  'exploration-reserve',
  `INSERT INTO exploration_budget AS b (catalogue_id, placement, day, granted, last_grant)
   VALUES ($1, $2, $3::date, $4::int, $4::int)
   ON CONFLICT (catalogue_id, placement, day) DO UPDATE
   SET granted = least(b.granted + $4::int, $5::int), last_grant = least($4::int, $5::int - b.granted)
   WHERE b.granted < $5::int
   RETURNING last_grant`,
);
const grantedSql = statement<{ granted: number }, [CatalogueId, string, string]>(
  'exploration-granted',
  `SELECT granted FROM exploration_budget WHERE catalogue_id = $1 AND placement = $2 AND day = $3::date`,
);
const giveBackSql = statement<never, [CatalogueId, string, string, number]>(
  'exploration-give-back',
  `UPDATE exploration_budget SET granted = greatest(0, granted - $4::int)
   WHERE catalogue_id = $1 AND placement = $2 AND day = $3::date`,
);
const sweepSql = statement<never>(
  'exploration-sweep',
  'DELETE FROM exploration_budget WHERE day < current_date - 7',
);
