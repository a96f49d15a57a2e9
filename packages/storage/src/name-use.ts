import { type CatalogueId, KindlingError } from '@kindling/domain';
import { execute, type PoolClient, statement } from './database.js';

/** Something that names another thing, which therefore cannot go. */
export interface NameUse {
  /** In words: what it is. */
  readonly what: string;
  readonly key: string;
}

/**
 * Placements and strategies are named by others. Whoever writes down such a name, and whoever takes the named thing
 * away, holds this until the transaction ends: so neither overlooks the other. It is the lock of the editors of rules,
 * who name placements.
 */
export async function lockNames(client: PoolClient, catalogue: CatalogueId): Promise<void> {
  await client.query(lockSql, [catalogue]);
}

/** A CONFLICT that names all of them, or nothing. */
export function refuseUsed(name: string, uses: readonly NameUse[]): void {
  if (uses.length === 0) return;
  const problems = uses.map(({ what, key }) => ({ field: 'key', message: `${what} "${key}" names it` }));
  throw new KindlingError(
    'CONFLICT',
    `${name} is still in use (${uses.map(({ what, key }) => `${what} "${key}"`).join(', ')}): change these first`,
    { field: 'key', problems },
  );
}

/** What the public queries ask for when they name no placement. */
const askedUnnamed: Readonly<Record<string, string>> = {
  home: 'recommendations',
  similar: 'similarItems',
  search: 'search',
};

/** Rules that are not archived or still act, and experiments that are not over; at most 100 of each. */
export async function placementUses(
  client: PoolClient,
  catalogue: CatalogueId,
  key: string,
): Promise<readonly NameUse[]> {
  const asked = askedUnnamed[key];
  return [
    ...(asked === undefined ? [] : [{ what: 'the public query without a placement', key: asked }]),
    ...(await execute(client, rulesSql, catalogue, key)),
    ...(await execute(client, experimentsSql, catalogue, key)),
  ];
}

const lockSql = `SELECT pg_advisory_xact_lock(hashtextextended('kindling rules ' || $1::text, 0))`;
const rulesSql = statement<NameUse, [CatalogueId, string]>(
  'placement-used-by-rules',
  `SELECT 'rule' AS what, rule.key FROM rule
   LEFT JOIN rule_revision AS live ON live.catalogue_id = rule.catalogue_id AND live.key = rule.key
     AND live.revision = rule.live_revision
   WHERE rule.catalogue_id = $1 AND (
     (rule.status <> 'ARCHIVED' AND rule.condition -> 'placements' ? $2::text)
     OR live.content -> 'condition' -> 'placements' ? $2::text)
   ORDER BY rule.key LIMIT 100`,
);
const experimentsSql = statement<NameUse, [CatalogueId, string]>(
  'placement-used-by-experiments',
  `SELECT DISTINCT 'experiment' AS what, key FROM experiment
   WHERE catalogue_id = $1 AND status IN ('DRAFT', 'RUNNING') AND definition -> 'placements' ? $2::text
   ORDER BY key LIMIT 100`,
);
