import type { CatalogueId } from '@kindling/domain';
import { execute, type Queryable, statement } from './database.js';

export const strategyUseKinds = ['PLACEMENT', 'FALLBACK', 'EXPERIMENT'] as const;
export type StrategyUseKind = (typeof strategyUseKinds)[number];

/** What names a strategy: a placement, its chain of fallbacks, or an arm of an experiment that is not over. */
export interface StrategyUse {
  readonly strategyKey: string;
  readonly kind: StrategyUseKind;
  /** Of the placement or experiment. */
  readonly key: string;
  readonly name: string;
}

/** Of every strategy of the catalogue, by strategy, kind and key; at most 1,000. */
export const listStrategyUses = (db: Queryable, catalogue: CatalogueId): Promise<readonly StrategyUse[]> =>
  execute(db, usesSql, catalogue);

const usesSql = statement<StrategyUse, [CatalogueId]>(
  'strategy-uses',
  `SELECT strategy_key AS "strategyKey", 'PLACEMENT' AS kind, key, name FROM placement WHERE catalogue_id = $1
   UNION
   SELECT fallback.key, 'FALLBACK', placement.key, name
   FROM placement, jsonb_array_elements_text(placement.fallback) AS fallback (key) WHERE catalogue_id = $1
   UNION
   SELECT variant ->> 'strategyKey', 'EXPERIMENT', key, definition ->> 'name'
   FROM experiment, jsonb_array_elements(definition -> 'variants') AS variant
   WHERE catalogue_id = $1 AND status IN ('DRAFT', 'RUNNING')
   UNION
   SELECT fallback.key, 'EXPERIMENT', experiment.key, definition ->> 'name'
   FROM experiment, jsonb_array_elements(definition -> 'variants') AS variant,
     jsonb_array_elements_text(CASE WHEN jsonb_typeof(variant -> 'fallback') = 'array' THEN variant -> 'fallback' ELSE '[]' END)
       AS fallback (key)
   WHERE catalogue_id = $1 AND status IN ('DRAFT', 'RUNNING')
   ORDER BY 1, 2, 3 LIMIT 1000`,
);
