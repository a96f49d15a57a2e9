import type { CatalogueId } from '@kindling/domain';
import { execute, type Queryable, statement } from './database.js';

/** Categories and tags of the newest 20,000 active items, most frequent first: the work does not grow with the catalogue. */
export async function readCatalogueWords(
  db: Queryable,
  catalogue: CatalogueId,
  most: number,
): Promise<readonly string[]> {
  return (await execute(db, wordsSql, catalogue, most)).map(({ word }) => word);
}

/** Long texts are no words that a person would name. */
const wordsSql = statement<{ word: string }, [CatalogueId, number]>(
  'catalogue-words',
  `SELECT word FROM (
     SELECT categories || tags AS words FROM item
     WHERE catalogue_id = $1 AND deleted_at IS NULL AND status = 'ACTIVE' ORDER BY change DESC LIMIT 20000) AS newest
   CROSS JOIN LATERAL unnest(words) AS said (word)
   WHERE length(word) BETWEEN 2 AND 60
   GROUP BY word ORDER BY count(*) DESC, word LIMIT $2`,
);
