import type { CatalogueId } from '@kindling/domain';
import { execute, type Queryable, statement } from './database.js';

/**
 * A text per catalogue that differs when anything that a process holds in memory has changed: one question for all
 * catalogues, so that polling many idle ones is cheap. Equal texts are a strong hint, no proof: times of concurrent
 * transactions may arrive out of order, so a follower looks for itself now and then all the same.
 */
export async function readSignatures(
  db: Queryable,
  catalogues: readonly CatalogueId[],
): Promise<ReadonlyMap<CatalogueId, string>> {
  const rows = await execute(db, signaturesSql, catalogues);
  return new Map(rows.map(({ id, signature }) => [id, signature]));
}

const signaturesSql = statement<{ id: CatalogueId; signature: string }, [readonly CatalogueId[]]>(
  'catalogue-signatures',
  `SELECT c.id, concat_ws('/', md5(c::text),
     (SELECT max(change) FROM item WHERE catalogue_id = c.id),
     (SELECT max(change) FROM item_vector WHERE catalogue_id = c.id AND model_id = c.active_model_id),
     (SELECT max(changed_at) FROM item_day WHERE catalogue_id = c.id),
     (SELECT concat(sum(version), max(updated_at)) FROM placement WHERE catalogue_id = c.id),
     (SELECT count(*) FROM strategy WHERE catalogue_id = c.id),
     (SELECT max(created_at) FROM rule_revision WHERE catalogue_id = c.id),
     (SELECT concat(sum(version), max(updated_at)) FROM segment WHERE catalogue_id = c.id),
     (SELECT sum(revision) FROM experiment WHERE catalogue_id = c.id)) AS signature
   FROM catalogue AS c WHERE c.id = ANY($1::text[])`,
);
